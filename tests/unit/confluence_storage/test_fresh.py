"""A copy of a procedure has empty boxes and tasks of its own; everything else is the same, byte for byte."""

from __future__ import annotations

import re

import pytest
from hypothesis import given

from isms_bot.errors import Permanent
from isms_bot.model import BlockKind
from isms_bot_confluence.storage import canonical, files, fresh
from tests.unit.confluence_storage.pages import STORAGE, macro, read, task, tasks, texts

_OF_TASKS = re.compile(
    r"<ac:task-(?:id|status)>[^<]*</ac:task-(?:id|status)>|<ac:task-uuid>[^<]*</ac:task-uuid>| ac:task-list-id=\S+"
)


def without_tasks(storage: str) -> str:
    """A body without what belongs to tasks alone. CDATA holds none of it in these tests."""
    return _OF_TASKS.sub("", storage)


@given(STORAGE)
def test_nothing_changes_but_tasks(storage: str) -> None:
    made, losses = fresh(storage)
    assert without_tasks(made) == without_tasks(storage)
    assert canonical(made) == canonical(storage, unticked=True)
    assert texts(made) == texts(storage)
    assert losses == ()


@given(STORAGE)
def test_all_boxes_are_empty_and_tasks_are_numbered_from_one(storage: str) -> None:
    made, _ = fresh(storage)
    assert not any(block.checked for block in read(made))
    numbers = [int(found) for found in re.findall(r"<ac:task-id>(\d*)</ac:task-id>", made)]
    assert numbers == list(range(1, len(numbers) + 1))
    assert "<ac:task-uuid>" not in made
    assert fresh(made) == (made, ())


@pytest.mark.parametrize(
    ("storage", "expected"),
    [
        pytest.param("<p>a</p>", "<p>a</p>", id="no task"),
        pytest.param(
            '<ac:task-list ac:x="1" ac:task-list-id="4c">\n<ac:task><ac:task-id>9</ac:task-id><ac:task-uuid>1f</ac:task-uuid>\n'
            "<ac:task-status>complete</ac:task-status><ac:task-body>a&nbsp;b</ac:task-body></ac:task></ac:task-list>",
            '<ac:task-list ac:x="1">\n<ac:task><ac:task-id>1</ac:task-id>\n'
            "<ac:task-status>incomplete</ac:task-status><ac:task-body>a&nbsp;b</ac:task-body></ac:task></ac:task-list>",
            id="a task of the editor",
        ),
        pytest.param(
            "<ac:task-list ac:task-list-id='4c'><ac:task><ac:task-id/><ac:task-status/></ac:task></ac:task-list>",
            "<ac:task-list><ac:task><ac:task-id>1</ac:task-id><ac:task-status>incomplete</ac:task-status></ac:task></ac:task-list>",
            id="empty tags",
        ),
        pytest.param(
            "<ac:task-list><ac:task><ac:task-body>a</ac:task-body></ac:task><ac:task /></ac:task-list>",
            "<ac:task-list><ac:task><ac:task-id>1</ac:task-id><ac:task-body>a</ac:task-body></ac:task><ac:task /></ac:task-list>",
            id="tasks without a number",
        ),
        pytest.param(
            "<pre><![CDATA[<ac:task-id>9</ac:task-id>]]></pre>", "<pre><![CDATA[<ac:task-id>9</ac:task-id>]]></pre>", id="words about tasks"
        ),
        pytest.param(
            "<ac:task-list><ac:task><ac:task-id>7<ac:task-uuid>x</ac:task-uuid></ac:task-id></ac:task></ac:task-list>",
            "<ac:task-list><ac:task><ac:task-id>1</ac:task-id></ac:task></ac:task-list>",
            id="a number with something in it",
        ),
    ],
)  # fmt: skip
def test_tasks_are_made_anew(storage: str, expected: str) -> None:
    assert fresh(storage)[0] == expected


def test_nested_steps_are_numbered_in_reading_order() -> None:
    storage = tasks(task(9, "a", done=True, more=tasks(task(9, "b", done=True))), tasks(task(2, "c")), task(1, "d"))
    found = [(block.id, block.text, block.checked) for block in read(fresh(storage)[0]) if block.kind is BlockKind.STEP]
    assert found == [
        ("7:task-1", "a", False), ("7:task-2", "b", False), ("7:task-3", "c", False), ("7:task-4", "d", False),
    ]  # fmt: skip


def test_what_a_copy_cannot_carry_over_is_said_once_and_stays_in_the_text() -> None:
    comment = '<ac:inline-comment-marker ac:ref="1">a</ac:inline-comment-marker>'
    storage = f"<p>{comment}{comment}</p>" + macro("children") + macro("toc") + macro("attachments") + macro("children")
    assert fresh(storage) == (
        storage,
        (
            "comments beside words of the text stay with the procedure",
            'the macro "children" shows what belongs to the page that it stands on: in the copy that is not the procedure',
            'the macro "attachments" shows what belongs to the page that it stands on: in the copy that is not the procedure',
        ),
    )


def test_a_body_that_is_not_well_formed_is_refused() -> None:
    with pytest.raises(Permanent):
        fresh("<p>")


def test_files_of_the_page_are_named_as_they_are_called() -> None:
    storage = (
        '<ac:image><ri:attachment ri:filename="a &amp; b.png"></ri:attachment></ac:image>'
        '<p><ac:link><ri:attachment ri:filename="c.pdf"/></ac:link> <ac:link><ri:attachment ri:filename="a &amp; b.png"/></ac:link></p>'
        '<ac:link><ri:attachment ri:filename="there.pdf"><ri:page ri:content-title="T" /></ri:attachment></ac:link>'
        "<ri:attachment /><pre><![CDATA[<ri:attachment ri:filename='no.png'/>]]></pre>"
    )
    assert files(storage) == ("a & b.png", "c.pdf")
