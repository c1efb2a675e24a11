"""Promises about containers: made once, adopted, never doubled; and about access."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from isms_bot.layout import SOURCES, FieldKind
from isms_bot.model import Source
from isms_bot.testing.promises.scenes import job, refs, silent
from isms_bot.testing.under_test import WikiUnderTest


class ContainerPromises:
    """`check`, `accounts`, `ensure`, `bind`."""

    def test_a_fresh_connector_has_asked_nothing_and_knows_no_time(self, wiki: WikiUnderTest) -> None:
        connector = wiki.connector()

        assert (connector.calls, connector.now()) == (0, None)

    def test_settings_refuse_unknown_keys(self, wiki: WikiUnderTest) -> None:
        with pytest.raises(ValidationError, match="no_such_key"):
            wiki.unbound().settings_model().model_validate({"no_such_key": 1})

    def test_accounts_tell_people_from_bots(self, wiki: WikiUnderTest) -> None:
        accounts = wiki.connector().accounts()

        assert {(person.id, person.name) for person in wiki.people} == {
            (one.id, one.name) for one in accounts if one.is_person
        }
        assert [one for one in accounts if not one.is_person]

    def test_check_is_content_with_a_fresh_workspace(self, wiki: WikiUnderTest) -> None:
        lines = wiki.connector().check()

        assert lines
        assert [line for line in lines if not line.ok] == []
        assert all(line.what and line.sentence for line in lines)

    def test_check_says_what_to_do_about_a_wrong_token_instead_of_raising(self, wiki: WikiUnderTest) -> None:
        bad = [line for line in wiki.stranger().check() if not line.ok]

        assert bad
        assert all(line.sentence and line.todo for line in bad)

    def test_check_works_before_there_are_containers(self, wiki: WikiUnderTest) -> None:
        assert wiki.unbound().check()

    def test_pages_that_people_keep_are_candidates_and_the_bot_s_own_are_not(self, wiki: WikiUnderTest) -> None:
        connector = wiki.connector()
        kept = wiki.create_row(Source.POLICIES, "Backups")
        wiki.move(kept)
        wiki.create_row(Source.POLICIES, "A row where rows belong")
        job(connector)

        found = {one.ref: one for one in connector.candidates()}

        assert (found[kept].title, bool(found[kept].url)) == ("Backups", True)
        titles = {one.title for one in found.values()}
        assert not titles & {"A row where rows belong", "Restore test, January", *(spec.title for spec in SOURCES)}

    def test_candidates_are_told_before_there_are_containers(self, wiki: WikiUnderTest) -> None:
        assert wiki.unbound().candidates() == ()

    def test_ensure_makes_every_container_with_every_field(self, wiki: WikiUnderTest) -> None:
        told: list[str] = []

        layout = wiki.unbound().ensure(SOURCES, None, told.append)

        assert set(layout.sources) == {spec.source for spec in SOURCES}
        for spec in SOURCES:
            wanted = {field.id for field in spec.fields if field.kind is not FieldKind.TITLE}
            assert wanted <= set(layout.sources[spec.source].fields), spec.source
        assert told

    def test_ensure_binds_what_it_made(self, wiki: WikiUnderTest) -> None:
        connector = wiki.unbound()
        connector.ensure(SOURCES, None, silent)

        assert job(connector).fields["status"] == "Open"

    def test_ensure_run_again_changes_nothing(self, wiki: WikiUnderTest) -> None:
        first = wiki.unbound().ensure(SOURCES, None, silent)

        assert wiki.unbound().ensure(SOURCES, first, silent) == first

    def test_ensure_without_memory_finds_what_it_made(self, wiki: WikiUnderTest) -> None:
        first = wiki.unbound().ensure(SOURCES, None, silent)

        again = wiki.unbound().ensure(SOURCES, None, silent)

        assert {source: at.ref for source, at in again.sources.items()} == {
            source: at.ref for source, at in first.sources.items()
        }
        assert {source: at.fields for source, at in again.sources.items()} == {
            source: at.fields for source, at in first.sources.items()
        }

    def test_ensure_finishes_what_was_interrupted(self, wiki: WikiUnderTest) -> None:
        begun = wiki.unbound().ensure(SOURCES[:3], None, silent)

        layout = wiki.unbound().ensure(SOURCES, None, silent)

        for spec in SOURCES[:3]:
            assert layout.sources[spec.source].ref == begun.sources[spec.source].ref
        assert len({at.ref for at in layout.sources.values()}) == len(SOURCES)

    def test_ensure_keeps_the_title_that_people_gave(self, wiki: WikiUnderTest) -> None:
        connector = wiki.unbound()
        first = connector.ensure(SOURCES, None, silent)
        wiki.rename_container(Source.JOBS, "Chores")

        again = wiki.unbound().ensure(SOURCES, first, silent)
        page = job(connector)

        assert again == first
        assert refs(connector.observe(Source.JOBS, None).pages) == [page.ref]

    def test_a_renamed_container_is_found_again_without_memory(self, wiki: WikiUnderTest) -> None:
        first = wiki.unbound().ensure(SOURCES, None, silent)
        wiki.rename_container(Source.JOBS, "Chores")

        again = wiki.unbound().ensure(SOURCES, None, silent)

        assert again.sources[Source.JOBS].ref == first.sources[Source.JOBS].ref
