"""`abcgen transpose`: the tunes of a file in another key."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from abcgen.errors import InputError, UsageError

if TYPE_CHECKING:
    from abcgen.notation import Tune

#: Problems of this step of the ladder and above leave every note as it was written.
BARS = 4


@click.command()
@click.argument("file", metavar="FILE")
@click.option("--to", "key", default="", metavar="KEY", help="The new key; a tonic alone keeps the mode.")
@click.option("--by", "semitones", type=int, metavar="N", help="Semitones up, or down where negative.")
@click.option("--fit", "instrument", default="", metavar="NAME", help="The nearest key that NAME can play.")
@click.option("--out", default="", metavar="FILE", help="Write there; to the terminal when left out.")
@click.option("--overwrite", is_flag=True, help="Replace a file that is already there.")
def transpose(file: str, key: str, semitones: int | None, instrument: str, out: str, overwrite: bool) -> int:
    """Move every tune of FILE to another key. A tune that cannot be read whole is told and left out."""
    from abcgen.files import read_text, refuse_existing, write_whole
    from abcgen.notation import parse_book

    move = _mover(key, semitones, instrument)
    if out:
        refuse_existing([Path(out)], overwrite=overwrite)
    tunes = parse_book(read_text(Path(file))).tunes
    if not tunes:
        raise InputError(f"{file} holds no tune; a tune begins with a line such as X:1")
    texts = []
    for tune in tunes:
        try:
            texts.append(move(tune).source)
        except UsageError as error:
            click.echo(f"{file}:{tune.line}: {error}", err=True)
    if out and texts:
        write_whole(Path(out), "\n".join(texts), overwrite=overwrite)
    elif texts:
        click.echo("\n".join(texts), nl=False)
    return 1 if len(texts) < len(tunes) else 0


def _mover(key: str, semitones: int | None, instrument: str) -> Callable[[Tune], Tune]:
    """What to do with a tune; it raises UsageError for one that cannot be moved."""
    from abcgen.notation.instruments import INSTRUMENTS, instrument_name
    from abcgen.notation.problems import CODES
    from abcgen.notation.transpose import fit, transpose_by, transpose_to

    if bool(key) + (semitones is not None) + bool(instrument) != 1:
        raise UsageError("say one of --to KEY, --by SEMITONES and --fit INSTRUMENT")
    player = instrument_name(instrument)
    if player and player not in INSTRUMENTS:
        raise UsageError(f"there is no instrument {instrument[:40]!r}; there are {', '.join(INSTRUMENTS)}")

    def move(tune: Tune) -> Tune:
        if any(problem.is_error and CODES[problem.code].step < BARS for problem in tune.problems):
            raise UsageError("it cannot be read whole; abcgen check says why")
        if key:
            return transpose_to(tune, key)
        return transpose_by(tune, semitones) if semitones is not None else fit(tune, INSTRUMENTS[player])

    return move
