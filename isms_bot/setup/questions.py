"""The eight questions, each with a default, and each put again until its answer can be."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from isms_bot.config import SecretRef
from isms_bot.connector import AccountInfo
from isms_bot.errors import ConfigError
from isms_bot.packs import available, load_pack, title_of
from isms_bot.setup import countries, people, wikis
from isms_bot.setup.answers import Answers, Kept
from isms_bot.setup.asking import Asker, Question, Wrong, answered, one_of
from isms_bot.setup.mailing import mail_server
from isms_bot.signoff.words import LANGUAGES

FILE, VARIABLE = "file", "environment"
_KEPT = (FILE, VARIABLE)


class Secrets(Protocol):
    """What is known about where secrets are kept; the command line knows the environment and the disk."""

    def held(self, ref: SecretRef) -> str | None:
        """The secret that is kept there now; None if there is none."""
        ...

    def hide(self, secret: str) -> None:
        """Never show it anywhere."""
        ...


class Questions:
    """Puts the questions and fills in `answers`. `base` is the folder of the configuration; `defaults` are what it says already."""

    def __init__(
        self, asker: Asker, secrets: Secrets, answers: Answers, base: Path, defaults: dict[str, Any] | None = None
    ) -> None:
        self._asker = asker
        self._secrets = secrets
        self._base = base
        self._defaults = defaults or {}
        self.answers = answers

    # --- 1. the wiki

    def wiki(self) -> None:
        """The address of the page that the ISMS lives under, and what it does not tell."""
        one = Question(
            "address",
            "   Address of the page under which the ISMS is to live",
            heading="1. The wiki.",
            default=self._default("root") if str(self._default("root")).startswith("http") else "",
        )
        found = answered(self._asker, one, wikis.candidates)
        chosen = found[0]
        if len(found) > 1:
            names = [candidate.place.wiki for candidate in found]
            asked = Question("wiki", "   Which wiki is that?", default=names[0], listed=tuple(names))
            name = answered(self._asker, asked, lambda said: one_of(names, said, "wiki"))
            chosen = found[names.index(name)]
        self._asker.say(f"   That is {chosen.place.wiki}.")
        settings: dict[str, Any] = dict(chosen.place.settings)
        for key, what in wikis.missing(chosen.connector, settings):
            settings[key] = self._setting(chosen.connector, settings, key, what)
        for key, what in wikis.offered(chosen.connector):
            settings[key] = self._offered(chosen.connector, settings, key, what, str(self._default(key)))
        self.answers.connector, self.answers.place = chosen.connector, chosen.place
        self.answers.settings = {**self._kept_settings(chosen.connector, settings), **settings}
        wikis.validated(self.answers.connector, self.answers.settings)

    def _setting(self, connector: str, settings: dict[str, Any], key: str, what: str) -> str:
        question = Question(key, f"   {what}", default=str(self._default(key)))

        def read(said: str) -> str:
            if not said:
                raise Wrong(f"nothing was said; the wiki cannot be reached without it ({key})")
            wikis.checked(connector, {**settings, key: said}, key)
            return said

        return answered(self._asker, question, read)

    def offered(self, key: str, sentence: str) -> None:
        """One setting that may be left out, after an answer that does not hold; `sentence` says why not. The answer is the default,
        since what was wrong may have been put right in the wiki."""
        said, what = self.answers.settings[key], dict(wikis.offered(self.answers.connector))[key]
        self._asker.wrong(_may_be_left_out(key, what, said), sentence)
        value = self._offered(self.answers.connector, dict(self.answers.settings), key, what, said)
        self.answers.settings = {**self.answers.settings, key: value}

    def _offered(self, connector: str, settings: dict[str, Any], key: str, what: str, default: str) -> str | None:
        """A setting that may be left out; None if it is."""

        def read(said: str) -> str | None:
            if said.casefold() in people.NOBODY:
                return None
            wikis.validated(connector, {**settings, key: said})
            return said

        return answered(self._asker, _may_be_left_out(key, what, default), read)

    def _kept_settings(self, connector: str, settings: dict[str, Any]) -> dict[str, Any]:
        """Settings of the same wiki that nobody is asked for, as the file has them (a proxy, an own certificate)."""
        if self._defaults.get("connector") != connector:
            return {}
        known = wikis.optional(connector)
        return {
            key: self._defaults[key] for key in known if key in self._defaults and key not in settings and key != "api"
        }

    # --- 2. the token

    def token(self) -> None:
        """The token and where it is kept."""
        place = self.answers.place
        assert place is not None
        self._asker.say(f"2. The token. {place.credential}")
        self.answers.token = self._secret("token", "token", f"{self.answers.workspace}.token", place.variable)

    def another_token(self) -> None:
        """The value alone, after one that does not work."""
        kept = self.answers.token
        assert kept is not None
        value = self._typed("token", "token", None)
        self.answers.token = Kept(kept.ref, value, to_write=bool(kept.ref.file), to_export=bool(kept.ref.env))

    def _secret(self, key: str, what: str, file: str, variable: str) -> Kept:
        """A secret, which never stands in the configuration: where it is kept, and what it is unless it is there already."""
        before = self._defaults.get(key)
        ref = SecretRef(**before) if isinstance(before, dict) else SecretRef(file=file)
        usual = ref if ref.env or self._secrets.held(ref) else SecretRef(env=variable)
        default = VARIABLE if usual.env and self._secrets.held(usual) else FILE
        where = Question(
            f"{key}_kept",
            f"   Where is the {what} to be kept? A file that only you may read, or the environment",
            default,
            _KEPT,
        )
        if answered(self._asker, where, lambda said: one_of(_KEPT, said, "place")) == FILE:
            name = answered(self._asker, Question(f"{key}_file", "   Name of the file", ref.file or file), _file)
            chosen = SecretRef(file=name)
        else:
            name = answered(
                self._asker, Question(f"{key}_env", "   Name of the variable", ref.env or variable), _variable
            )
            chosen = SecretRef(env=name)
        held = self._secrets.held(chosen)
        if held is not None:
            self._asker.say(f"   The {what} that {chosen.env or chosen.file} holds is used.")
            self._secrets.hide(held)
            return Kept(chosen, held)
        value = self._typed(key, what, chosen)
        return Kept(chosen, value, to_write=bool(chosen.file), to_export=bool(chosen.env))

    def _typed(self, key: str, what: str, chosen: SecretRef | None) -> str:
        only = f" (it is not in {chosen.env} yet)" if chosen is not None and chosen.env else ""
        question = Question(key, f"   The {what}{only}; it is not shown", secret=True)

        def read(said: str) -> str:
            if not said or not said.isprintable() or not said.isascii() or " " in said:
                raise Wrong(f"that is no {what}: it is one word without blanks, copy it whole")
            return said

        value = answered(self._asker, question, read)
        self._secrets.hide(value)
        return value

    # --- 3. and 4. where and in which language

    def country(self) -> None:
        """The country, from which public holidays and a time zone follow."""
        question = Question(
            "country",
            "   Where is the team?",
            self._default("calendar"),
            heading="3. The country, for public holidays and the time zone.",
        )
        code, self.answers.calendar = answered(self._asker, question, countries.country)
        self.answers.country = code
        if not self.answers.calendar:
            self._asker.say("   No public holidays are known for it: working days are Monday to Friday.")
        usual = countries.zones().get(code, ())
        before = self._default("timezone")
        default = before if before and (before in usual or not usual) else usual[0] if usual else "UTC"
        listed = usual if 1 < len(usual) <= 12 else ()
        asked = Question("timezone", "   The time zone", default, listed)
        self.answers.timezone = answered(self._asker, asked, lambda said: countries.zone(_numbered(listed, said), code))

    def language(self) -> None:
        """The language of the pages and messages."""
        known = tuple(LANGUAGES)
        question = Question(
            "language",
            f"   One of {', '.join(known)}",
            self._default("language") or "en",
            heading="4. The language of the pages.",
        )

        def read(said: str) -> str:
            word = said.lower()
            if word.partition("-")[0] not in known:
                raise Wrong(
                    f'"{said}" is no language that the form of a job has words for; choose one of {", ".join(known)}, or add words '
                    "of your own to the configuration later (labels)"
                )
            head, dash, region = word.partition("-")
            return f"{head}{dash}{region.upper()}"

        self.answers.language = answered(self._asker, question, read)

    # --- 5. and 6. who

    def people(self) -> None:
        """Product manager and deputy."""
        listed = self.answers.people
        names = tuple(people.shown(one) for one in listed)
        asked = Question(
            "product_manager",
            "   The product manager",
            self._default("product_manager"),
            names,
            heading="5. Product manager and deputy: they decide, and what they decide counts.",
        )
        manager = answered(self._asker, asked, lambda said: people.one(said, listed))

        def second(said: str) -> AccountInfo | None:
            if said.casefold() in people.NOBODY:
                return None
            found = people.one(said, listed)
            if found.id == manager.id:
                raise Wrong(
                    f"{found.name} is the product manager, and nobody decides for oneself; name somebody else, or none"
                )
            return found

        asked = Question("deputy", "   The deputy, or none", self._default("deputy") or people.NOBODY[0])
        self.answers.manager, self.answers.deputy = manager, answered(self._asker, asked, second)

    def team(self) -> None:
        """Who takes part. Later people are added in the wiki."""
        listed = self.answers.people
        before = self._default("team")
        default = ", ".join(before) if isinstance(before, list) else people.EVERYBODY[0]
        question = Question(
            "team",
            "   Numbers or names with commas between them, or all",
            default,
            tuple(people.shown(one) for one in listed),
            heading="6. The team: who takes part from the first day? Later people are added in the wiki.",
        )
        self.answers.team = answered(self._asker, question, lambda said: people.some(said, listed))

    # --- 7. and 8. what, and where mail goes

    def pack(self) -> None:
        """The pack of pages and schedules."""
        names = available()
        titles = tuple(f"{name}: {title_of(name)}" for name in names)
        question = Question(
            "pack",
            "   Which one?",
            self._default("pack") or "lightweight",
            titles,
            heading="7. The pack of pages and schedules.",
        )

        def read(said: str) -> str:
            if said.isdecimal() or said in names:
                return one_of(names, said, "pack")
            try:
                load_pack(said, self._base)
            except ConfigError as error:
                raise Wrong("; ".join(problem.what for problem in error.problems)) from error
            return said

        self.answers.pack = answered(self._asker, question, read)

    def mail(self) -> None:
        """The mail server, or none."""
        self._asker.say("8. Mail: the bot reminds by mail as well where there is a server that takes it.")
        before = self._default("mail")
        server = before.get("server") if isinstance(before, dict) else None
        ref = SecretRef(**server) if isinstance(server, dict) else None
        self.answers.mail = mail_server(self._asker, self._secrets, f"{self.answers.workspace}.mail", ref)

    # --- all together

    @property
    def all(self) -> tuple[Callable[[], None], ...]:
        """The eight, in order."""
        return (self.wiki, self.token, self.country, self.language, self.people, self.team, self.pack, self.mail)

    def _default(self, key: str) -> Any:
        return self._defaults.get(key, "")


def _may_be_left_out(key: str, what: str, default: str) -> Question:
    return Question(key, f"   {what} Or {people.NOBODY[0]} for now.", default or people.NOBODY[0])


def _numbered(listed: tuple[str, ...], said: str) -> str:
    return one_of(listed, said, "time zone") if said.isdecimal() and listed else said


def _file(said: str) -> str:
    if not said or said.endswith("/"):
        raise Wrong("name a file, as acme.token; a relative name is looked for beside the configuration")
    return said


def _variable(said: str) -> str:
    if not said.isidentifier() or not said.isascii():
        raise Wrong("that is no name of a variable (letters, digits, _); the secret itself does not belong here")
    return said


def summary(answers: Answers) -> tuple[str, ...]:
    """The answers as lines, one per question."""
    place, token = answers.place, answers.token
    assert place is not None and token is not None and answers.manager is not None
    team = "everybody" if answers.team is None else ", ".join(one.name for one in answers.team)
    deputy = answers.deputy.name if answers.deputy else "no deputy"
    mail = f"through the server in {answers.mail.ref.file or answers.mail.ref.env}" if answers.mail else "none"
    more = "".join(f"; {key}: {answers.settings.get(key) or 'none'}" for key, _ in wikis.offered(answers.connector))
    return (
        f"wiki: {place.wiki}, {answers.settings.get('root', '')}{more}",
        f"token: kept in {token.ref.env or token.ref.file}",
        f"country: holidays of {answers.calendar or 'nowhere'}, time zone {answers.timezone}",
        f"language: {answers.language}",
        f"product manager: {answers.manager.name}; {deputy}",
        f"team: {team}",
        f"pack: {answers.pack}",
        f"mail: {mail}",
    )
