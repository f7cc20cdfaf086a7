"""`abcgen fix`: what can be mended in ABC files without guessing at the music."""

from __future__ import annotations

import difflib

import click

from abcgen.cli.check import find_files


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--write", is_flag=True, help="Change the files; without it the changes are shown as a diff.")
def fix(files: tuple[str, ...], write: bool) -> int:
    """Mend what has one reading only: numbers, L:, K:, bar lines, brackets, tuplets, endings.

    Every edit is told with its reason on stderr. Leaves with 0 when no error is left, else with 1.
    """
    from abcgen.files import read_text, write_whole
    from abcgen.notation.repair import repair_book

    edits = left = 0
    for path in find_files(files):
        old = read_text(path)
        new, results = repair_book(old)
        for tune, mended in results:
            edits += len(mended.edits)
            left += bool(mended.left)
            for edit in mended.edits:
                click.echo(f"{path}:{tune.line + edit.line - 1}: {edit.reason}", err=True)
            for problem in mended.left:
                line = tune.line + problem.line - 1
                click.echo(f"{path}:{line}: left as it is, {problem.code}: {problem.message}", err=True)
        if new != old and write:
            write_whole(path, _as_it_was(new, path.read_bytes()), overwrite=True)
        elif new != old:
            before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
            click.echo("".join(difflib.unified_diff(before, after, str(path), str(path))), nl=False)
    made = "made" if write else "shown (--write makes them)"
    click.echo(f"{edits} edits {made}; {left} tunes with errors left", err=True)
    return 1 if left else 0


def _as_it_was(text: str, old: bytes) -> bytes:
    """The text in the encoding and with the line ends of the file that it was read from."""
    if old.count(b"\r\n") == old.count(b"\n"):
        text = text.replace("\n", "\r\n")
    try:
        old.decode("utf-8")
    except UnicodeDecodeError:
        return text.encode("latin-1")
    return (b"\xef\xbb\xbf" if old.startswith(b"\xef\xbb\xbf") else b"") + text.encode("utf-8")
