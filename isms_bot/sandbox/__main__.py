"""`python -m isms_bot.sandbox`: serve a sandbox from the command line."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from isms_bot.sandbox.server import serve, ways_in
from isms_bot.sandbox.world import Misuse


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m isms_bot.sandbox", description="Serve an emulated wiki on 127.0.0.1."
    )
    parser.add_argument("--state", type=Path, help="folder that keeps the world; without it the world lives in memory")
    parser.add_argument("--port", type=int, default=None, help="default: the one of last time, else a free one")
    parser.add_argument("--seed", type=int, default=1, help="all ids follow from it (new worlds only)")
    parser.add_argument("--json", action="store_true", help="say where it is as one line of JSON")
    parser.add_argument("--people", type=Path, help="JSON list of {name, email} in place of the six (new worlds only)")
    options = parser.parse_args(arguments)

    def announce(facts: dict[str, Any]) -> None:
        said = json.dumps(facts) if options.json else ways_in(facts)
        sys.stdout.write(said + "\n")
        sys.stdout.flush()

    try:
        people = json.loads(options.people.read_text(encoding="utf-8")) if options.people else None
        return serve(options.state, options.port, options.seed, people=people, announce=announce)
    except (Misuse, OSError, json.JSONDecodeError) as misuse:
        sys.stderr.write(f"sandbox: {misuse}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main())
