"""Mending ABC where there is only one way to read it. Every edit is listed with its reason.

An edit is kept only when the problem it is for is gone, no other has come in its place, and every note that
was read before is read as before. Where edits would do that give different tunes, nothing is done: that would
be guessing at the music.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from abcgen.notation.edits import Edit, TooMuchReadError, Versions, applied
from abcgen.notation.menders import MENDERS, unit_length
from abcgen.notation.parser import file_defaults, parse_book
from abcgen.notation.problems import Problem
from abcgen.notation.sounding import sound_ticks
from abcgen.notation.tune import Field, Tune

MAX_EDITS = 200
#: A tune with more errors is not looked at: it is another thing than a tune, or another's hand is needed.
MAX_ERRORS = 100
#: Mending these brings notes back that could not be read; the line must then be without an error.
_CHANGES_NOTES = frozenset({"bad-tuplet", "unclosed-bracket", "no-key"})
_METER_PROBLEMS = frozenset({"bad-meter", "bad-unit-length"})


@dataclass(frozen=True, slots=True)
class Repaired:
    """The text of a tune after its edits, what was done, and the errors that are left."""

    text: str
    edits: tuple[Edit, ...]
    left: tuple[Problem, ...]


def repair(tune: Tune, *, reference: int = 1, defaults: Sequence[Field] = ()) -> Repaired:
    """Mend `tune` where there is one reading; `reference` is its number if it has none.

    A tune in which an error would be left stays as it is. The tune must carry its source, `defaults` are the
    fields of its file's header. Bad data never raises.
    """
    lines = tune.source.rstrip("\n").split("\n")
    edits: list[Edit] = []
    read = Versions(defaults, reference)
    errors = sum(problem.is_error for problem in tune.problems)
    if errors > MAX_ERRORS or any(problem.code == "too-large" for problem in tune.problems):
        return Repaired(tune.source, (), tuple(p for p in tune.problems if p.is_error))
    try:
        while len(edits) < MAX_EDITS:
            found = _next(read(lines), lines, read)
            if found is None:
                break
            lines = applied(lines, found)
            above = sum(edit.inserted and edit.line < found.line for edit in edits)
            edits.append(replace(found, line=found.line - above))
        whole = not any(problem.is_error for problem in read(lines).problems)
    except TooMuchReadError:
        whole = False
    if not whole:
        return Repaired(tune.source, (), tuple(p for p in tune.problems if p.is_error))
    return Repaired("\n".join(lines) + "\n", tuple(edits), ())


def _next(tune: Tune, lines: list[str], read: Versions) -> Edit | None:
    """The next edit that is sure, or None."""
    for problem in tune.problems:
        mend = MENDERS.get(problem.code)
        if mend is None:
            continue
        edits = mend(tune, lines, problem, read)
        good = [e for e in edits if _is_sure(tune, lines, problem, e, read)]
        readings = [read(applied(lines, edit)) for edit in good]
        if readings and all(reading == readings[0] for reading in readings):
            return good[0]
    if any(f.letter == "L" for f in read.defaults) or any(p.code in _METER_PROBLEMS for p in tune.problems):
        return None
    return unit_length(tune, lines)


def _is_sure(tune: Tune, lines: list[str], problem: Problem, edit: Edit, read: Versions) -> bool:
    """Whether the edit mends the problem, brings no other error, and leaves the notes as they were."""
    after = read(applied(lines, edit))
    before, now = (Counter(p.code for p in one.problems) for one in (tune, after))
    worse = any(now[code] > before[code] for code in now)
    if worse or now[problem.code] >= before[problem.code]:
        return False
    if sum(map(len, _sound(after))) < sum(map(len, _sound(tune))):
        return False
    if problem.code in _CHANGES_NOTES:
        line = edit.line if edit.inserted else problem.line
        return not any(p.is_error and p.line == line for p in after.problems)
    return _sound(after) == _sound(tune) and _sung(after) == _sung(tune)


def _sung(tune: Tune) -> list[tuple[str, ...]]:
    """The words and marks under and over every note."""
    every = (event for voice in tune.voices for bar in voice.bars for event in bar.events)
    return [(*e.marks.lyrics, *e.marks.decorations, e.marks.chord_symbol) for e in every if e.notes]


def _sound(tune: Tune) -> list[list[tuple[int, int, int]]]:
    return [sound_ticks(voice.bars, voice.transpose) for voice in tune.voices]


def repair_book(text: str) -> tuple[str, list[tuple[Tune, Repaired]]]:
    """A tunebook with its tunes mended where they lie, and what became of each tune that needed it."""
    lines = text.split("\n")
    tunes = parse_book(text).tunes
    defaults = file_defaults(lines)
    used = {tune.reference for tune in tunes}
    free = 1
    results: list[tuple[Tune, Repaired]] = []
    for tune in reversed(tunes):
        while free in used:
            free += 1
        moved = tuple(replace(p, line=p.line - tune.line + 1) for p in tune.problems)
        mended = repair(replace(tune, line=1, problems=moved), reference=free, defaults=defaults)
        if mended.edits or mended.left:
            results.append((tune, mended))
        if mended.edits:
            count = tune.source.count("\n")
            lines[tune.line - 1 : tune.line - 1 + count] = mended.text.rstrip("\n").split("\n")
            if any(edit.new == f"X:{free}" for edit in mended.edits):
                used.add(free)
    return "\n".join(lines), results[::-1]
