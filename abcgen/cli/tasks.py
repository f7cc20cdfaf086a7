"""`abcgen continue`, `infill`, `vary`, `answer`: new music in a tune that is there."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from abcgen.cli.drawing import drawing
from abcgen.cli.output import say
from abcgen.errors import InputError, UsageError
from abcgen.generation.controls import Controls, Sampling

if TYPE_CHECKING:
    from abcgen.generation import TuneSource
    from abcgen.notation import Tune
    from abcgen.notation.splice import InFile


def _on_a_file(command: Callable[..., Any]) -> Any:
    """The argument and the options that all of them have."""
    found: Any = drawing(command)
    for option in (
        click.option("--overwrite", is_flag=True, help="Replace a file that is already there."),
        click.option("--out", default="", metavar="FILE", help="Write there; to the terminal when left out."),
        click.option("--tune", type=int, metavar="X", help="The X: of the tune, where FILE has several."),
        click.argument("file", metavar="FILE"),
    ):
        found = option(found)
    return found


@click.command("continue")
@_on_a_file
@click.option("--rhythm", default="", metavar="NAME", help="Where FILE has no R:.")
@click.option("--form", default="", metavar="LETTERS", help="Of the whole tune, a letter a section: AABB.")
@click.option("--bars", default=0, type=int, metavar="N", help="Bars of each section.")
@click.option("--length", default=0, type=int, metavar="N", help="Bars of the whole tune as it is played.")
@click.option("--endings/--no-endings", default=None, help="First and second endings, or none.")
def continue_(file: str, range_: str, **others: Any) -> None:
    """Go on with a tune that is not finished: a header, a bar, a part.

    What is there stays as it is, to the byte; FILE is given back with the rest of the tune after it.
    """
    from abcgen.generation.tasks import continue_tune

    asked = {name: others.pop(name) for name in ("rhythm", "form", "bars", "length", "endings")}
    controls = Controls(range=range_, instrument=others.pop("instrument"), **asked)

    def go_on(source: TuneSource, found: InFile) -> tuple[InFile, str]:
        longer = continue_tune(source, found)
        return longer, f"of its {len(longer.tune.bars)} bars {len(found.tune.bars)} were there"

    _rewrite(file, controls, go_on, **others)


@click.command()
@_on_a_file
def answer(file: str, range_: str, instrument: str, **others: Any) -> None:
    """Add a further part to a whole tune: a B part for an A part.

    It is as long as the last part that is there, and played as often.
    """
    from abcgen.generation import tasks

    def add(source: TuneSource, found: InFile) -> tuple[InFile, str]:
        longer = tasks.answer(source, found)
        return longer, f"new: a part of {len(longer.tune.bars) - len(found.tune.bars)} bars"

    _rewrite(file, Controls(range=range_, instrument=instrument), add, **others)


@click.command()
@_on_a_file
@click.option("--bars", required=True, metavar="A-B", help="Written bars, from 1; a pickup is bar 0.")
def infill(file: str, bars: str, range_: str, instrument: str, **others: Any) -> None:
    """Write some bars of a tune anew: those from A to B, or one.

    Their lengths and bar lines stay, and so does all else in FILE, to the byte.
    """
    from abcgen.generation import tasks

    match = re.fullmatch(r"(\d{1,4})(?:-(\d{1,4}))?", bars.replace(" ", ""))
    if match is None:
        raise UsageError(f"bars {bars!r} are none; write two numbers like 5-8, or one")
    first, last = int(match[1]), int(match[2] or match[1])

    def fill(source: TuneSource, found: InFile) -> tuple[InFile, str]:
        numbers = tasks.bars_as_counted(found.tune, first, last)
        return tasks.infill(source, found, *numbers), f"new: bars {bars}"

    _rewrite(file, Controls(range=range_, instrument=instrument), fill, **others)


@click.command()
@_on_a_file
@click.option("--amount", default=0.3, show_default=True, type=float, metavar="SHARE", help="Of the bars.")
def vary(file: str, amount: float, range_: str, instrument: str, **others: Any) -> None:
    """Make a new setting of a tune: a share of its written bars differ, the last one and all lengths stay."""
    from abcgen.generation import tasks

    if not 0 < amount <= 1:
        raise UsageError(f"an amount of {amount} is not between 0 and 1")

    def change(source: TuneSource, found: InFile) -> tuple[InFile, str]:
        varied = tasks.vary(source, found, amount)
        before = found.tune.first_number
        numbers = ", ".join(str(index + before) for index in varied.changed)
        share = len(varied.changed) / varied.bars
        return varied.file, f"{share:.0%} of {varied.bars} bars differ: {numbers}"

    _rewrite(file, Controls(range=range_, instrument=instrument), change, **others)


def _rewrite(
    file: str,
    controls: Controls,
    work: Callable[[TuneSource, InFile], tuple[InFile, str]],
    *,
    tune: int | None,
    out: str,
    overwrite: bool,
    model: str,
    sampling: Sampling,
    seed: int,
    seed_given: bool,
) -> None:
    """Do the work on a tune of a file, and hand the file on."""
    from abcgen.encodings import encoded_like
    from abcgen.files import read_text, refuse_existing, write_whole
    from abcgen.generation import TuneSource
    from abcgen.notation import parse_book
    from abcgen.notation.splice import InFile

    path = Path(file)
    text = read_text(path)
    if out:
        refuse_existing([Path(out)], overwrite=overwrite)
    found = InFile(text, _index_of(parse_book(text).tunes, tune, file))
    source = TuneSource.open(model, controls, sampling, seed)
    try:
        changed, done = work(source, found)
    except InputError as error:
        raise InputError(f"{file}: {error}") from None
    except UsageError as error:
        raise UsageError(f"{file}: {error}") from None
    data = encoded_like(changed.text, path.read_bytes())
    if out:
        write_whole(Path(out), data, overwrite=overwrite)
    else:
        click.echo(data, nl=False)
    if found.sung and not changed.text.startswith(text.rstrip()):
        say(f"{file}: its words (w:) stay as they are; look whether they fit the new notes", err=True)
    drawn = "" if seed_given else f"; --seed {seed} does the same again"
    say(f"X:{found.tune.reference}: {done}{drawn}", err=True)


def _index_of(tunes: Sequence[Tune], wanted: int | None, file: str) -> int:
    """Which of the tunes of a file is meant. Raises InputError where that is not clear."""
    if not tunes:
        raise InputError(f"{file} holds no tune; a tune begins with a line such as X:1")
    if wanted is None and len(tunes) > 1:
        raise InputError(f"{file} holds {len(tunes)} tunes; say which with --tune X, the number after its X:")
    there = [index for index, tune in enumerate(tunes) if wanted is None or tune.reference == wanted]
    if len(there) != 1:
        how = "no tune" if not there else f"{len(there)} tunes"
        raise InputError(f"{file} holds {how} X:{wanted}")
    return there[0]
