"""The form is found in a page as people leave it, and nothing else is taken for it."""

import pytest

from isms_bot.model import Block, BlockKind
from isms_bot.signoff import find_form, labels

STEP, TEXT, HEADING, ROW, OTHER = BlockKind.STEP, BlockKind.TEXT, BlockKind.HEADING, BlockKind.ROW, BlockKind.OTHER
WORDS = labels(("en", "nl"))
QUESTION = "Anything unclear, wrong or a pain?"


def page(*parts):
    """Blocks from (kind, text or cells, depth or author, ...): a str is a paragraph."""
    blocks = []
    for number, part in enumerate(parts):
        kind, content, *rest = (TEXT, part) if isinstance(part, str) else part
        depth = next((item for item in rest if type(item) is int), 0)
        author = next((item for item in rest if isinstance(item, str)), None)
        cells = content if isinstance(content, tuple) else ()
        text = "" if cells else content
        blocks.append(Block(f"b{number}", kind, text, depth, True in [item is True for item in rest], cells, author))
    return blocks


def find(*parts, **more):
    return find_form(page(*parts), WORDS, **more)


def values(form):
    return tuple(line.value if line else None for line in (form.name, form.date, form.signature))


# --- steps ---


@pytest.mark.parametrize(
    ("parts", "answered"),
    [
        pytest.param([], (), id="no steps"),
        pytest.param([(STEP, "Do", True)], (True,), id="a tick answers"),
        pytest.param([(STEP, "Do")], (False,), id="no tick does not"),
        pytest.param([(STEP, "  "), (STEP, "Do", True)], (True,), id="a blank step is none"),
        pytest.param([(STEP, "Do n/a: no servers")], (True,), id="n/a with a reason answers"),
        pytest.param([(STEP, "Do - N/A - no servers")], (True,), id="n/a with a dash and a reason answers"),
        pytest.param([(STEP, "Do (n.v.t.: geen servers)")], (True,), id="n/a in the language of the workspace answers"),
        pytest.param([(STEP, "Do n/a")], (False,), id="n/a without a reason does not"),
        pytest.param([(STEP, "Do n/a:")], (False,), id="n/a with an empty reason does not"),
        pytest.param([(STEP, "Do n/a: ...")], (False,), id="n/a with dots does not"),
        pytest.param([(STEP, 'Do, or write "n/a: reason"')], (False,), id="the instruction itself does not"),
        pytest.param([(STEP, "Do, or n/a: <your reason>")], (False,), id="the instruction in brackets does not"),
        pytest.param([(STEP, "Do, or n/a: reason\nn/a: no servers")], (True,), id="a reason below the instruction answers"),
        pytest.param([(STEP, "Open china/a: port")], (False,), id="a word that ends in it does not"),
        pytest.param([(STEP, "Do"), (TEXT, "n/a: no servers", 1)], (True,), id="a text inside the step answers"),
        pytest.param([(STEP, "Do"), (TEXT, "Done", 1), (TEXT, "n/a: none", 1)], (True,), id="a later text inside it answers"),
        pytest.param([(STEP, "Do"), (TEXT, "said: n/a: none", 1)], (False,), id="a text inside that says it later does not"),
        pytest.param([(STEP, "Do"), (TEXT, "n/a: no servers", 0)], (False,), id="a text below the step does not"),
        pytest.param([(TEXT, "n/a: no servers", 1), (STEP, "Do")], (False,), id="a text above does not"),
        pytest.param(
            [(STEP, "A"), (STEP, "B", 1), (TEXT, "n/a: no", 2), (TEXT, "x", 1)], (False, True), id="a text answers the step it is in"
        ),
        pytest.param([(STEP, "A"), (TEXT, "t", 1), (TEXT, "n/a: no", 2)], (False,), id="a text inside a text answers nothing"),
        pytest.param([(STEP, "A"), (STEP, "", 1), (TEXT, "n/a: no", 2)], (False,), id="a text inside a blank step answers nothing"),
    ],
)  # fmt: skip
def test_a_step_is_answered_by_a_tick_or_a_reason(parts, answered):
    form = find(*parts)
    assert form.answered == answered
    assert len(form.steps) == len(answered)
    assert form.steps_done == sum(answered)


# --- lines ---


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        pytest.param(["Name:", "Date:", "Signature:"], ("", "", ""), id="empty lines"),
        pytest.param(["Name: Anna", "Date: 18-11", "Signature: AJ"], ("Anna", "18-11", "AJ"), id="filled lines"),
        pytest.param(["NAME : Anna", "date: 1/2", "signature：✓"], ("Anna", "1/2", "✓"), id="case, spaces and wide colons"),
        pytest.param(["• **Name:** Anna", "_Date_: 1/2", "Signature (signed on): x"], ("Anna", "1/2", "x"), id="bullets, marks, remarks"),
        pytest.param(["Naam: Anna", "Datum: 1-2", "Handtekening: ok"], ("Anna", "1-2", "ok"), id="another language"),
        pytest.param(["Name: Anna\nDate: 1/2\nSignature: AJ"], ("Anna", "1/2", "AJ"), id="lines of one block"),
        pytest.param(["Name: Anna  Date: 1/2 | Signature: AJ"], ("Anna", "1/2", "AJ"), id="one line"),
        pytest.param(["Name: ____", "Date: (today)", "Signature: ....."], ("", "", ""), id="lines to write on and hints"),
        pytest.param(["Name: Anna", "Date: 1/2", "Signature: signed: AJ"], ("Anna", "1/2", "signed: AJ"), id="a label inside a value"),
        pytest.param([(HEADING, "Name: Anna"), "Date: 1/2", (OTHER, "Signature: A")], ("Anna", "1/2", "A"), id="any kind of text"),
        pytest.param(["Name", "Date", "Signature"], (None, None, None), id="no colon, no label"),
        pytest.param(["The name: x", "Restore date: 1/2"], (None, None, None), id="labels inside prose"),
        pytest.param([(STEP, "Name: the server")], (None, None, None), id="labels of steps"),
        pytest.param(["Name: Anna", "Signature: AJ"], ("Anna", None, "AJ"), id="a missing line"),
        pytest.param(["Date: 1/2"], (None, "1/2", None), id="a lone line"),
        pytest.param(
            ["Date: of the test", "Name: Anna", "Date: 1/2", "Signature: AJ"], ("Anna", "1/2", "AJ"), id="a label in the text above"
        ),
        pytest.param(
            ["Name: Anna", "Date: 1/2", "Signature: AJ", "Corrected.", "Name: Bob", "Date: 3/4", "Signature: BM"],
            ("Anna", "1/2", "AJ"),
            id="a correction below with its own signature",
        ),
        pytest.param(["Signature: AJ", "Name: Anna", "Date: 1/2"], ("Anna", "1/2", "AJ"), id="another order"),
        pytest.param(["Name:", (TEXT, "Anna", 1), "Date: 1/2", "Signature: x"], ("Anna", "1/2", "x"), id="a value inside its label"),
        pytest.param(
            ["Name:", (TEXT, " ", 1), (TEXT, "Anna", 1), "Date: 1/2", "Signature: x"], ("Anna", "1/2", "x"), id="below a blank one"
        ),
        pytest.param(["Name:", (TEXT, " ", 1)], ("", None, None), id="a blank value inside its label"),
        pytest.param(["Name:", (TEXT, "Date: 1/2", 1)], ("", "1/2", None), id="a label inside a label"),
        pytest.param(["Name:", (STEP, "Anna", 1)], ("", None, None), id="a step inside a label"),
        pytest.param(["Name:", "Anna"], ("", None, None), id="a text below a label is not its value"),
        pytest.param(
            [(ROW, ("Name", "Anna")), (ROW, ("Date:", "1/2")), (ROW, ("Signature", "AJ"))], ("Anna", "1/2", "AJ"), id="labels in a table"
        ),
        pytest.param([(ROW, ("Name",)), (ROW, ("Server", "Date"))], (None, None, None), id="other tables"),
    ],
)  # fmt: skip
def test_lines_are_found_as_people_write_them(parts, expected):
    form = find(*parts)
    assert values(form) == expected
    assert form.known is (None not in expected)


def test_a_value_inside_its_label_is_its_own_block():
    form = find("Name:", (TEXT, "Anna", 1, "u-anna"))
    assert form.name is not None
    assert form.name.block.author == "u-anna"


# --- tables ---


def rows(form):
    return [(row.name, row.date, row.signature) for row in form.rows]


@pytest.mark.parametrize(
    ("parts", "known", "expected"),
    [
        pytest.param([(ROW, ("Name", "Date", "Signature"))], True, [], id="a header alone is a form"),
        pytest.param(
            [(ROW, ("Name", "Date (done on)", "Signature:")), (ROW, ("Anna", "1/2", "AJ")), (ROW, ("Bob", "", "__"))],
            True, [("Anna", "1/2", "AJ"), ("Bob", "", "")], id="a row per signer",
        ),
        pytest.param(
            [(ROW, ("No", "Signature", "Name", "Role", "Date")), (ROW, ("1", "AJ", "Anna", "ops", "1/2"))],
            True, [("Anna", "1/2", "AJ")], id="other columns and another order",
        ),
        pytest.param(
            [(ROW, ("Naam", "Datum", "Handtekening")), (ROW, ("Anna", "1/2", "AJ"))], True, [("Anna", "1/2", "AJ")], id="another language"
        ),
        pytest.param([(ROW, ("Name", "Date")), (ROW, ("Anna", "1/2"))], False, [], id="a missing label is no sign-off table"),
        pytest.param(
            [(ROW, ("Name", "Date", "Signature")), "Text", (ROW, ("Server", "1/2", "ok"))], True, [], id="the next table is not part of it"
        ),
        pytest.param(
            [(ROW, ("Name", "Date", "Signature")), (ROW, ("a", "b")), (ROW, ("c", "d", "e"))], True, [], id="a narrower row ends it"
        ),
        pytest.param(
            [(ROW, ("Name", "Date", "Signature", "Name")), (ROW, ("Anna", "1/2", "AJ", "x"))],
            True, [("Anna", "1/2", "AJ")], id="of two equal headers the first counts",
        ),
    ],
)  # fmt: skip
def test_a_table_headed_by_the_labels_is_a_form(parts, known, expected):
    form = find(*parts)
    assert form.known is known
    assert form.table is known
    assert rows(form) == expected


def test_the_header_of_a_sign_off_table_is_no_line():
    assert values(find((ROW, ("Name", "Date", "Signature")), (ROW, ("Name", "Anna", "x")))) == (None, None, None)


# --- closing question ---


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        pytest.param([], "", id="no question"),
        pytest.param([QUESTION], "", id="no answer"),
        pytest.param([(HEADING, QUESTION), "Step 3 is unclear."], "Step 3 is unclear.", id="an answer below a heading"),
        pytest.param([f"{QUESTION} (optional)", "The link\nis dead"], "The link\nis dead", id="an answer of two lines"),
        pytest.param([f"{QUESTION} The link is dead"], "The link is dead", id="an answer behind the question"),
        pytest.param([f"{QUESTION} (optional) Dead link"], "Dead link", id="an answer behind a hint"),
        pytest.param([QUESTION, "One", (TEXT, "Two", 1), (OTHER, "")], "One\nTwo", id="several blocks"),
        pytest.param([QUESTION, "One", (HEADING, "Next"), "Two"], "One", id="a heading ends it"),
        pytest.param([QUESTION, "One", (STEP, "Next"), "Two"], "One", id="a step ends it"),
        pytest.param([QUESTION, "One", "Name: Anna", "Two"], "One", id="the form ends it"),
        pytest.param([QUESTION, "One", (ROW, ("a", "b")), "Two"], "One", id="a table ends it"),
        pytest.param([QUESTION, "____", "..."], "", id="a line to write on is no answer"),
        pytest.param([QUESTION, "No."], "", id="no is no answer"),
        pytest.param([QUESTION, "nee!"], "", id="no in another language"),
        pytest.param([QUESTION, "No link works"], "No link works", id="a sentence with no is one"),
        pytest.param(["Iets onduidelijk, fout of vervelend?", "Ja"], "Ja", id="another language"),
        pytest.param(["anything UNCLEAR – wrong, or a pain", "Yes"], "Yes", id="loosely punctuated"),
        pytest.param(["If anything unclear, wrong or a pain is left", "x"], "", id="a sentence that only contains it"),
        pytest.param([QUESTION, (TEXT, "Kept by a bot.", "u-bot")], "", id="what the bot wrote"),
    ],
)  # fmt: skip
def test_the_answer_to_the_closing_question_is_heard(parts, expected):
    assert find(*parts, bot="u-bot").feedback == expected


def test_a_question_can_be_given_in_the_words_of_the_catalogue():
    assert find("Hoe was het?", "Lang", question="Hoe was het?").feedback == "Lang"
    assert find("Hoe was het?", "Lang").feedback == ""


def test_a_page_without_anything_has_no_form():
    form = find()
    assert not form.known
    assert (form.steps, form.rows, form.feedback, form.steps_done) == ((), (), "", 0)
