"""`abcgen render`: ABC files as MIDI, MusicXML and engraved scores."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from abcgen.cli.inputs import find_files

if TYPE_CHECKING:
    from abcgen.notation.tune import Tune


@click.command("render")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--to", "to", default="svg,midi", show_default=True, metavar="FORMATS",
              help="Formats, with commas: abc, midi, musicxml, svg, pdf, png.")  # fmt: skip
@click.option("--out", default="rendered", show_default=True, metavar="DIR", help="The folder to write into.")
@click.option("--overwrite", is_flag=True, help="Replace files that are already there.")
def render(files: tuple[str, ...], to: str, out: str, overwrite: bool) -> None:
    """Write every tune of FILE... as a score, as MIDI, as MusicXML.

    A FILE may be a folder: then every .abc file in it is taken. Each tune gets its own files, named by
    its title. A tune with errors is reported and left out; then the exit code is 1.
    """
    from abcgen.errors import InputError, ScoreError
    from abcgen.files import refuse_existing, writable_folder
    from abcgen.scores.render import parse_formats, render_tune, target_paths

    formats = parse_formats(to)
    folder = Path(out)
    paths, missing = find_files(files)
    if missing:
        raise InputError(missing[0])
    jobs, failed = _jobs(paths)
    targets = [path for _, _, stem in jobs for path in target_paths(formats, folder, stem)]
    refuse_existing(targets, overwrite=overwrite)
    writable_folder(folder)
    done = 0
    for path, tune, stem in jobs:
        try:
            written = render_tune(tune, formats, folder, stem, overwrite=overwrite)
        except ScoreError as error:
            click.echo(f"{path}:{tune.line}: {error}", err=True)
            failed += 1
            continue
        done += 1
        click.echo("\n".join(map(str, written)))
    left_out = f"; {failed} left out" if failed else ""
    click.echo(f"{done} {'tune' if done == 1 else 'tunes'} rendered into {folder}{left_out}", err=True)
    if failed:
        click.get_current_context().exit(1)


def _jobs(sources: list[Path]) -> tuple[list[tuple[Path, Tune, str]], int]:
    """Every valid tune with its file and the stem of its new files; and how many are not valid.

    What is wrong with the others is printed.
    """
    from abcgen.errors import InputError
    from abcgen.files import read_text
    from abcgen.notation import parse_book
    from abcgen.scores.names import safe_stem, unique

    jobs: list[tuple[Path, Tune, str]] = []
    taken: set[str] = set()
    bad = 0
    for path in sources:
        text = read_text(path)
        tunes = parse_book(text).tunes
        if not tunes:
            raise InputError(f"there is no tune in {path}; a tune begins with X:")
        for tune in tunes:
            if not tune.valid:
                bad += 1
                _print_errors(path, tune, text.split("\n"))
                continue
            title = tune.title or path.stem
            stem = safe_stem(title if len(tunes) == 1 else f"{tune.reference} {title}")
            jobs.append((path, tune, unique(stem, taken)))
    return jobs, bad


def _print_errors(path: Path, tune: Tune, lines: list[str]) -> None:
    """What keeps a tune from being rendered; warnings are the business of `abcgen check`."""
    for problem in tune.problems:
        if problem.is_error:
            source = lines[problem.line - 1] if 0 < problem.line <= len(lines) else None
            click.echo(problem.render(str(path), source), err=True)
