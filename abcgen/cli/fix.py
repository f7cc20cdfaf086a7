"""`abcgen fix`: what can be mended in ABC files without guessing at the music."""

from __future__ import annotations

import difflib
import re
from pathlib import Path

import click

from abcgen.cli.inputs import count_of, find_files, shown


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--write", is_flag=True, help="Change the files; without it the changes are shown as a diff.")
def fix(files: tuple[str, ...], write: bool) -> int:
    """Mend what has one reading only: numbers, L:, K:, bar lines, brackets, tuplets, endings.

    Every edit is told with its reason on stderr. Leaves with 0 when no error is left, with 1 when
    one is, with 2 when a file could not be read or written.
    """
    from abcgen.errors import InputError, OutputError

    edits = left = 0
    paths, missing = find_files(files)
    for line in missing:
        click.echo(f"abcgen: error: {line}", err=True)
    failed = bool(missing)
    for path in paths:
        try:
            made, remained = _fix_file(path, write=write)
        except (InputError, OutputError) as error:
            failed = True
            click.echo(f"abcgen: error: {error}", err=True)
            continue
        edits += made
        left += remained
    done = "made" if write else "shown (--write makes them)"
    click.echo(f"{count_of(edits, 'edit')} {done}; {count_of(left, 'tune')} with errors left", err=True)
    return 2 if failed else 1 if left else 0


def _fix_file(path: Path, *, write: bool) -> tuple[int, int]:
    """Mend one file, or show how; gives the number of edits and of tunes with errors left."""
    from abcgen.encodings import encoded_like
    from abcgen.files import read_text, write_whole
    from abcgen.notation.repair import repair_book

    edits = left = 0
    old = read_text(path)
    new, results = repair_book(old)
    for tune, mended in results:
        edits += len(mended.edits)
        left += bool(mended.left)
        for edit in mended.edits:
            click.echo(f"{shown(path)}:{tune.line + edit.line - 1}: {edit.reason}", err=True)
        for problem in mended.left:
            line = tune.line + problem.line - 1
            click.echo(f"{shown(path)}:{line}: left as it is, {problem.code}: {problem.message}", err=True)
    if new != old and write:
        write_whole(path.resolve(), encoded_like(new, path.read_bytes()), overwrite=True)
    elif new != old:
        for row in difflib.unified_diff(_lines(old), _lines(new), shown(path), shown(path)):
            whole = row.endswith("\n")
            click.echo(row if whole else f"{row}\n\\ No newline at end of file\n", nl=False)
    return edits, left


def _lines(text: str) -> list[str]:
    """The lines with their ends, cut nowhere else."""
    return re.findall(r"[^\n]*\n|[^\n]+", text)
