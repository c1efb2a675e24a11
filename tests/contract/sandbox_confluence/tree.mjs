// Plays a small tree through the npm package confluence.js as it is: create, read back, update, move, copy, comment, tick.
// Its own schemas judge every answer; what it saw goes to stdout as one JSON object.
// node tree.mjs <path to the package's entry> <site> <email> <token> <space id> <root page id>
const [entry, host, email, apiToken, spaceId, root] = process.argv.slice(2);
const { createV1Client, createV2Client } = await import(entry);
const auth = { type: 'basic', email, apiToken };
const v1 = createV1Client({ host, auth });
const v2 = createV2Client({ host, auth });

const storage = (value) => ({ representation: 'storage', value });
const task = (id, text) =>
  `<ac:task><ac:task-id>${id}</ac:task-id><ac:task-status>incomplete</ac:task-status><ac:task-body>${text}</ac:task-body></ac:task>`;
const table = '<table><tbody><tr><th>Key</th><td>Value</td></tr></tbody></table>';
const body = `<ac:task-list>${task(1, 'First')}${task(2, 'Second')}</ac:task-list>${table}`;
const create = (title, parentId, value = '') =>
  v2.page.createPage({ body: { spaceId, title, parentId, status: 'current', body: storage(value) } });

const spaces = await v2.space.getSpaces({ keys: ['ISMS'] });
const jobs = await create('Jobs', root);
const job = await create('Job one', jobs.id, body);
const id = Number(job.id);
const seen = await v2.page.getPageById({ id, bodyFormat: 'storage', includeLabels: true, includeProperties: true });
const property = await v2.contentProperties.createPageProperty({ pageId: id, key: 'isms-bot', value: { a: 1 } });
await v2.contentProperties.updatePagePropertyById({
  pageId: id, propertyId: Number(property.id), key: 'isms-bot', value: { a: 2 }, version: { number: 2 },
});
const properties = await v2.contentProperties.getPageContentProperties({ pageId: id, key: 'isms-bot' });
const updated = await v2.page.updatePage({
  id,
  body: {
    id: job.id, status: 'current', title: 'Job one, renamed', version: { number: 2, message: 'second' },
    body: storage(seen.body.storage.value + '<p>More</p>'),
  },
});
const tasks = await v2.task.getTasks({ pageId: [id] });
const ticked = await v2.task.updateTask({ id: Number(tasks.results[0].id), body: { status: 'complete' } });
await v2.comment.createFooterComment({ pageId: job.id, body: storage('<p>Done</p>') });
const comments = await v2.comment.getPageFooterComments({ id, bodyFormat: 'storage' });
const versions = await v2.version.getPageVersions({ id, bodyFormat: 'storage' });
const children = await v2.children.getPageDirectChildren({ id: Number(jobs.id) });
const below = await v2.descendants.getPageDescendants({ id: Number(root), depth: 3 });
const line = await v2.ancestors.getPageAncestors({ id });
await v1.contentLabels.addLabelsToContent({ id: job.id, body: [{ prefix: 'global', name: 'isms-bot' }] });
const labels = await v2.label.getPageLabels({ id });
const copy = await v1.contentChildrenAndDescendants.copyPage({
  id: job.id, copyLabels: true, pageTitle: 'Job two', destination: { type: 'parent_page', value: jobs.id },
});
await v1.contentChildrenAndDescendants.movePage({ pageId: copy.id, position: 'append', targetId: root });
const found = await v1.search.searchByCQL({ cql: 'space = "ISMS" and label = "isms-bot"' });
const me = await v1.users.getCurrentUser({});
const restrictions = await v1.contentRestrictions.getRestrictions({ id: job.id });
await v2.page.deletePage({ id: Number(copy.id) });
const trashed = await v2.page.getPageById({ id: Number(copy.id) });

console.log(JSON.stringify({
  space: spaces.results[0].id,
  title: updated.title,
  version: updated.version.number,
  storage: updated.body.storage.value,
  property: properties.results[0].value,
  tasks: tasks.results.map((one) => [one.localId, one.status]),
  ticked: [ticked.status, ticked.completedBy === me.accountId],
  comments: comments.results.map((one) => one.body.storage.value),
  versions: versions.results.map((one) => one.number),
  children: children.results.map((one) => one.title),
  descendants: below.results.map((one) => [one.title, one.depth]),
  ancestors: line.results.map((one) => one.id),
  labels: labels.results.map((one) => one.name),
  found: found.results.map((one) => one.content.title).sort(),
  restrictions: restrictions.results.map((one) => one.operation),
  trashed: [trashed.status, trashed.parentId],
}));
