"""The pages show both sites as people know them, and nothing that was smuggled in."""

from __future__ import annotations

import httpx
import pytest

from isms_bot.sandbox.client import Sandbox
from tests.contract.sandbox_confluence.conftest import BOXES, MIRA, NO_TLS, TOMASZ, Site


def look(site: Site, page: str) -> str:
    answer = httpx.get(f"{site.sandbox.url}/p/{page}", verify=NO_TLS)
    assert answer.status_code == 200
    assert "script-src" not in answer.headers["content-security-policy"]
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    return answer.text


def test_every_page_leads_to_all_three_wikis(sandbox: Sandbox) -> None:
    facts = sandbox.summary()
    roots = [facts[name]["root_page_id"] for name in ("notion", "confluence", "datacenter")]
    for root in roots:
        shown = httpx.get(f"{sandbox.url}/p/{root}", verify=NO_TLS).text
        for other in roots:
            assert f'href="/p/{other}"' in shown
    assert facts["confluence"]["root_url"] == f"{sandbox.url}/p/{roots[1]}"


def test_a_job_is_shown_with_properties_tasks_and_comments(site: Site) -> None:
    jobs = site.page("Jobs")
    properties = {"title": "Review <1>", "Assignee": [TOMASZ], "Due": "2026-11-30", "Container": jobs}
    page = site.sandbox.act(MIRA, "create_row", data_source=jobs, properties=properties, lines=["- [ ] One"])["page"]
    site.sandbox.act(MIRA, "tick", page=page, all=True)
    site.sandbox.act(TOMASZ, "comment", page=page, text="Approved & done")
    site.sandbox.act(TOMASZ, "attach", page=page, name="log.txt")
    site.sandbox.act(TOMASZ, "restrict", page=page, people=[MIRA])
    shown = look(site, page)
    for expected in (
        "<h1>Review &lt;1&gt;</h1>",
        '<span class="mention">@Tomasz Wolny</span>',
        '<time datetime="2026-11-30">2026-11-30</time>',
        f'<a class="mention" href="/p/{jobs}">Jobs</a>',
        'aria-label="done"',
        "Approved &amp; done",
        "log.txt",
        "Only Mira Lindqvist can edit this page.",
        f'<a href="/p/{jobs}">',
    ):
        assert expected in shown


def test_macros_are_shown_as_people_know_them(site: Site) -> None:
    macro = '<ac:structured-macro ac:name="{}">{}</ac:structured-macro>'
    parameter = '<ac:parameter ac:name="{}">{}</ac:parameter>'
    body = "".join(
        (
            macro.format("status", parameter.format("colour", "Green") + parameter.format("title", "Signed")),
            macro.format(
                "expand", parameter.format("title", "More") + "<ac:rich-text-body><p>inside</p></ac:rich-text-body>"
            ),
            macro.format("info", "<ac:rich-text-body><p>Note</p></ac:rich-text-body>"),
            macro.format("code", "<ac:plain-text-body><![CDATA[a < b]]></ac:plain-text-body>"),
            macro.format(
                "details", parameter.format("hidden", "true") + "<ac:rich-text-body><p>secret</p></ac:rich-text-body>"
            ),
            macro.format("toc", ""),
            '<ac:image><ri:attachment ri:filename="plan.png" /></ac:image>',
            '<p><ac:link><ri:page ri:content-title="Absent" /></ac:link></p>',
        )
    )
    shown = look(site, site.page("Macros", storage=body))
    for expected in (
        '<span class="lozenge green">Signed</span>',
        "<summary>More</summary><p>inside</p>",
        '<aside class="callout"><p>Note</p></aside>',
        "<pre><code>a &lt; b</code></pre>",
        '<p class="quiet">toc</p>',
        "▣ plan.png",
        '<span class="gone">Absent</span>',
    ):
        assert expected in shown
    assert "secret" not in shown


@pytest.mark.parametrize(
    ("sent", "never"),
    [
        ("<script>alert(1)</script>", "alert"),
        ('<p onclick="alert(1)">x</p>', "alert"),
        ('<p><a href="javascript:alert(1)">x</a></p>', "alert"),
        ('<p><img src="https://example.com/x.png" /></p>', "example.com"),
        ('<iframe src="https://example.com"></iframe>', "example.com"),
        ("<style>p { color: red }</style>", "color"),
        ('<p style="background: url(https://example.com)">x</p>', "example.com"),
    ],
)
def test_nothing_that_runs_or_fetches_gets_through(site: Site, sent: str, never: str) -> None:
    page = site.page("Smuggled", storage=sent)
    site.sandbox.act(MIRA, "comment", page=page, text=sent)
    shown = look(site, page)
    body = shown[shown.index('<article class="storage">') : shown.index("</article>")]
    assert never not in body
    assert sent not in shown


def test_what_became_of_a_page_is_said(cloud: Site) -> None:
    gone, old, live = (cloud.page(title) for title in ("Gone", "Old", "Live"))
    cloud.sandbox.act(MIRA, "trash", page=gone)
    cloud.sandbox.act(MIRA, "archive", page=old)
    cloud.sandbox.act(MIRA, "live", page=live)
    cloud.sandbox.act(MIRA, "draft", page=live, text="later")
    assert "This page is in the trash." in look(cloud, gone)
    assert "This page is archived." in look(cloud, old)
    assert "This is a live doc." in look(cloud, live)
    assert "Mira Lindqvist has an edit here that is not published." in look(cloud, live)


def test_an_address_without_a_page_says_so(sandbox: Sandbox) -> None:
    answer = httpx.get(f"{sandbox.url}/p/1234567890", verify=NO_TLS)
    assert answer.status_code == 404
    assert "Nothing here" in answer.text


def test_a_view_of_a_body_is_the_same_html(cloud: Site) -> None:
    page = cloud.page("Job", storage=BOXES)
    answer = cloud("GET", f"/api/v2/pages/{page}", query={"body-format": "view"})["body"]["view"]
    assert answer["value"].startswith('<ul class="tasks"><li class="todo">')


def test_an_empty_container_lists_what_lies_below(site: Site) -> None:
    jobs = site.page("Jobs")
    job = site.page("Job one", jobs)
    assert f'<a class="row" href="/p/{job}">Job one</a>' in look(site, jobs)
