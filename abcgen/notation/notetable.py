"""Notes made once and shared: the same text in the same state of a bar is the same `Note`.

Tunes hold few distinct notes and many of each, so most of reading is looking up. Tables are bounded;
a full one merely makes notes anew. Nothing here reports or remembers what was read.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar

from abcgen.notation.key import Key
from abcgen.notation.meter import SHORTEST_WRITTEN
from abcgen.notation.tune import NO_MARKS, Chord, Event, Marks, Note, Pitch, Tuplet

BEAMED = Marks(beamed=True)
#: The longest that a note may be written.
MAX_WHOLE_NOTES = 64
_MAX_NOTES = 2048
_MAX_TABLES = 64
_MAX_DERIVED = 16384
_MAX_DECORATIONS = 256
_T = TypeVar("_T")


class NoteState(NamedTuple):
    """All that a note depends on in its key, octave shift and unit length.

    `alter` in semitones; `broken` is the broken rhythm before it, "" for none; `place` is that in a tuplet:
    p, q, r and the index from 0.
    """

    text: str
    alter: int
    beamed: bool
    broken: str
    place: tuple[int, int, int, int] | None


class NoteTable:
    """The notes of one key, octave shift and unit length.

    `spaced` and `beamed` hold those that nothing in the bar changes, by their text alone.
    """

    __slots__ = ("_by_state", "beamed", "find", "spaced")

    def __init__(self) -> None:
        self.spaced: dict[str, Event] = {}
        self.beamed: dict[str, Event] = {}
        self._by_state: dict[NoteState, Note] = {}
        self.find = self._by_state.get

    def make(
        self, state: NoteState, pitch: Pitch, accidental: int | None, length: Fraction, *, keep: bool
    ) -> Note:
        """The note of this state, kept for `find`. `length` is what its text says, in whole notes."""
        written = length * broken_factor(state.broken, first=False) if state.broken else length
        tuplet = None if state.place is None else Tuplet(*state.place)
        duration = written if tuplet is None else written * tuplet.ratio
        marks = BEAMED if state.beamed else NO_MARKS
        note = Note(pitch, duration, written, accidental, False, tuplet, marks)
        if keep and len(self._by_state) < _MAX_NOTES:
            self._by_state[state] = note
        return note

    def keep(self, text: str, event: Event, *, beamed: bool) -> None:
        """Let this text alone stand for the event."""
        table = self.beamed if beamed else self.spaced
        if len(table) < _MAX_NOTES:
            table[text] = event


_tables: dict[tuple[tuple[int, ...], int, Fraction], NoteTable] = {}


def note_table(key: Key, octave: int, unit: Fraction) -> NoteTable:
    """The table for a key signature, an octave shift and a unit length in whole notes."""
    wanted = (key.alters, octave, unit)
    found = _tables.get(wanted)
    if found is None:
        if len(_tables) >= _MAX_TABLES:
            _tables.clear()
        found = _tables[wanted] = NoteTable()
    return found


# Equal events may differ in spelling (beams, accidentals), so what derives from one is kept by identity;
# the entry holds on to the event, which keeps its identity from being given to another.
_derived: dict[tuple[int, object], tuple[Event, Any]] = {}


def _derive(event: Event, how: object, make: Callable[[], _T]) -> _T:
    found = _derived.get((id(event), how))
    if found is not None:
        known: _T = found[1]
        return known
    made = make()
    if len(_derived) >= _MAX_DERIVED:
        _derived.clear()
    _derived[id(event), how] = (event, made)
    return made


@lru_cache(maxsize=1024)
def scaled(factor: Fraction, unit: Fraction) -> Fraction | None:
    """`factor` units, in whole notes; None when no note has that length."""
    length = factor * unit
    return length if length <= MAX_WHOLE_NOTES and not length % SHORTEST_WRITTEN else None


@lru_cache(maxsize=64)
def broken_factor(sign: str, *, first: bool) -> Fraction:
    """What `>`, `>>`, `<` … make of the note before them (`first`) and after them. ABC 2.1, section 4.4."""
    short = Fraction(1, 2 ** len(sign))
    return 2 - short if first == (sign[0] == ">") else short


def shortened(event: Event, sign: str) -> Event | None:
    """The event before a `>` or `<`; None when it is too short for it."""
    factor = broken_factor(sign, first=True)

    def make() -> Event | None:
        if event.written * factor % SHORTEST_WRITTEN:
            return None
        scaled = replace(event, duration=event.duration * factor, written=event.written * factor)
        if isinstance(scaled, Chord):
            notes = [
                replace(n, duration=n.duration * factor, written=n.written * factor) for n in scaled.notes
            ]
            return replace(scaled, notes=tuple(notes))
        return scaled

    return _derive(event, sign, make)


def tied(event: Note | Chord) -> Event:
    """The event with a tie after it; every note of a chord."""

    def make() -> Event:
        if isinstance(event, Note):
            return replace(event, tie=True)
        return replace(event, notes=tuple(replace(note, tie=True) for note in event.notes))

    return _derive(event, "-", make)


def slur_closed(event: Event) -> Event:
    """The event with one more slur ending on it."""

    def make() -> Event:
        return replace(event, marks=replace(event.marks, slurs_closed=event.marks.slurs_closed + 1))

    return _derive(event, ")", make)


def marked(event: Event, marks: Marks) -> Event:
    """The event, which has no marks yet but its beam, with these."""

    def make() -> Event:
        return replace(event, marks=replace(marks, beamed=event.marks.beamed))

    if id(marks) in _lone:
        return _derive(event, id(marks), make)
    # Equal grace notes may be spelled with other accidentals: these are made anew.
    return make() if marks.grace else _derive(event, marks, make)


def decorated(marks: Marks, name: str) -> Marks:
    """The marks with one more decoration."""
    if marks is not NO_MARKS:
        return replace(marks, decorations=(*marks.decorations, name))
    found = _decorations.get(name)
    if found is None:
        found = Marks(decorations=(name,))
        if len(_decorations) < _MAX_DECORATIONS:
            _decorations[name] = _lone[id(found)] = found
    return found


def handed_back(events: list[Event], pending: Marks) -> Marks:
    """What stands right before a bar line hangs on the note before it; gives what goes on to the next note.

    That is what belongs to a note, and places to leap to.
    """
    if pending is NO_MARKS or not events:
        return pending
    back = tuple(name for name in pending.decorations if name not in _LEAPT_TO)
    if not back and not pending.annotations:
        return pending
    marks = events[-1].marks
    decorations, annotations = (*marks.decorations, *back), (*marks.annotations, *pending.annotations)
    events[-1] = replace(events[-1], marks=replace(marks, decorations=decorations, annotations=annotations))
    kept = tuple(name for name in pending.decorations if name in _LEAPT_TO)
    left = replace(pending, decorations=kept, annotations=())
    return NO_MARKS if left == NO_MARKS else left


#: Decorations before a bar line that belong to what comes after it.
_LEAPT_TO = frozenset({"segno", "coda"})
LONE_SLUR = Marks(slurs_opened=1)
#: Marks made once, by their identity.
_lone = {id(LONE_SLUR): LONE_SLUR}
_decorations: dict[str, Marks] = {}
