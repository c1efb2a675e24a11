"""`packs`: the schedule packs that come with isms-bot."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from isms_bot.cli.call import call_of

if TYPE_CHECKING:
    from isms_bot.packs import Pack, PackPage

group = typer.Typer(help="The schedule packs that come along.", no_args_is_help=True, rich_markup_mode=None)


@group.command("list")
def listing(context: typer.Context) -> int:
    """List the packs."""
    from isms_bot.packs import available, load_pack

    call = call_of(context)
    packs = [load_pack(name) for name in available()]
    for pack in packs:
        call.say(
            f"{pack.name}: {pack.title}, version {pack.version}, {len(pack.policy)} items, {len(pack.schedules)} schedules"
            f"{_also_in(pack)}"
        )
    call.answer(
        {
            "packs": [
                {
                    "name": pack.name,
                    "title": pack.title,
                    "version": pack.version,
                    "path": str(pack.path),
                    "translations": {language: len(_in_language(pack, language)) for language in pack.translations},
                }
                for pack in packs
            ]
        }
    )
    return 0


@group.command()
def show(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="A name, or a path as ./my-pack.")],
) -> int:
    """Show what a pack answers: its items and when they may be left out, and which page serves which clause, control or risk."""
    from isms_bot.packs import load_pack

    call = call_of(context)
    pack = load_pack(name, Path())
    call.say(f"{pack.title}, version {pack.version}{_also_in(pack)}")
    call.say("\nItems, and when one need not apply:")
    for item in pack.policy:
        call.say(f"  {item}: {pack.applicability.get(item, 'applies to everyone')}")
    mapped = {key: pack.mapped(key) for key in pack.mappings}
    for key, entries in mapped.items():
        call.say(f"\n{pack.mappings[key]} ({key}):")
        for entry, pages in entries.items():
            call.say(f"  {entry}: {', '.join(page.id for page in pages)}")
    call.answer(
        {
            "name": pack.name,
            "version": pack.version,
            "items": {item: pack.applicability.get(item, "") for item in pack.policy},
            "mappings": {
                key: {
                    "refers_to": pack.mappings[key],
                    "pages": {entry: [page.id for page in pages] for entry, pages in entries.items()},
                    "schedules": {entry: _schedules(pack, pages) for entry, pages in entries.items()},
                }
                for key, entries in mapped.items()
            },
        }
    )
    return 0


@group.command()
def copy(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME")],
    to: Annotated[Path, typer.Argument(metavar="DIR", help="A new or empty folder.")],
) -> int:
    """Copy a pack into a folder, to make it your own."""
    from isms_bot.packs import copy_pack

    call = call_of(context)
    folder = copy_pack(name, to)
    call.say(f'{folder} holds the pack now; use it with pack = "./{folder.name}" in the configuration.')
    call.answer({"path": str(folder)})
    return 0


def _also_in(pack: Pack) -> str:
    """ ", pages in nl: 2 of 55" for each translation."""
    counts = (f"{language}: {len(_in_language(pack, language))} of {len(pack.pages)}" for language in pack.translations)
    return "".join(f", pages in {one}" for one in counts)


def _in_language(pack: Pack, language: str) -> tuple[PackPage, ...]:
    from isms_bot.packs import load_pack

    return tuple(page for page in load_pack(pack.path, language=language).pages if page.original is not None)


def _schedules(pack: Pack, pages: Sequence[PackPage]) -> list[str]:
    """Ids of the schedules whose procedure is one of these pages."""
    ids = {page.id for page in pages}
    return [one.id for one in pack.schedules if one.procedure in ids]
