"""Promises about columns, on platforms where all rows of a container share them: renamed, retyped or deleted by people, they are
never repaired by force."""

from __future__ import annotations

import pytest

from isms_bot.layout import BY_SOURCE, SOURCES, FieldKind
from isms_bot.model import Source
from isms_bot.testing.promises.scenes import job, later, silent
from isms_bot.testing.under_test import ColumnsUnderTest


class ColumnPromises:
    """`ensure`, and the problems that `observe` tells of."""

    def test_ensure_keeps_the_names_of_columns_that_people_gave(self, wiki: ColumnsUnderTest) -> None:
        connector = wiki.unbound()
        first = connector.ensure(SOURCES, None, silent)
        wiki.rename_field(Source.JOBS, "status", "How it stands")

        again = wiki.unbound().ensure(SOURCES, first, silent)
        page = job(connector)
        wiki.set_field(page.ref, "How it stands", "Overdue")

        assert again == first
        assert connector.page(page.ref).fields["status"] == "Overdue"

    def test_a_renamed_option_is_read_and_written_under_the_name_it_was_made_with(self, wiki: ColumnsUnderTest) -> None:
        connector = wiki.connector()
        page = job(connector)
        wiki.rename_option(Source.JOBS, "status", "Open", "To do")

        assert connector.page(page.ref).fields["status"] == "Open"
        assert connector.update(connector.page(page.ref), {"status": "Open"}).fields["status"] == "Open"
        wiki.set_field(page.ref, "status", "Overdue")
        wiki.set_field(page.ref, "status", "To do")
        assert connector.page(page.ref).fields["status"] == "Open"

    def test_a_renamed_column_is_harmless(self, wiki: ColumnsUnderTest) -> None:
        connector = wiki.connector()
        page = job(connector)
        wiki.rename_field(Source.JOBS, "key", "Do not touch")

        problems = connector.observe(Source.JOBS, None).problems

        assert {problem.kind for problem in problems} <= {"renamed"}
        assert [found.ref for found in connector.find(Source.JOBS, "restore-test/2027-01-31")] == [page.ref]

    @pytest.mark.parametrize("field", ["status", "due"])
    def test_a_deleted_column_is_a_problem_with_a_sentence_and_no_error(
        self, wiki: ColumnsUnderTest, field: str
    ) -> None:
        connector = wiki.connector()
        page = job(connector)
        wiki.delete_field(Source.JOBS, field)

        seen = connector.observe(Source.JOBS, None)

        assert [found.ref for found in seen.pages] == [page.ref]
        assert [(one.source, one.field, one.kind) for one in seen.problems] == [(Source.JOBS, field, "deleted")]
        assert BY_SOURCE[Source.JOBS].field(field).name in seen.problems[0].sentence

    def test_ensure_makes_a_deleted_column_anew(self, wiki: ColumnsUnderTest) -> None:
        connector = wiki.unbound()
        first = connector.ensure(SOURCES, None, silent)
        page = job(connector)
        wiki.delete_field(Source.JOBS, "evidence")

        connector.ensure(SOURCES, first, silent)
        later(wiki, minutes=2)
        page = connector.update(connector.page(page.ref), {"evidence": "a comment"})

        assert page.fields["evidence"] == "a comment"
        assert connector.observe(Source.JOBS, None).problems == ()

    def test_a_retyped_column_is_a_problem_and_is_not_forced_back(self, wiki: ColumnsUnderTest) -> None:
        connector = wiki.unbound()
        first = connector.ensure(SOURCES, None, silent)
        page = job(connector)
        wiki.retype_field(Source.JOBS, "evidence", FieldKind.CHECKBOX)
        told: list[str] = []

        connector.ensure(SOURCES, first, told.append)
        seen = connector.observe(Source.JOBS, None)

        assert [found.ref for found in seen.pages] == [page.ref]
        assert [(one.field, one.kind) for one in seen.problems] == [("evidence", "retyped")]
        assert any("What was seen" in sentence for sentence in told)
