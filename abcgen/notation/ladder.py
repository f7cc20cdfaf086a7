"""The validity ladder: what it takes for a tune to be valid, step by step, so that a rate can be cited.

    1  it lexes: no sign without a meaning, no size beyond all measure
    2  the header is complete, and every field can be read
    3  brackets, chords, tuplets, ties, repeats and endings are whole
    4  every bar lasts what the metre says, pickups and what completes them included
    5  music21 makes MIDI and MusicXML of it with the same notes (`abcgen.scores.score_problem`)
    6  it survives text → values → text

Errors break a step; warnings do not. Step 5 is another room's: a caller that has it hands its judgement over.
"""

from __future__ import annotations

from collections.abc import Callable

from abcgen.notation.parser import parse_book
from abcgen.notation.problems import CODES
from abcgen.notation.tune import Tune
from abcgen.notation.writer import write_abc

STEPS: dict[int, str] = {
    1: "lexes",
    2: "header complete",
    3: "brackets, tuplets, ties, repeats whole",
    4: "every bar as long as its metre",
    5: "music21 gives the same notes",
    6: "text, values, text",
}


def broken_steps(tune: Tune, score_check: Callable[[Tune], str | None] | None = None) -> frozenset[int]:
    """The steps that `tune` breaks; empty when it is valid.

    `score_check` judges step 5, None when it passes; without it that step is not judged. Steps 5 and 6 are
    broken as well by a tune that breaks any before them.
    """
    broken = {CODES[problem.code].step for problem in tune.problems if problem.is_error}
    if broken:
        return frozenset(broken | ({5} if score_check else set()) | {6})
    if score_check is not None and score_check(tune) is not None:
        broken.add(5)
    if not survives(tune):
        broken.add(6)
    return frozenset(broken)


def survives(tune: Tune) -> bool:
    """Whether the tune that is written reads back as an equal tune."""
    again = parse_book(write_abc(tune)).tunes
    return len(again) == 1 and again[0] == tune


def height(broken: frozenset[int]) -> int:
    """The highest step up to which every one holds: 6 for a valid tune, 0 for one that does not lex."""
    return min(broken, default=7) - 1
