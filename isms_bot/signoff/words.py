"""The words of the form: labels, sign words and what surrounds them, in the languages of a workspace and in own words.

All words are kept flat (see `folding`), the longest first, so that "full name" is tried before "name".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

from isms_bot.errors import ConfigError, Problem
from isms_bot.signoff.folding import flat


@dataclass(frozen=True, slots=True)
class Labels:
    """Words by what they are for; the names of the fields are the keys under which own words are given.

    `name`, `date`, `signature`: labels of the form. `sign`: what a signing comment begins with. `link`: words between the sign
    word and a name or date ("by", "on"). `behalf`: "for", "on behalf of". `confirm`, `decline`: what a comment begins with that
    answers a signature "for" somebody. `not_applicable`: "n/a". `placeholder`: words that
    stand for a reason and are none. `question`: beginnings of the closing question. `nothing`: answers that say nothing.
    """

    name: tuple[str, ...] = ()
    date: tuple[str, ...] = ()
    signature: tuple[str, ...] = ()
    sign: tuple[str, ...] = ()
    link: tuple[str, ...] = ()
    behalf: tuple[str, ...] = ()
    confirm: tuple[str, ...] = ()
    decline: tuple[str, ...] = ()
    not_applicable: tuple[str, ...] = ()
    placeholder: tuple[str, ...] = ()
    question: tuple[str, ...] = ()
    nothing: tuple[str, ...] = ()


LANGUAGES: Mapping[str, Labels] = {
    "en": Labels(
        name=("name", "full name", "your name"),
        date=("date", "done on", "date done"),
        signature=("signature", "signed"),
        sign=("signed", "signed off", "signed-off"),
        link=("by", "on", "at"),
        behalf=("for", "on behalf of"),
        confirm=("confirmed", "confirm", "i confirm"),
        decline=("declined", "decline", "not confirmed", "i decline"),
        not_applicable=("n/a", "not applicable"),
        placeholder=("reason", "why", "because", "your"),
        question=("anything unclear, wrong or a pain",),
        nothing=("no", "none", "nothing", "nope"),
    ),
    "nl": Labels(
        name=("naam", "volledige naam", "voor- en achternaam"),
        date=("datum", "gedaan op", "uitgevoerd op"),
        signature=("handtekening", "ondertekening"),
        sign=("getekend", "ondertekend"),
        link=("door", "op"),
        behalf=("voor", "namens"),
        confirm=("bevestigd", "akkoord"),
        decline=("afgewezen", "niet bevestigd", "niet akkoord"),
        not_applicable=("n.v.t.", "nvt", "n.v.t", "niet van toepassing"),
        placeholder=("reden", "waarom"),
        question=("iets onduidelijk, fout of vervelend", "is er iets onduidelijk, fout of vervelend"),
        nothing=("nee", "geen", "niets", "niks"),
    ),
    "de": Labels(
        name=("name", "vollständiger name", "vor- und nachname"),
        date=("datum", "erledigt am", "durchgeführt am"),
        signature=("unterschrift", "signatur"),
        sign=("unterschrieben", "unterzeichnet", "signiert", "gezeichnet", "gez"),
        link=("von", "durch", "am"),
        behalf=("für", "im namen von", "im auftrag von"),
        confirm=("bestätigt", "ich bestätige"),
        decline=("abgelehnt", "nicht bestätigt"),
        not_applicable=("entfällt", "nicht zutreffend", "nicht anwendbar", "n. a.", "n.a."),
        placeholder=("grund", "begründung", "warum"),
        question=("etwas unklar, falsch oder lästig", "ist etwas unklar, falsch oder lästig"),
        nothing=("nein", "nichts", "keine"),
    ),
    "pl": Labels(
        name=("imię i nazwisko", "imię", "nazwisko"),
        date=("data", "data wykonania", "wykonano dnia"),
        signature=("podpis",),
        sign=("podpisano", "podpisane", "podpisałem", "podpisałam", "podpisuję"),
        link=("przez", "dnia", "w dniu"),
        behalf=("za", "dla", "w imieniu"),
        confirm=("potwierdzam", "potwierdzono", "potwierdzone"),
        decline=("odrzucam", "odrzucono", "nie potwierdzam", "nie potwierdzono"),
        not_applicable=("nie dotyczy", "n.d.", "nd"),
        placeholder=("powód", "dlaczego"),
        question=("coś niejasnego, błędnego lub uciążliwego", "czy coś jest niejasne, błędne lub uciążliwe"),
        nothing=("nie", "nic", "brak"),
    ),
    "fr": Labels(
        name=("nom", "nom et prénom", "prénom et nom", "nom complet"),
        date=("date", "fait le", "effectué le"),
        signature=("signature",),
        sign=("signé", "signée"),
        link=("par", "le"),
        behalf=("pour", "au nom de"),
        confirm=("confirmé", "confirmée", "je confirme"),
        decline=("décliné", "déclinée", "non confirmé", "non confirmée"),
        not_applicable=("sans objet", "s.o.", "non applicable"),
        placeholder=("raison", "motif", "pourquoi"),
        question=("quelque chose de flou, de faux ou de pénible", "quelque chose d'obscur, de faux ou de pénible"),
        nothing=("non", "rien", "aucun", "aucune"),
    ),
    "es": Labels(
        name=("nombre", "nombre y apellidos", "nombre completo"),
        date=("fecha", "hecho el", "realizado el"),
        signature=("firma",),
        sign=("firmado", "firmada", "firmo"),
        link=("por", "el", "a"),
        behalf=("para", "en nombre de", "por cuenta de"),
        confirm=("confirmado", "confirmada", "confirmo"),
        decline=("rechazado", "rechazada", "no confirmado", "no confirmo"),
        not_applicable=("no aplica", "no procede"),
        placeholder=("motivo", "razón", "por qué"),
        question=("algo confuso, erróneo o molesto", "¿algo confuso, erróneo o molesto"),
        nothing=("no", "nada", "ninguno", "ninguna"),
    ),
}
"""Built-in words by language."""

KINDS = tuple(spec.name for spec in fields(Labels))
"""The keys that own words may be given under."""


def _words(label: Labels, kind: str) -> tuple[str, ...]:
    words: tuple[str, ...] = getattr(label, kind)
    return words


def labels(languages: tuple[str, ...], own: Mapping[str, tuple[str, ...]] | None = None) -> Labels:
    """The words of `languages` ("de-AT" counts as "de"), of English and `own` ones, flat, longest first.

    English is always among them, as the shipped pages are. A language that is not built in brings no words: give them in
    `own`, whose keys are the field names of `Labels`. Raises ConfigError for a key that is none of these.
    """
    added = own or {}
    unknown = [key for key in added if key not in KINDS]
    if unknown:
        raise ConfigError(*(Problem("", f"labels.{key}", f"is none of {', '.join(KINDS)}") for key in unknown))
    codes = ["en", *(tag.lower().replace("_", "-").partition("-")[0] for tag in languages)]
    known = [LANGUAGES[code] for code in codes if code in LANGUAGES]
    merged: dict[str, tuple[str, ...]] = {}
    for kind in KINDS:
        words = [word for source in known for word in _words(source, kind)] + list(added.get(kind, ()))
        flattened = {" ".join(flat(word).split()) for word in words} - {""}
        merged[kind] = tuple(sorted(flattened, key=lambda word: (-len(word), word)))
    return Labels(**merged)
