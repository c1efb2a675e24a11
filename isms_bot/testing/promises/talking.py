"""Promises about what people are told: comments posted once, with mentions and links, found again by their token; and how many get
mails of new pages."""

from __future__ import annotations

from isms_bot.model import Link, Mention, Source, Text
from isms_bot.testing.promises.scenes import job, refs
from isms_bot.testing.under_test import WikiUnderTest

TOKEN = "n-1f3a9c"  # noqa: S105 - the fragment of a link


class TalkingPromises:
    """`comment` and `watchers`."""

    def test_asking_who_gets_mails_tells_a_number_and_makes_nothing(self, wiki: WikiUnderTest) -> None:
        connector = wiki.connector()
        before = connector.page(job(connector).ref)

        assert connector.watchers() >= 0

        assert refs(connector.observe(Source.JOBS, None).pages) == [before.ref]
        assert connector.page(before.ref) == before

    def test_a_comment_says_its_words_and_names_the_person(self, wiki: WikiUnderTest) -> None:
        connector = wiki.connector()
        page = job(connector)
        message = (
            Text("This is here for "), Mention(wiki.people[1].id), Text(" <b>by</b> 31 January. "),
            Link("How it is done", "https://example.com/how"),
        )  # fmt: skip

        posted = connector.comment(page.ref, message, TOKEN)
        [read] = connector.read(page.ref).comments

        assert read.id == posted.id
        assert read.text.startswith("This is here for ")
        assert wiki.people[1].name in read.text
        assert " <b>by</b> 31 January. How it is done" in read.text
        assert (read.by_person, read.author in {person.id for person in wiki.people}) == (False, False)

    def test_the_token_is_found_in_the_last_link(self, wiki: WikiUnderTest) -> None:
        connector = wiki.connector()
        page = job(connector)
        links = Link("one", "https://example.com/one"), Link("two", "https://example.com/two")

        posted = connector.comment(page.ref, (links[0], Text(" and "), links[1]), TOKEN)
        [read] = connector.read(page.ref).comments

        assert read.links == ("https://example.com/one", f"https://example.com/two#{TOKEN}")
        assert posted.links == read.links

    def test_a_comment_without_a_link_gets_one_for_its_token(self, wiki: WikiUnderTest) -> None:
        connector = wiki.connector()
        page = job(connector)

        connector.comment(page.ref, (Text("Still open. No harm done."),), TOKEN)
        [read] = connector.read(page.ref).comments

        assert [link.rpartition("#")[2] for link in read.links] == [TOKEN]
        assert read.links[0].startswith("http")
        assert "Still open. No harm done." in read.text

    def test_two_comments_are_told_apart_by_their_tokens(self, wiki: WikiUnderTest) -> None:
        connector = wiki.connector()
        page = job(connector)
        for token in ("a1", "b2", "a1"):
            connector.comment(page.ref, (Text("Hello"),), token)

        found = [link.rpartition("#")[2] for comment in connector.read(page.ref).comments for link in comment.links]

        assert sorted(found) == ["a1", "a1", "b2"]

    def test_a_comment_can_be_posted_where_people_wrote(self, wiki: WikiUnderTest) -> None:
        connector = wiki.connector()
        row = wiki.create_row(Source.QUESTIONS, "Why so often?")

        connector.comment(row, (Text("Thank you."),), TOKEN)

        assert [comment.by_person for comment in connector.read(row).comments] == [False]

    def test_a_long_comment_is_posted_whole(self, wiki: WikiUnderTest) -> None:
        connector = wiki.connector()
        page = job(connector)
        text = "Word " * 900 + "end"

        connector.comment(page.ref, (Text(text),), TOKEN)

        assert text in connector.read(page.ref).comments[0].text
