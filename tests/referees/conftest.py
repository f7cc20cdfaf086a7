"""Independent programs that read what abcgen writes. Without them their tests skip, and say so.

`ABCGEN_REQUIRE_REFEREES=1` turns a skip into a failure.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest


def _absent(name: str, hint: str) -> None:
    message = f"{name} is not here; {hint}"
    if os.environ.get("ABCGEN_REQUIRE_REFEREES"):
        pytest.fail(message)
    pytest.skip(message)


def _program(name: str, package: str) -> str:
    found = shutil.which(name)
    if found is None:
        _absent(name, f"Debian has it in the package {package}")
    return str(found)


@pytest.fixture(scope="session")
def abc2midi() -> str:
    return _program("abc2midi", "abcmidi")


@pytest.fixture(scope="session")
def chromium() -> str:
    return _program("chromium", "chromium")


@pytest.fixture(scope="session")
def abcjs() -> Path:
    """The folder of node modules that holds abcjs."""
    folder = Path(os.environ.get("ABCGEN_NODE_MODULES", "node_modules"))
    if shutil.which("node") is None or not (folder / "abcjs").is_dir():
        _absent("abcjs", "npm install abcjs, and set ABCGEN_NODE_MODULES to the folder node_modules")
    return folder.resolve()


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of eight new tunes from the embedded model, as the command line writes them."""
    from abcgen.cli import run

    folder = tmp_path_factory.mktemp("written") / "tunes"
    assert run(["generate", "-n", "8", "--seed", "11", "--to", "abc,midi,svg", "--out", str(folder)]) == 0
    return folder
