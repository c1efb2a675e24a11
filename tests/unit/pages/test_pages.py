"""Every page of both packs keeps what pages promise: it leads somewhere, says what it costs, asks for things that can be done, and
ends with a form that the sign-off knows.

Each promise is one test for a whole pack; what breaks it is listed by page.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import pytest

from isms_bot import texts
from isms_bot.document import Callout, Quote
from isms_bot.layout import SOURCES
from isms_bot.lifecycle.openings import EVENTS
from isms_bot.markdown import fill, parse, placeholders, render
from isms_bot.model import Level, Link, Unit
from isms_bot.packs import Pack, PackPage, kept, load_pack
from isms_bot.procedures import first_word
from isms_bot.signoff.form import find_form
from isms_bot.signoff.words import labels
from tests.unit.pages.iso27001 import CONTROLS
from tests.unit.pages.reading import VERBS, blocks, codes, document, headings, lines, steps

PARTS = [
    "It serves the objective by", "What it protects, and how", "Risk it treats", "What it costs a year", "Decided against",
    "Procedures", "Records",
]  # fmt: skip
KNOWN = {"product_manager", "objective", "policy"}
"""What whoever makes the pages fills in."""
BLAMING = r"\b(?:violation|failed|failure to|refused|offender|missed by|accuse|non-compliant)"


@dataclass(frozen=True)
class Promised:
    """What one pack promises about its pages beside what all do.

    `words` is the longest that an item or a procedure may be, a screen and a half with what surrounds it; `confirmed` are
    procedures whose outcome is a confirmation, with nothing to report; `event` are the words with which one for an event ends.
    """

    name: str
    words: int
    parts: list[str]
    roles_on: str
    confirmed: set[str]
    event: tuple[str, str, str]
    pack: Pack = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "pack", load_pack(self.name))

    @property
    def items(self) -> tuple[PackPage, ...]:
        return self.pack.of_kind("policy")

    @property
    def procedures(self) -> tuple[PackPage, ...]:
        return self.pack.of_kind("procedure")

    @property
    def checks(self) -> tuple[PackPage, ...]:
        """Procedures of the calendar."""
        return tuple(page for page in self.procedures if page.text("cadence"))

    @property
    def events(self) -> tuple[PackPage, ...]:
        """Procedures for when something happens."""
        return tuple(page for page in self.procedures if page.text("trigger"))


LIGHTWEIGHT = Promised(
    "lightweight", 400, PARTS, "users", {"policy-review"},
    ("What it was about", "What was decided, by which role", "What is left to do, by whom, until when"),
)  # fmt: skip
ISO27001 = Promised(
    "iso27001", 490, [*PARTS[:2], "What we do", *PARTS[2:], "Clauses and controls"], "roles-and-competence",
    {"policy-confirmation", "awareness-training"},
    ("What it was about", "What was (?:decided|agreed|destroyed)", "What is left to do"),
)  # fmt: skip


@pytest.fixture(params=[LIGHTWEIGHT, ISO27001], ids=lambda one: one.name)
def told(request: pytest.FixtureRequest) -> Promised:
    found: Promised = request.param
    return found


def offending(pages: Iterable[PackPage], wrong: Callable[[PackPage], object]) -> dict[str, object]:
    """What `wrong` finds, by page; pages on which it finds nothing are left out."""
    return {page.id: found for page in pages if (found := wrong(page))}


# --- every page --------------------------------------------------------------------------------------------------------


def test_no_two_pages_share_a_title(told: Promised) -> None:
    """A wiki may refuse the second one, and people would sign the wrong one."""
    titles = [page.title for page in told.pack.pages]
    assert sorted(titles) == sorted(set(titles))


def test_a_page_names_others_by_ids_that_are_there(told: Promised) -> None:
    """An id in code becomes a link once its page is in the wiki; one that leads nowhere would look like one."""
    known = {page.id for page in told.pack.pages} | set(told.pack.roles) | {"isms-bot"}

    def lost(page: PackPage) -> set[str]:
        return {code for code in codes(page) if re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", code)} - known

    assert offending(told.pack.pages, lost) == {}


def test_what_a_page_calls_by_its_title_is_there(told: Promised) -> None:
    """*Titles* are those of pages, containers and columns, or headings of a page that is named beside them."""
    everywhere = {page.title for page in told.pack.pages} | {spec.title for spec in SOURCES}
    everywhere |= {field.name for spec in SOURCES for field in spec.fields}
    everywhere |= {title.partition(":")[0] for title in everywhere if title.startswith("SOP ")}
    everywhere |= set(told.parts)
    everywhere |= {option for spec in SOURCES for field in spec.fields for option in field.options}

    def unknown(page: PackPage) -> set[str]:
        near = [one for one in told.pack.pages if one.id == page.id or one.id in codes(page)]
        known = everywhere | {heading for one in near for heading in headings(one)}
        named = set(re.findall(r"(?<![*\w])\*([A-Z][^*\n]+)\*", page.body.replace("**", "")))
        return {title for title in named if not title.startswith("Kept by a bot")} - known

    assert offending(told.pack.pages, unknown) == {}


def test_a_page_is_read_without_loss_and_needs_only_known_values(told: Promised) -> None:
    link = Link("Information Security Objective", "https://wiki.example/objective")

    def wrong(page: PackPage) -> list[str]:
        read = document(page)
        own = {*kept.OF_A_ROW, *kept.OF_THE_PAGE} if page.front.get("kept") else set()
        filled = fill(read, {"product_manager": "Ada", "objective": link, "policy": link, **dict.fromkeys(own, "x")})
        return [
            *(["lost"] if parse(render(read)) != read else []),
            *sorted(placeholders(read) - KNOWN - own),
            *sorted(placeholders(filled)),
        ]

    assert offending(told.pack.pages, wrong) == {}


def test_a_page_says_first_who_looks_after_it(told: Promised) -> None:
    def wrong(page: PackPage) -> bool:
        head = document(page).nodes[0]
        said = "".join(run.text for run in head.runs) if isinstance(head, Callout) else ""
        owner = page.text("role").replace("-", " ").replace("it admin", "IT admin")
        begins = f"{page.id} · version {told.pack.version} · owner: {owner} · author: "
        parts = ("(senior in the role: ", "review: ", "changes: ")
        return not (said.startswith(begins) and all(part in said for part in parts))

    assert offending(told.pack.pages, wrong) == {}


def test_a_page_ends_with_whom_to_tell(told: Promised) -> None:
    footer = texts.page("footer").strip()
    assert offending(told.pack.pages, lambda page: lines(page)[-2 if page in told.procedures else -1] != footer) == {}


def test_a_page_blames_nobody(told: Promised) -> None:
    def loud(page: PackPage) -> list[str]:
        body = page.body.lower().replace("> [!note]", "")
        return re.findall(BLAMING, body) + re.findall("!", body)

    assert offending(told.pack.pages, loud) == {}


def test_controls_are_named_by_numbers_that_exist_once_each(told: Promised) -> None:
    """Clauses 4 to 10 and the 93 controls of ISO/IEC 27001:2022."""

    def wrong(page: PackPage) -> list[str]:
        given = page.listed("controls")
        known = [one for one in given if one in CONTROLS or re.fullmatch(r"(?:[4-9]|10)(?:\.\d){0,2}", one)]
        return [one for one in given if one not in known or given.count(one) > 1]

    assert offending(told.pack.pages, wrong) == {}


def test_every_role_of_the_pack_is_explained(told: Promised) -> None:
    body = told.pack.page(told.roles_on).body
    assert [role for role in told.pack.roles if f"| {role} |" not in body] == []


# --- items -------------------------------------------------------------------------------------------------------------


def test_an_item_has_all_its_parts_and_its_promise_first(told: Promised) -> None:
    """The first quotation of an item is its promise; whoever cites it takes it from there."""

    def wrong(page: PackPage) -> bool:
        return headings(page) != told.parts or not isinstance(document(page).nodes[1], Quote)

    assert offending(told.items, wrong) == {}


def test_an_item_says_what_it_protects_how_and_for_which_objective(told: Promised) -> None:
    def lacks(page: PackPage) -> list[str]:
        body = page.body.lower()
        found = {
            "what": re.search("confidentiality|integrity|availability", body),
            "how": re.search(r"\*\*(?:prevents?|detects?|responds?|recovers?)\*\*", body),
            "objective": "objective" in placeholders(document(page)),
        }
        return [part for part, there in found.items() if not there]

    assert offending(told.items, lacks) == {}


def test_an_item_or_procedure_is_a_screen_and_a_half_at_most(told: Promised) -> None:
    def words(page: PackPage) -> int:
        count = len(" ".join(lines(page)).split())
        return count if count > told.words else 0

    assert offending((*told.items, *told.procedures), words) == {}


def test_an_item_names_its_procedures_and_what_they_take(told: Promised) -> None:
    """The cost is that of the front matter and the cadence: nobody has to count."""

    def wrong(page: PackPage) -> list[str]:
        body = told.pack.page(page.text("policy")).body
        minutes = page.text("minutes")
        rules = [one for one in told.pack.schedules if one.procedure == page.id and one.rule.every is not None]
        cost = f"{page.title}: {minutes} minutes"
        if rules:
            every = min(rule.rule.every.count for rule in rules if rule.rule.every is not None)
            assert all(rule.rule.every is not None and rule.rule.every.unit is Unit.MONTH for rule in rules)
            usual = next(rule.rule.every.count for rule in rules if rule.id == page.id and rule.rule.every is not None)
            assert usual in (every, 2 * every)
            cost = f"{page.title}: {12 // usual} × {minutes} minutes"
        return [part for part in (f"*{page.title}* (`{page.id}`)", cost) if part not in body]

    assert offending(told.procedures, wrong) == {}


# --- procedures --------------------------------------------------------------------------------------------------------


def test_a_procedure_has_five_to_twelve_steps_that_begin_with_a_verb(told: Promised) -> None:
    def wrong(page: PackPage) -> list[str]:
        said = steps(page)
        odd = [step for step in said if re.split(r"[ :,]", step)[0] not in VERBS]
        return odd if 5 <= len(said) <= 12 else [*odd, f"{len(said)} steps"]

    assert offending(told.procedures, wrong) == {}


def test_each_step_has_an_id_that_no_reader_sees(told: Promised) -> None:
    """Reports count by step, never by person: "disk encryption on: 9 of 10"."""

    def wrong(page: PackPage) -> bool:
        return len(page.steps) != len(steps(page)) or "{#" in page.body or max(map(len, page.steps)) > 40

    assert offending(told.procedures, wrong) == {}


def test_a_procedure_leads_to_the_objective_and_to_somebody_who_can_be_asked(told: Promised) -> None:
    needed = {"product_manager", "objective"}
    assert offending(told.procedures, lambda page: needed - placeholders(document(page))) == {}


def test_a_procedure_says_what_it_takes_and_what_it_leaves_behind(told: Promised) -> None:
    def wrong(page: PackPage) -> bool:
        minutes = page.front.get("minutes")
        fine = isinstance(minutes, int) and 5 <= minutes <= 480 and page.text("evidence")
        return not (fine and page.listed("controls") and page.text("level") in set(Level))

    assert offending(told.procedures, wrong) == {}


def _in_order(page: PackPage, patterns: Iterable[str]) -> bool:
    """True if lines that match `patterns` and end with a colon come in this order, and the form after them."""
    said = lines(page)
    at = [next((n for n, line in enumerate(said) if re.match(rf"{one}\b.*:$", line)), -1) for one in patterns]
    return -1 not in at and at == sorted(at) and said.index("Sign") > at[-1]


def test_a_check_ends_with_what_was_looked_at_found_and_started(told: Promised) -> None:
    asked = [f"What (?:I|we) {verb}" for verb in ("looked at", "found", "started because of it")]
    checks = [page for page in told.checks if page.id not in told.confirmed]
    assert offending(checks, lambda page: not _in_order(page, asked)) == {}


def test_a_procedure_for_an_event_ends_with_what_was_decided_and_what_is_left(told: Promised) -> None:
    assert offending(told.events, lambda page: not _in_order(page, told.event)) == {}


def test_the_sign_off_knows_the_form_of_a_procedure_and_finds_it_empty(told: Promised) -> None:
    def wrong(page: PackPage) -> bool:
        form = find_form(blocks(page), labels(("en",)))
        written = [line.value for line in (form.name, form.date, form.signature) if line is not None]
        written += [value for row in form.rows for value in (row.name, row.date, row.signature)]
        empty = bool(written) and set(written) == {""} and form.feedback == "" and form.steps_done == 0
        return not (form.known and empty and len(form.steps) == len(steps(page)))

    assert offending(told.procedures, wrong) == {}
    closing = "Anything unclear, wrong or a pain? (optional)"
    assert offending(told.procedures, lambda page: lines(page)[-1] != closing) == {}


def test_a_second_look_is_announced_where_somebody_signs(told: Promised) -> None:
    """Nobody is surprised by whoever looks at the result. Top management approves and reads; the security officer keeps."""
    acts = r"then (?:has a look|reads|looks at)|approves|keeps|asks some of us"

    def wrong(page: PackPage) -> bool:
        looker = page.text("reviewer").replace("-", " ")
        sign = page.body.partition("## Sign")[2].lower()
        said = re.search(rf"(?:the )?{looker} (?:{acts})", sign) if looker else not re.search(acts, sign)
        return not said and page.id not in ("policy-confirmation", "do-awareness")

    assert offending(told.procedures, wrong) == {}


def test_a_schedule_agrees_with_its_procedure(told: Promised) -> None:
    wrong = [
        rule.id
        for rule in told.pack.schedules
        for page in (told.pack.page(rule.procedure),)
        if (page.text("policy"), page.text("level")) != (rule.policy, rule.level.value)
        or page.text("reviewer") not in ("", rule.owner)
        or rule.role == rule.owner
    ]
    assert wrong == []


# --- what packs say about themselves -----------------------------------------------------------------------------------


def test_what_a_pack_maps_is_named_with_its_edition(told: Promised) -> None:
    assert set(told.pack.mappings) >= {"controls", "owasp"}
    assert all(re.search(r":20\d\d", said) for said in told.pack.mappings.values())
    assert list(told.pack.mapped("owasp")) == [f"A{number:02}" for number in range(1, 11)]


def test_an_item_that_may_be_left_out_says_on_which_fact(told: Promised) -> None:
    assert set(told.pack.applicability) < set(told.pack.policy)
    assert [fact for fact in told.pack.applicability.values() if not re.fullmatch(r"[A-Z][^.]+\.", fact)] == []


@pytest.mark.parametrize("name", ["lightweight", "iso27001"])
@pytest.mark.parametrize("event", EVENTS)
def test_what_the_roster_tells_has_a_procedure_that_opens_by_itself(name: str, event: str) -> None:
    waiting = [page.id for page in load_pack(name).of_kind("procedure") if first_word(page.text("trigger")) == event]
    assert len(waiting) == 1, waiting
