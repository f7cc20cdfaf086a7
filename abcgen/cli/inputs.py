"""The files that a command is given, and how their names are shown."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path


def find_files(names: Iterable[str]) -> tuple[list[Path], list[str]]:
    """The files meant by `names`, folders searched for `.abc`; and a line for every name that means none."""
    from abcgen.files import abc_files

    found: list[Path] = []
    missing: list[str] = []
    for name in names:
        path = Path(name)
        if path.is_dir():
            inside = abc_files(path)
            found += inside
            if not inside:
                missing.append(f"{shown(path)} holds no .abc file")
        elif path.exists():
            found.append(path)
        else:
            missing.append(f"{shown(path)} is not there")
    return found, missing


def shown(path: Path) -> str:
    """A path as text for people and for JSON, whatever its bytes."""
    from abcgen.files import printable

    return printable(str(path))


def count_of(number: int, what: str) -> str:
    """`1 tune`, `2 tunes`."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
