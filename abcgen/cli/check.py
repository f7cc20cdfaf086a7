"""`abcgen check`: what is wrong with ABC files, for people and for machines."""

from __future__ import annotations

import json
from pathlib import Path

import click

from abcgen.errors import InputError


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a tune, a line each.")
def check(files: tuple[str, ...], as_json: bool) -> int:
    """Say what is wrong with ABC files; a folder means every .abc file in it.

    Leaves with 0 when all tunes are clean, 1 when some have errors, 2 when a file cannot be read.
    """
    from abcgen.files import read_text
    from abcgen.notation import parse_book

    tunes = bad = warnings = 0
    for path in find_files(files):
        text = read_text(path)
        book = parse_book(text)
        if not book.tunes:
            raise InputError(f"{path} holds no tune; a tune begins with a line such as X:1")
        lines = text.split("\n")
        for tune in book.tunes:
            tunes += 1
            bad += not tune.valid
            warnings += sum(not problem.is_error for problem in tune.problems)
            if as_json:
                record = {
                    "file": str(path),
                    "line": tune.line,
                    "x": tune.reference,
                    "title": tune.title,
                    "ok": tune.valid,
                    "problems": [problem.as_dict() for problem in tune.problems],
                }
                click.echo(json.dumps(record, ensure_ascii=False))
                continue
            for problem in tune.problems:
                source = lines[problem.line - 1] if 0 < problem.line <= len(lines) else None
                click.echo(problem.render(str(path), source))
    if not as_json:
        click.echo(f"{tunes} tunes, {bad} with errors, {warnings} warnings", err=True)
    return 1 if bad else 0


def find_files(names: tuple[str, ...]) -> list[Path]:
    """The files meant by `names`, folders searched for `.abc`. Raises InputError when there is none."""
    found: list[Path] = []
    for name in names:
        path = Path(name)
        if path.is_dir():
            inside = sorted(p for p in path.rglob("*") if p.suffix.lower() == ".abc" and p.is_file())
            if not inside:
                raise InputError(f"{path} holds no .abc file")
            found += inside
        elif path.exists():
            found.append(path)
        else:
            raise InputError(f"{path} is not there")
    return found
