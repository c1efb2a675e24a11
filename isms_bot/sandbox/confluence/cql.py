"""The part of the query language that a bot needs, judged over what the search index has seen.

Clauses over space, type, id, title, text, label, parent, ancestor, creator, contributor, created and lastmodified, joined by and, or,
not and brackets; `order by`. Archived pages and those in the trash are invisible to it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from isms_bot.sandbox.confluence import accounts, errors
from isms_bot.sandbox.confluence.lines import blocks
from isms_bot.sandbox.confluence.model import CLOUD, WikiPage
from isms_bot.sandbox.confluence.site import Site
from isms_bot.sandbox.world import Person

Test = Callable[[WikiPage], bool]
_TOKEN = re.compile(r'\s*(?:(?P<string>"(?:[^"\\]|\\.)*")|(?P<op>!=|>=|<=|!~|[=<>~(),])|(?P<word>[^\s"=<>~!(),]+))')
_SPAN = re.compile(r"([+-]?\d+)(y|M|w|d|h|m)")
_SECONDS = {"y": 31_536_000, "M": 2_592_000, "w": 604_800, "d": 86_400, "h": 3_600, "m": 60}
_SORTS = {"created", "lastmodified", "title", "id", "space", "type"}
_FIELDS = {
    "space",
    "type",
    "id",
    "content",
    "title",
    "text",
    "label",
    "parent",
    "ancestor",
    "creator",
    "contributor",
    "created",
    "lastmodified",
}


@dataclass(frozen=True)
class _Token:
    kind: str  # string | op | word
    text: str


def search(site: Site, cql: str) -> list[WikiPage]:
    """Pages that fit, in the order asked for (else the newest first). Raises Trouble where it cannot be read."""
    query = _Query(site, cql)
    found = [
        page
        for page in site.index.found(site.flavor, site.access.index_lag)
        if page.status == "current" and query.test(page) and site.may(site.world.bot.id, "read", page)
    ]
    for field, descending in reversed(query.order or [("lastmodified", True)]):
        found.sort(key=_sort_key(field), reverse=descending)
    return found


def _sort_key(field: str) -> Callable[[WikiPage], tuple[str, int]]:
    if field == "title":
        return lambda page: (page.title.lower(), int(page.id))
    if field == "lastmodified":
        return lambda page: ("", page.edited_at)
    if field == "created":
        return lambda page: ("", page.created_at)
    return lambda page: ("", int(page.id))


class _Query:
    """One query, read by recursive descent."""

    def __init__(self, site: Site, cql: str) -> None:
        self.site = site
        self.cql = cql
        self.tokens = list(self._tokens())
        self.place = 0
        self.order: list[tuple[str, bool]] = []
        self.test: Test = lambda _page: True
        if self._peek_word() != "order":
            self.test = self._either()
        if self._take_word("order"):
            self._order()
        if self.place < len(self.tokens):
            raise self._wrong()

    def _wrong(self) -> errors.Trouble:
        near = self.tokens[self.place].text if self.place < len(self.tokens) else "the end"
        return errors.invalid(f"Could not parse cql : {self.cql} (near {near})")

    def _tokens(self) -> Iterator[_Token]:
        place = 0
        text = self.cql.rstrip()
        while place < len(text):
            found = _TOKEN.match(text, place)
            if found is None:
                raise errors.invalid(f"Could not parse cql : {self.cql}")
            place = found.end()
            kind = str(found.lastgroup)
            said = found[kind]
            yield _Token(kind, re.sub(r"\\(.)", r"\1", said[1:-1]) if kind == "string" else said)

    def _peek_word(self) -> str:
        if self.place < len(self.tokens) and self.tokens[self.place].kind == "word":
            return self.tokens[self.place].text.lower()
        return ""

    def _take_word(self, word: str) -> bool:
        if self._peek_word() == word:
            self.place += 1
            return True
        return False

    def _take_op(self, op: str) -> bool:
        if self.place < len(self.tokens) and self.tokens[self.place] == _Token("op", op):
            self.place += 1
            return True
        return False

    def _next(self) -> _Token:
        if self.place >= len(self.tokens):
            raise self._wrong()
        self.place += 1
        return self.tokens[self.place - 1]

    def _either(self) -> Test:
        tests = [self._both()]
        while self._take_word("or"):
            tests.append(self._both())
        return (lambda page: any(test(page) for test in tests)) if len(tests) > 1 else tests[0]

    def _both(self) -> Test:
        tests = [self._clause()]
        while self._take_word("and"):
            tests.append(self._clause())
        return (lambda page: all(test(page) for test in tests)) if len(tests) > 1 else tests[0]

    def _clause(self) -> Test:
        if self._take_word("not"):
            inner = self._clause()
            return lambda page: not inner(page)
        if self._take_op("("):
            inner = self._either()
            if not self._take_op(")"):
                raise self._wrong()
            return inner
        return self._condition()

    def _condition(self) -> Test:
        token = self._next()
        field = token.text.lower()
        if token.kind != "word" or field not in _FIELDS:
            raise errors.invalid(f"No field exists with the name: '{token.text}'")
        negated = self._take_word("not")
        if self._take_word("in"):
            values = self._values()
            tests = [self._test(field, "=", value) for value in values]
            return lambda page: any(test(page) for test in tests) != negated
        op = self._next().text
        if op not in {"=", "!=", "~", "!~", ">", ">=", "<", "<="}:
            raise self._wrong()
        value = self._value()
        if op in {"!=", "!~"}:
            positive = self._test(field, op[1:], value)
            return lambda page: not positive(page)
        return self._test(field, op, value)

    def _values(self) -> list[str]:
        if not self._take_op("("):
            raise self._wrong()
        found = [self._value()]
        while self._take_op(","):
            found.append(self._value())
        if not self._take_op(")"):
            raise self._wrong()
        return found

    def _value(self) -> str:
        token = self._next()
        if token.kind == "op":
            raise self._wrong()
        if token.kind == "word" and self._take_op("("):
            argument = "" if self._take_op(")") else self._next().text
            if argument and not self._take_op(")"):
                raise self._wrong()
            return self._function(token.text.lower(), argument)
        return token.text

    def _function(self, name: str, argument: str) -> str:
        if name == "currentuser":
            return self.site.account(self.site.world.bot.id)
        if name == "now":
            found = _SPAN.fullmatch(argument) if argument else None
            if argument and found is None:
                raise self._wrong()
            away = int(found[1]) * _SECONDS[found[2]] if found else 0
            return f"@{self.site.world.now_ms() + away * 1000}"
        raise errors.invalid(f"No function exists with the name: '{name}'")

    def _test(self, field: str, op: str, value: str) -> Test:
        site, wanted = self.site, value.lower()
        if field in {"created", "lastmodified"}:
            return self._dated(field, op, value)
        if op not in {"=", "~"}:
            raise errors.invalid(f"The operator {op} is not supported for the field '{field}'")
        if field == "space":
            space = site.space_by_key(value)
            return lambda page: space is not None and page.space_id == space.id
        if field in {"id", "content"}:
            return lambda page: page.id == value
        if field == "type":
            return lambda page: page.kind == wanted
        if field == "parent":
            return lambda page: page.parent_id == value
        if field == "ancestor":
            return lambda page: any(above.id == value for above in site.ancestors(page))
        if field == "label":
            return lambda page: any(one["name"] == wanted for one in page.labels)
        if field == "creator":
            return lambda page: value in _names(site, page.created_by)
        if field == "contributor":
            return lambda page: any(value in _names(site, v.edited_by) for v in site.versions(page))
        if field == "title" and op == "=":
            return lambda page: page.title.lower() == wanted
        terms = re.findall(r"\w+", wanted)
        return lambda page: all(term in self._words(page, field) for term in terms)

    def _words(self, page: WikiPage, field: str) -> set[str]:
        text = page.title.lower()
        if field == "text":
            text += " " + " ".join(block.text.lower() for block in blocks(page.storage, self.site.name))
        return set(re.findall(r"\w+", text))

    def _dated(self, field: str, op: str, value: str) -> Test:
        limit, width = _instant(value)

        def at(page: WikiPage) -> int:
            return page.created_at if field == "created" else page.edited_at

        tests: dict[str, Test] = {
            "=": lambda page: limit <= at(page) < limit + width,
            ">": lambda page: at(page) >= limit + width,
            ">=": lambda page: at(page) >= limit,
            "<": lambda page: at(page) < limit,
            "<=": lambda page: at(page) < limit + width,
        }
        if op not in tests:
            raise errors.invalid(f"The operator {op} is not supported for the field '{field}'")
        return tests[op]

    def _order(self) -> None:
        if not self._take_word("by"):
            raise self._wrong()
        while True:
            field = self._next().text.lower()
            if field not in _SORTS:
                raise errors.invalid(f"The field '{field}' cannot be sorted by")
            descending = self._take_word("desc")
            if not descending:
                self._take_word("asc")
            self.order.append((field, descending))
            if not self._take_op(","):
                return


def _names(site: Site, person_id: str) -> set[str]:
    """How a query may name a person: by account or key, on Data Center by username too."""
    person = site.world.get(Person, person_id)
    if person is None or site.flavor == CLOUD:
        return {site.account(person_id)}
    return {site.account(person_id), accounts.username(site.world, person)}


def _instant(value: str) -> tuple[int, int]:
    """(milliseconds, width): a day or a minute, in UTC."""
    if value.startswith("@"):
        return int(value[1:]), 1
    for shape, width in (("%Y-%m-%d %H:%M", 60_000), ("%Y/%m/%d %H:%M", 60_000), ("%Y-%m-%d", 86_400_000)):
        try:
            return int(datetime.strptime(value, shape).replace(tzinfo=UTC).timestamp() * 1000), width
        except ValueError:
            continue
    raise errors.invalid(f"'{value}' is not a date")


def users(site: Site, cql: str) -> list[str]:
    """Ids of those whom a query over users finds: `type=user` (everybody), `user.fullname ~ "…"`, `user = "…"`. Raises Trouble."""
    if re.fullmatch(r'\s*type\s*=\s*"?user"?\s*', cql, re.IGNORECASE):
        return [person.id for person in site.world.all(Person) if person.active]
    found = re.fullmatch(r'\s*(user(?:\.fullname|\.accountid)?)\s*(=|~)\s*"((?:[^"\\]|\\.)*)"\s*', cql, re.IGNORECASE)
    if found is None:
        raise errors.invalid(f"Could not parse cql : {cql}")
    field, wanted = found[1].lower(), re.sub(r"\\(.)", r"\1", found[3])
    people = [person for person in site.world.people() if person.active]
    if field == "user.fullname":
        terms = wanted.lower().rstrip("*").split()
        return [p.id for p in people if all(any(w.startswith(t) for w in p.name.lower().split()) for t in terms)]
    return [p.id for p in people if site.account(p.id) == wanted]
