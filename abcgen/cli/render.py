"""`abcgen render`: ABC files as MIDI, MusicXML, engraved scores and sound."""

from __future__ import annotations

import math
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from abcgen.cli.inputs import find_files, print_errors, reported

if TYPE_CHECKING:
    from abcgen.notation.tune import Tune
    from abcgen.scores import Playing


#: Tunes from which on a book has contents.
MANY = 8


@click.command("render")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--to", "to", default="svg,midi", show_default=True, metavar="FORMATS",
              help="Formats: abc, midi, musicxml, svg, pdf, png, html; wav, ogg, mp3, flac.")  # fmt: skip
@click.option("--out", default="rendered", show_default=True, metavar="DIR", help="The folder to write into.")
@click.option("--overwrite", is_flag=True, help="Replace files that are already there.")
@click.option(
    "--together", is_flag=True, help="One file of all tunes, one after the other: pdf, html, and sound."
)
@click.option("--title", default="", help="With --together: what the file is called.")
@click.option("--instrument", default="piano", show_default=True, metavar="NAME",
              help="What plays: tin-whistle-d, flute, fiddle, mandolin, concertina, harp ….")  # fmt: skip
@click.option("--tempo", type=float, help="Quarter notes a minute; else as Q: says, or by the rhythm.")
@click.option("--swing", is_flag=True, help="Pairs of short notes as long and short, as in hornpipes.")
@click.option("--chords", is_flag=True, help="An accompaniment: the chords over the tune, or plain ones.")
@click.option("--unfold/--no-unfold", default=True, show_default=True, help="Play repeats.")
@click.option("--paper", default="a4", show_default=True, metavar="NAME", help="For pdf: a4, letter, tablet.")
@click.option("--contents/--no-contents", default=None,
              help="With --together: contents and indexes; else from eight tunes on.")  # fmt: skip
@click.option(
    "--transpose", "semitones", default=0, metavar="N", help="Semitones up, or down where negative."
)
@click.option("--tab", default="", metavar="NAME",
              help="Under the notes: tin-whistle (-d, -c, -g), mandolin, fiddle.")  # fmt: skip
@click.option("--note-names", is_flag=True, help="The names of the notes under them.")
@click.option("--scale", default=1.0, show_default=True, help="How large the notes are, 0.5 to 2.")
def render(
    files: tuple[str, ...],
    to: str,
    out: str,
    overwrite: bool,
    together: bool,
    title: str,
    paper: str,
    contents: bool | None,
    semitones: int,
    tab: str,
    note_names: bool,
    scale: float,
    **played: Any,
) -> int:
    """Write every tune of FILE... as a score, as MIDI, as MusicXML, as sound.

    A FILE may be a folder: then every .abc file in it is taken. Each tune gets its own files, named by
    its title. A tune with errors is reported and left out, and so is a format that a tune cannot have; then
    the exit code is 1. How it is played is for MIDI and sound; sound needs the extra: pip install
    'abcgen[audio]'.
    """
    from abcgen.errors import InputError, ScoreError, UsageError
    from abcgen.files import refuse_existing, writable_folder
    from abcgen.scores import (
        Look,
        Pages,
        Rendering,
        parse_formats,
        render_together,
        render_tune,
        target_paths,
    )
    from abcgen.scores.look import checked_look
    from abcgen.scores.sheets import checked_pages

    formats = parse_formats(to)
    how = Rendering(
        _playing(**played), checked_look(Look(tab, note_names, scale)), checked_pages(Pages(paper))
    )
    if title and not together:
        raise UsageError("--title is for --together; without it, each tune has its own")
    folder = Path(out)
    paths, missing = find_files(files)
    if missing:
        raise InputError(missing[0])
    jobs, failed = _jobs(paths)
    jobs = [(path, _moved(tune, semitones), stem) for path, tune, stem in jobs]
    if together:
        writable_folder(folder)
        name = title or Path(files[0]).stem
        how = how._replace(pages=Pages(paper, len(jobs) >= MANY if contents is None else contents))
        faults: list[tuple[Tune, ScoreError]] = []
        written = render_together(
            [tune for _, tune, _ in jobs], formats, folder, name, how, faults, overwrite=overwrite
        )
        places = {id(tune): f"{path}:{tune.line}" for path, tune, _ in jobs}
        for place, reason in dict.fromkeys((places[id(tune)], str(error)) for tune, error in faults):
            click.echo(f"{place}: {reason}", err=True)
        click.echo("\n".join(map(str, written)))
        left_out = len({id(tune) for tune, _ in faults})
        return reported(len(jobs) - left_out, "rendered", folder, failed + left_out)
    targets = [path for _, _, stem in jobs for path in target_paths(formats, folder, stem)]
    refuse_existing(targets, overwrite=overwrite)
    writable_folder(folder)
    done = partly = 0
    for path, tune, stem in jobs:
        missing_formats: list[tuple[str, ScoreError]] = []
        written = render_tune(tune, formats, folder, stem, how, missing_formats, overwrite=overwrite)
        # of one reason once, with all formats that it keeps from being there
        for reason in dict.fromkeys(str(error) for _, error in missing_formats):
            kinds = ", ".join(kind for kind, error in missing_formats if str(error) == reason)
            click.echo(f"{path}:{tune.line}: {kinds}: {reason}", err=True)
        failed += not written
        partly += bool(written and missing_formats)
        done += bool(written)
        if written:
            click.echo("\n".join(map(str, written)))
    return reported(done, "rendered", folder, failed, partly)


def _moved(tune: Tune, semitones: int) -> Tune:
    from abcgen.notation.transpose import transpose_by

    return transpose_by(tune, semitones) if semitones else tune


def _playing(instrument: str, tempo: float | None, swing: bool, chords: bool, unfold: bool) -> Playing:
    """How tunes are to be played. Raises UsageError for what nobody can."""
    from abcgen.errors import UsageError
    from abcgen.scores.playing import STRAIGHT, SWUNG, Playing, checked, program_of

    if tempo is not None and not math.isfinite(tempo):
        raise UsageError(f"{tempo} is no tempo")
    quarters = None if tempo is None else Fraction(tempo).limit_denominator(1000)
    share = SWUNG if swing else STRAIGHT
    return checked(Playing(program_of(instrument), quarters, share, chords, unfold))


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
        try:
            text = read_text(path)
            tunes = parse_book(text).tunes
            if not tunes:
                raise InputError(f"there is no tune in {path}; a tune begins with X:")
        except InputError as error:
            if len(sources) == 1:
                raise
            bad += 1
            click.echo(str(error), err=True)
            continue
        for tune in tunes:
            if not tune.valid:
                bad += 1
                print_errors(path, tune, text)
                continue
            title = tune.title or path.stem
            stem = safe_stem(title if len(tunes) == 1 else f"{tune.reference} {title}")
            jobs.append((path, tune, unique(stem, taken)))
    return jobs, bad
