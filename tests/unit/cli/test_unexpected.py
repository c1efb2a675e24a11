"""Errors that nobody thought of, interruptions and readers that leave."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from isms_bot import logs
from isms_bot.cli import main
from isms_bot.cli.answering import _unexpected


def test_an_unexpected_error_is_one_sentence_with_the_details_in_a_file(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    logs.hide("planted-secret-of-this-test")
    with pytest.raises(ZeroDivisionError) as met:
        raise ZeroDivisionError("planted-secret-of-this-test cannot be divided")
    _unexpected(met.type, met.value, met.tb)
    said = capsys.readouterr().err
    assert len(said.splitlines()) == 1
    assert "ZeroDivisionError: *** cannot be divided" in said
    found = re.search(r"stands in (\S+);", said)
    assert found
    file = Path(found[1])
    assert "test_unexpected.py" in file.read_text(encoding="utf-8")
    assert "planted-secret" not in file.read_text(encoding="utf-8")
    assert file.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(("flags", "shown"), [([], False), (["--debug"], True)], ids=["plain", "debug"])
def test_a_program_that_meets_one_exits_with_1(flags: list[str], shown: bool, tmp_path: Path) -> None:
    program = (
        "import sys; from isms_bot import packs; from isms_bot.cli import main\n"
        "def available(): raise ZeroDivisionError('planted')\n"
        f"packs.available = available; sys.argv[1:] = {['packs', 'list', *flags]!r}; sys.exit(main())"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False,
        env={"TMPDIR": str(tmp_path)},
    )  # fmt: skip
    assert done.returncode == 1
    assert ("Traceback" in done.stderr) is shown
    assert "ZeroDivisionError: planted" in done.stderr


def test_an_interruption_is_130_and_a_sentence(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("isms_bot.packs.available", interrupted)
    assert main(["packs", "list"]) == 130
    assert "nothing is lost" in capsys.readouterr().err


def test_a_reader_that_leaves_is_no_error() -> None:
    program = "import sys; from isms_bot.cli import main; sys.argv[1:] = ['config', 'schema']; sys.exit(main())"
    process = subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    process.stdout.close()
    process.stdout = None
    _, err = process.communicate(timeout=60)
    assert err == ""
