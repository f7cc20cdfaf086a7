"""Independent programs that read what abcgen writes."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from absent import absent


def _program(name: str, package: str) -> str:
    found = shutil.which(name)
    if found is None:
        absent(f"{name} is not here; Debian has it in the package {package}")
    return str(found)


@pytest.fixture(scope="session")
def abc2midi() -> str:
    return _program("abc2midi", "abcmidi")


@pytest.fixture(scope="session")
def abcjs() -> Path:
    """The folder of node modules that holds abcjs."""
    folder = Path(os.environ.get("ABCGEN_NODE_MODULES", "node_modules"))
    if shutil.which("node") is None or not (folder / "abcjs").is_dir():
        absent("abcjs is not here: npm install abcjs, and set ABCGEN_NODE_MODULES to the folder node_modules")
    return folder.resolve()


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of eight new tunes from the embedded model, as the command line writes them."""
    from abcgen.cli import run

    folder = tmp_path_factory.mktemp("written") / "tunes"
    assert run(["generate", "-n", "8", "--seed", "11", "--to", "abc,midi,svg", "--out", str(folder)]) == 0
    return folder
