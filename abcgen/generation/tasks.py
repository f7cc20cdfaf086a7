"""Work on a tune that is there: go on with it, fill bars in, vary it, answer it.

source = TuneSource(model, tokenizer, seed=7)
print(infill(source, InFile(text), 4, 7).text)

What is written is as valid as any tune of abcgen. All takes the text of a file and gives it back, changed
where it was asked for and the same byte for byte elsewhere.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import islice, pairwise
from typing import NamedTuple

from abcgen.errors import InputError, UsageError
from abcgen.generation.guide import Given
from abcgen.generation.source import TuneSource
from abcgen.notation.acceptor import State, begin_body, read, sounds
from abcgen.notation.bar import new_bar
from abcgen.notation.beginnings import TICKS
from abcgen.notation.begun import begun
from abcgen.notation.dialect import (
    MAX_BODY_CHARACTERS,
    SHORTEST,
    Beginning,
    DialectTune,
    NotInDialect,
    beginning_of,
    from_dialect,
    to_dialect,
)
from abcgen.notation.form import further_part
from abcgen.notation.gap import Gap, Missing
from abcgen.notation.infill import FILL, HOLE, bar_pieces, bar_spans
from abcgen.notation.places import Freely, Sounds
from abcgen.notation.possible import METERS_OF
from abcgen.notation.splice import InFile
from abcgen.notation.steering import OF_RANGE, is_form, origin_name, with_lines
from abcgen.notation.tune import Bar, BarLine, Event, Rest, Tune
from abcgen.notation.wishes import Wishes, known

#: Problems that a tune may have because it is not finished.
_UNFINISHED = frozenset({"cut-off", "bad-repeat", "bad-ending", "no-music"})
#: Bars at most, for a part that is not finished to be taken for the beginning of one that is played twice.
_SHORT_PART = 8
#: By how much the share of bars that differ may be another than was asked.
_TOLERANCE = 0.1 + 1e-9


def continue_tune(source: TuneSource, file: InFile, number: int = 0) -> InFile:
    """The file with the tune gone on with, to its end.

    What the source is asked for holds for the whole tune, but for metre, key and what else the file says.
    `number` counts different ways to go on. Raises InputError for what is no tune, or may end where it is,
    UsageError where it cannot become what is asked for.
    """
    tune = file.tune
    there = _unfinished(tune)
    if not there.body and file.opens_repeat:
        there = there._replace(body="|:")
    if there.closings and (ending := file.begun_ending):
        there = there._replace(closings=(there.closings[0] + ending,))
    lines = _told(there.header, tune)
    _refuse_others(source.rules.wishes, lines)
    if _may_be_repeated(source.rules.wishes, there, tune.bars[-1].closing if tune.bars else None):
        there = there._replace(body=f"|:{there.body}")
    kinds = {line.partition(":")[0] for line in lines}
    asked = [line for line in source.rules.wishes.lines if line.partition(":")[0] not in kinds]
    loosely = Freely(_sounds(there.header))
    if isinstance(begun(loosely._replace(strict=True), there.body, there.closings), int):
        found = begun(loosely, there.body, there.closings)
        if isinstance(found, int) or any(line.startswith("%%") for line in asked):
            raise InputError(_where_it_fails(tune, there, loosely))
        given = Given("", found.state, found.taken, there.closings)
        return _with_more(file, _with_rest(source, file, there, given, number))
    wishes = source.rules.wishes._replace(
        lines=(*lines, *asked), start=there.body, begun=True, closings=there.closings, key=""
    )
    try:
        steered = source.asked(wishes)
    except UsageError:
        if any(line.startswith("%%") for line in asked):
            raise
        steered = source.asked(wishes._replace(formed=False))  # of no form that can be named
    return _with_more(file, file.continued(next(steered.tunes(1, number)).tune))


def _refuse_others(wishes: Wishes, lines: Sequence[str]) -> None:
    """Raise UsageError where something else is asked for than what a file says."""
    for asked in wishes.lines:
        for line in lines:
            if line != asked and line.startswith(asked[:2]) and not line.startswith("%%"):
                raise UsageError(f"{asked} is asked for, and the tune says {line}")


def _with_more(file: InFile, longer: InFile) -> InFile:
    """The longer one. Raises InputError where nothing was added."""
    if len(longer.tune.bars) == len(file.tune.bars) and longer.text.rstrip() == file.text.rstrip():
        raise InputError(
            f"line {file.tune.line}, X:{file.tune.reference}: no more was written, since it may end where it "
            "is; another seed may go on, and a tune that is whole gets a further part by `answer`"
        )
    return longer


def answer(source: TuneSource, file: InFile, number: int = 0) -> InFile:
    """The file with a further part for the tune, as long as its last one, and played as often.

    Raises InputError for a tune that is not whole, UsageError where none can be added.
    """
    tune = file.tune
    whole, there = _dialect(tune), beginning_of(tune)
    parts = _parts(tune, whole.body)
    last = parts[-1][-1]
    told = {line.partition(" ")[0]: line for line in whole.steering}
    form = told.get("%%form", "").removeprefix("%%form ")
    repeated = form[-2:] == form[-1:] * 2
    heard = _heard(source, whole.header)
    pickup, short = (_ticks(bar) if bar.short else 0 for bar in (tune.bars[0], tune.bars[-1]))
    sections = tuple(way for part in parts for way in part)
    place = further_part(heard, sections, pickup, short, len(last), repeated=repeated)
    longer = _with_letter(form, repeated=repeated)
    kept = [told[kind] for kind in ("%%section", "%%pickup", "%%endings") if kind in told]
    header = with_lines(whole.header, [*_origin(tune), *([f"%%form {longer}"] if longer else []), *kept])
    line = there.closings[-1 if repeated else 0] if there.closings else "|"
    line = "||" if line == "|" and not repeated else "|:" if line == "|" else line
    body = there.body + line
    given = Given(header + body, State(place=place), len(body))
    return _with_rest(source, file, there._replace(body=body), given, number)


def infill(source: TuneSource, file: InFile, first: int, last: int, number: int = 0) -> InFile:
    """The file with new music in the written bars from `first` to `last`, both included, from 0.

    Their lengths and bar lines stay. Raises InputError for a tune that is not whole, UsageError for bars that
    are not there or cannot be replaced.
    """
    count = len(file.tune.bars)
    if not 0 <= first <= last < count:
        raise UsageError(f"bars {first + 1} to {last + 1} are asked for; the tune has {count} written bars")
    return _filled(source, file, range(first, last + 1), number)


def bars_as_counted(tune: Tune, first: int, last: int) -> tuple[int, int]:
    """The numbers, from 0, of bars that are told as people count them: a pickup is bar 0.

    Raises UsageError for bars that are not there.
    """
    asked = f"bars {first}{f'-{last}' if last != first else ''} are asked for"
    if not tune.bars:
        raise UsageError(f"{asked}; this tune has no music")
    before = tune.first_number
    count = len(tune.bars) - 1 + before
    if not before <= first <= last <= count:
        raise UsageError(f"{asked}; this tune has {before} to {count}")
    return first - before, last - before


class Varied(NamedTuple):
    """A file with a tune varied, the written bars that differ now, from 0, of so many."""

    file: InFile
    changed: tuple[int, ...]
    bars: int


def vary(source: TuneSource, file: InFile, amount: float, number: int = 0) -> Varied:
    """The file with a new setting of the tune, in which a share `amount` of the written bars differ.

    The last bar stays, and so do all lengths and bar lines. Which bars change hangs on seed and `number`.
    Raises InputError for a tune that is not whole, UsageError for an amount that is none.
    """
    if not 0 < amount <= 1:
        raise UsageError(f"an amount of {amount} is not between 0 and 1")
    _dialect(file.tune)
    count = len(file.tune.bars)
    choices = list(range(count - 1))
    random.Random(f"{source.seed} {number}").shuffle(choices)  # noqa: S311 - not for secrets
    can = (index for index in choices if _can_be_replaced(file, index))
    chosen = list(islice(can, max(1, round(amount * count))))
    if not chosen or abs(len(chosen) / count - amount) > _TOLERANCE:
        most = len(chosen) + sum(1 for _ in can)
        raise UsageError(
            f"line {file.tune.line}, X:{file.tune.reference}: an amount of {amount:g} cannot be had; of its "
            f"{count} bars from {min(1, most)} to {most} can be varied (the last one stays, and so "
            "do bars on which others hang)"
        )
    varied = file
    for run in _runs(sorted(chosen)):
        varied = _filled(source, varied, run, number, other_than_now=True)
    return Varied(varied, tuple(sorted(chosen)), count)


# -- going on --------------------------------------------------------------------------------------


def _unfinished(tune: Tune) -> Beginning:
    """What there is of a tune. Raises InputError for faults that are not the missing end's."""
    last = tune.bars[-1].spot if tune.bars else (0, 0)
    for problem in tune.problems:
        at_the_end = problem.code in {"bar-length", "bad-tuplet"} and (problem.line, problem.column) >= last
        if problem.is_error and problem.code not in _UNFINISHED and not at_the_end:
            raise InputError(f"line {problem.line}, column {problem.column}: {problem.message}")
    try:
        there = beginning_of(tune)
    except NotInDialect as verdict:
        raise InputError(_not_in_dialect(tune, verdict)) from None
    if len(there.body) >= MAX_BODY_CHARACTERS:
        raise InputError(
            f"line {tune.line}, X:{tune.reference}: {len(there.body)} characters of music are there already; "
            f"a tune has at most {MAX_BODY_CHARACTERS}"
        )
    return there


def _may_be_repeated(wishes: Wishes, there: Beginning, closing: BarLine | None) -> bool:
    """Whether what is there is read as the beginning of a repeat whose sign is left out, as it may be."""
    form = known(wishes.lines).form
    repeated = form[0] == form[1:2] if form else len(bar_spans(there.body)) <= _SHORT_PART
    wanted = repeated and bool(there.body) and not there.body.startswith("|:")
    closed = "||" in there.body or (closing is not None and closing.section and not closing.ends)
    first = Freely(_sounds(there.header), strict=True)
    return wanted and not closed and not isinstance(begun(first, f"|:{there.body}", there.closings), int)


def _where_it_fails(tune: Tune, there: Beginning, loosely: Freely) -> str:
    """Where the music leaves what can be gone on with."""
    for place, why in (
        (loosely, "from this bar on no tune can come of it"),
        (loosely._replace(strict=True), "its short bars do not add up, so that no form can be asked for"),
    ):
        found = begun(place, there.body, there.closings)
        if isinstance(found, int):
            before = len(bar_pieces(there.body[:found])) - 1
            line, column = spot = tune.bars[min(max(before, 0), len(tune.bars) - 1)].spot
            told = [p.message for p in tune.problems if p.code == "bar-length" and (p.line, p.column) >= spot]
            return f"line {line}, column {column}: {told[0] if told else why}"
    raise AssertionError("it does not fail")  # a fault of ours


def _with_rest(source: TuneSource, file: InFile, there: Beginning, given: Given, number: int) -> InFile:
    """The file with the rest of the tune after what is given, with its text or with that of its header."""
    text = given.text or with_lines(there.header, _origin(file.tune)) + there.body
    rest = source.after(given._replace(text=text), number)
    return file.continued(from_dialect(there.header + there.body + rest))


def _told(header: str, tune: Tune) -> list[str]:
    """The header lines that say something, without what every tune has, and a rhythm of other metres."""
    lines = [line for line in header.splitlines() if line[:2] not in {"X:", "L:"}] + _origin(tune)
    said = known(tuple(lines))
    strange = said.meter not in METERS_OF.get(said.rhythm, (said.meter,))
    return [line for line in lines if not (strange and line.startswith("R:"))]


def _origin(tune: Tune) -> list[str]:
    """The header line for where the tune is from, if it says so."""
    origin = origin_name(tune.field_text("O"))
    return [f"O:{origin}"] if origin else []


def _parts(tune: Tune, body: str) -> list[list[tuple[str, ...]]]:
    """The bars of every part without its pickup, in the ways in which it ends."""
    texts = [body[begin:end] for begin, end in bar_spans(body)]
    parts: list[list[tuple[str, ...]]] = []
    begin = 0
    for index, bar in enumerate(tune.bars):
        following = tune.bars[index + 1] if index + 1 < len(tune.bars) else None
        if not bar.ends_section(following) or (index == 0 and bar.short):
            continue
        first = begin + (index > begin and tune.bars[begin].short)
        ends = [at for at in range(first, index + 1) if tune.bars[at].ending]
        common = tuple(texts[first : ends[0] if ends else index + 1])
        ways = [common + tuple(texts[one:two]) for one, two in pairwise([*ends, index + 1])]
        parts.append(ways or [common])
        begin = index + 1
    return parts


def _with_letter(form: str, *, repeated: bool) -> str:
    """The form with a further letter; "" where there is none for it."""
    longer = form + chr(ord(max(form, default="A")) + 1) * (1 + repeated)
    return longer if form and is_form(longer) else ""


# -- filling in ------------------------------------------------------------------------------------


def _filled(
    source: TuneSource, file: InFile, bars: Sequence[int], number: int, *, other_than_now: bool = False
) -> InFile:
    """The file with new music in these bars, which stand in a row; every bar another than it was."""
    tune = file.tune
    there = _dialect(tune)
    spans = bar_spans(there.body)
    first, last = bars[0], bars[-1]
    silent = file.with_bars({index: (_rest(tune.bars[index]),) for index in bars}).tune
    without = _dialect(silent)
    before, after = there.body[: spans[first][0]], without.body[bar_spans(without.body)[last][1] :]
    kept = [line for line in there.steering if line in without.steering and not line.startswith(OF_RANGE)]
    text = with_lines(there.header, kept) + before + HOLE + after + FILL
    state = read(begin_body(Freely(_sounds(there.header))), before)
    over = (state.bar.altered, state.bar.tied) if state is not None and state.bar is not None else ("", ())
    missing = tuple(
        Missing(
            _ticks(tune.bars[index]),
            there.body[spans[index][1] : spans[index + 1][0]] if index < last else "",
            there.body[slice(*spans[index])] if other_than_now else "",
        )
        for index in bars
    )
    gap = Gap(_heard(source, there.header), missing)
    given = Given(text, State(place=gap, bar=new_bar(gap.frame(), *over)))
    filled = source.after(given, number)
    found = from_dialect(there.header + before + filled + after)
    if not found.valid or len(found.bars) != len(tune.bars):
        raise AssertionError(f"{filled!r} is not what is missing in {text!r}")  # a fault of ours
    return file.with_bars({index: found.bars[index].events for index in bars})


def _rest(bar: Bar) -> Event:
    return Rest(bar.duration, bar.duration)


def _ticks(bar: Bar) -> int:
    """How long a bar is, in ticks of the acceptor."""
    return int(bar.duration / SHORTEST * TICKS)


def _can_be_replaced(file: InFile, index: int) -> bool:
    try:
        _dialect(file.with_bars({index: (_rest(file.tune.bars[index]),)}).tune)
    except (UsageError, InputError):
        return False
    return True


def _runs(numbers: Sequence[int]) -> list[list[int]]:
    """The numbers, rising, in runs without a gap."""
    runs = [[numbers[0]]]
    for one, two in pairwise(numbers):
        if two == one + 1:
            runs[-1].append(two)
        else:
            runs.append([two])
    return runs


# -- what is there ---------------------------------------------------------------------------------


def _dialect(tune: Tune) -> DialectTune:
    """The tune as models know it. Raises InputError where it has errors, or is not for them."""
    try:
        return to_dialect(tune)
    except NotInDialect as verdict:
        raise InputError(_not_in_dialect(tune, verdict)) from None


def _not_in_dialect(tune: Tune, verdict: NotInDialect) -> str:
    said = str(verdict)
    return said if said.startswith("line ") else f"line {tune.line}, X:{tune.reference}: {said}"


def _heard(source: TuneSource, header: str) -> Sounds:
    """The same for what is to be written, as the source is asked for it."""
    wishes = source.rules.wishes
    return _sounds(header)._replace(pitches=wishes.pitches, chords=wishes.chords, single=True)


def _sounds(header: str) -> Sounds:
    """What a header says of every bar."""
    values = dict(line.split(":", 1) for line in header.splitlines() if line[1:2] == ":")
    return sounds(values["M"], values["K"])
