"""The wheel and the sdist, built once, and a virtual environment that holds the wheel instead of the checkout."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import venv
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def run(*command: str | Path, cwd: Path) -> str:
    """What a command prints. It must end well and say nothing else."""
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@dataclass(frozen=True)
class Built:
    """The files that a release consists of."""

    sdist: Path
    wheel: Path
    """Built from the unpacked sdist, as an index or a distributor does it."""

    wheel_of_checkout: Path


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Both, by the hatchling that is installed: no build environment, nothing fetched."""
    out, direct = tmp_path_factory.mktemp("dist"), tmp_path_factory.mktemp("direct")
    build = (sys.executable, "-m", "build", "--no-isolation", ROOT)
    run(*build, "--outdir", out, cwd=out)
    run(*build, "--wheel", "--outdir", direct, cwd=out)
    (sdist,), (wheel,), (of_checkout,) = out.glob("*.tar.gz"), out.glob("*.whl"), direct.glob("*.whl")
    return Built(sdist, wheel, of_checkout)


@dataclass(frozen=True)
class Installed:
    """A virtual environment into which the wheel was installed."""

    folder: Path

    @property
    def site_packages(self) -> Path:
        where = sysconfig.get_path("purelib", "venv", vars={"base": str(self.folder)})
        return Path(where)

    @property
    def scripts(self) -> Path:
        return Path(sysconfig.get_path("scripts", "venv", vars={"base": str(self.folder)}))

    def python(self, code: str) -> str:
        """What `code` prints there, in isolated mode: nothing of the checkout is in reach."""
        return run(self.scripts / "python", "-I", "-W", "error", "-c", code, cwd=self.folder).strip()


@pytest.fixture(scope="session")
def installed(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The wheel in an environment of its own. Its dependencies are lent by the environment of the tests, through a .pth file:
    Python reads no .pth files of lent folders, so the editable install of the checkout stays out of reach."""
    folder = tmp_path_factory.mktemp("installed") / "venv"
    venv.create(folder, symlinks=True)
    installed = Installed(folder)
    pip = (sys.executable, "-m", "pip", "--python", installed.scripts / "python")
    options = ("--quiet", "--disable-pip-version-check", "--no-deps", "--no-index")
    run(*pip, "install", *options, built.wheel, cwd=folder)
    (installed.site_packages / "lent.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return installed
