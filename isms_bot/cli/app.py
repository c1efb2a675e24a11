"""The verbs put together. Importing this must stay cheap: verbs import what they need when they are called."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from isms_bot.cli import (
    apply,
    check,
    config,
    db,
    decide,
    demo,
    doctor,
    init,
    packs,
    people,
    plan,
    run,
    sandbox,
    setup,
    simulate,
    start,
    status,
    undo,
    verify,
)
from isms_bot.cli.call import Call

EVERYWHERE = "--config, --workspace, --json and --debug may stand before or after the command."

app = typer.Typer(
    name="isms-bot",
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    epilog=EVERYWHERE,
)

ConfigFile = Annotated[Path, typer.Option("--config", metavar="FILE", help="The configuration.")]
WorkspaceName = Annotated[
    str | None, typer.Option("--workspace", metavar="NAME", help="Which workspace, where there are several.")
]
AsJson = Annotated[bool, typer.Option("--json", help="The last line on stdout is the answer as one JSON object.")]
Debug = Annotated[bool, typer.Option("--debug", help="Tell more, and show where an unexpected error came from.")]
Version = Annotated[bool, typer.Option("--version", help="Say which version this is.")]


@app.callback(invoke_without_command=True)
def isms_bot(
    context: typer.Context,
    config_file: ConfigFile = Path("config.toml"),
    workspace: WorkspaceName = None,
    as_json: AsJson = False,
    debug: Debug = False,
    version: Version = False,
) -> None:
    """Keeps an information security management system inside your team's own wiki."""
    if version:
        from importlib.metadata import version as installed

        print(f"isms-bot {installed('isms-bot')}")
        raise typer.Exit
    from isms_bot import logs

    logs.configure(level="debug" if debug else "warning", form="text")
    context.obj = Call(config_file, workspace, as_json, debug)


app.command()(demo.demo)
app.command()(setup.setup)
app.command()(init.init)
app.command()(check.check)
app.command()(plan.plan)
app.command()(apply.apply)
app.command()(undo.undo)
app.command()(run.run)
app.command()(status.status)
app.command()(simulate.simulate)
app.command()(start.start)
app.command()(people.people)
app.command()(decide.decide)
app.command()(verify.verify)
app.command()(doctor.doctor)
app.command()(sandbox.sandbox)
app.add_typer(db.group, name="db")
app.add_typer(packs.group, name="packs")
app.add_typer(config.group, name="config")
