"""`abcgen import`: MIDI and MusicXML files as ABC."""

from __future__ import annotations

from pathlib import Path

import click

from abcgen.cli.inputs import find_files, print_errors, reported, shown


@click.command("import")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--part", default=1, show_default=True, help="Which part of each file, of those with notes.")
@click.option("--title", default="", help="The title; else that of the file, or its name.")
@click.option("--out", default="imported", show_default=True, metavar="DIR", help="The folder to write into.")
@click.option("--overwrite", is_flag=True, help="Replace files that are already there.")
def import_(files: tuple[str, ...], part: int, title: str, out: str, overwrite: bool) -> int:
    """Write the tune of each FILE, MIDI or MusicXML, as ABC: its metre and key, its notes on the beats.

    A FILE may be a folder: then all such files in it are taken. Of a file the notes of one part are taken,
    without words. What cannot be read is reported and left out; then the exit code is 1. Bars that do not add
    up in a FILE are kept as they are and reported.
    """
    from abcgen.errors import InputError, ScoreError
    from abcgen.files import refuse_existing, writable_folder, write_whole
    from abcgen.notation import write_abc
    from abcgen.scores.names import safe_stem, unique
    from abcgen.scores.reading import KINDS, read_score

    paths, missing = find_files(files, tuple(KINDS))
    if missing:
        raise InputError(missing[0])
    taken: set[str] = set()
    targets = [Path(out) / f"{unique(safe_stem(path.stem), taken)}.abc" for path in paths]
    refuse_existing(targets, overwrite=overwrite)
    writable_folder(Path(out))
    done = 0
    for path, target in zip(paths, targets, strict=True):
        try:
            tune = read_score(path, part, title)
        except (InputError, ScoreError) as error:
            click.echo(f"{shown(path)}: {str(error).removeprefix(f'{path}: ')}", err=True)
            continue
        done += 1
        text = write_abc(tune)
        write_whole(target, text, overwrite=overwrite)
        print_errors(target, tune, text)
        click.echo(shown(target))
    return reported(done, "imported", Path(out), len(paths) - done)
