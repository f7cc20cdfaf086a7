"""The files that a command is given, and how their names are shown."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from abcgen.notation import Tune


def find_files(names: Iterable[str], suffixes: Collection[str] = ()) -> tuple[list[Path], list[str]]:
    """The files meant by `names`, folders searched for `.abc`; and a line for every name that means none.

    With `suffixes` folders are searched for files that end so.
    """
    from abcgen.files import abc_files, files_ending

    found: list[Path] = []
    missing: list[str] = []
    for name in names:
        path = Path(name)
        if path.is_dir():
            inside = files_ending(path, suffixes) if suffixes else abc_files(path)
            found += inside
            if not inside:
                missing.append(f"{shown(path)} holds no {' or '.join(suffixes) or '.abc'} file")
        elif path.exists():
            found.append(path)
        else:
            missing.append(f"{shown(path)} is not there")
    return found, missing


def shown(path: Path) -> str:
    """A path as text for people and for JSON, whatever its bytes."""
    from abcgen.files import printable

    return printable(str(path))


def print_errors(path: Path, tune: Tune, text: str) -> None:
    """The errors of a tune of a file with that text; warnings are the business of `abcgen check`."""
    lines = text.split("\n")
    for problem in tune.problems:
        if problem.is_error:
            source = lines[problem.line - 1] if 0 < problem.line <= len(lines) else None
            click.echo(problem.render(shown(path), source), err=True)


def reported(done: int, how: str, folder: Path, left_out: int, partly: int = 0) -> int:
    """Say how many tunes are in a folder now; gives the exit code: 1 if some were left out, also `partly`."""
    rest = f"; {left_out} left out" if left_out else ""
    rest += f"; {partly} not in all formats" if partly else ""
    click.echo(f"{count_of(done, 'tune')} {how} into {shown(folder)}{rest}", err=True)
    return 1 if left_out or partly else 0


def count_of(number: int, what: str) -> str:
    """`1 tune`, `2 tunes`."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
