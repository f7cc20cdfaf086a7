"""Notes made once and shared: the same text in the same state of a bar is the same `Note`.

Tunes hold few distinct notes and many of each, so most of reading is looking up. Tables are bounded;
a full one merely makes notes anew. Nothing here reports or remembers what was read.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

from abcgen.notation.key import Key
from abcgen.notation.tune import NO_MARKS, Chord, Event, Marks, Note, Pitch, Tuplet

BEAMED = Marks(beamed=True)
_MAX_NOTES = 2048
_MAX_TABLES = 64
_MAX_DERIVED = 8192

#: What a note's own text does not say: alteration, beamed, factor of a broken rhythm, place in a tuplet.
NoteState = tuple[str, int, bool, Fraction | None, tuple[int, int, int, int] | None]


class NoteTable:
    """The notes of one key, octave shift and unit length.

    `spaced` and `beamed` hold those that nothing in the bar changes, by their text alone.
    """

    __slots__ = ("_by_state", "beamed", "spaced")

    def __init__(self) -> None:
        self.spaced: dict[str, Event] = {}
        self.beamed: dict[str, Event] = {}
        self._by_state: dict[NoteState, Note] = {}

    def note(
        self, state: NoteState, step: str, octave: int, accidental: int | None, length: Fraction
    ) -> Note:
        """The note of this state. `length` is what its text says, in whole notes."""
        found = self._by_state.get(state)
        if found is None:
            _, alter, beamed, broken, place = state
            written = length if broken is None else length * broken
            tuplet = None if place is None else Tuplet(*place)
            duration = written if tuplet is None else written * tuplet.ratio
            marks = BEAMED if beamed else NO_MARKS
            found = Note(Pitch(step, alter, octave), duration, written, accidental, False, tuplet, marks)
            if len(self._by_state) < _MAX_NOTES:
                self._by_state[state] = found
        return found

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
_derived: dict[tuple[int, object], tuple[Event, Event]] = {}


def _derive(event: Event, how: object, make: Callable[[], Event]) -> Event:
    found = _derived.get((id(event), how))
    if found is not None:
        return found[1]
    made = make()
    if len(_derived) >= _MAX_DERIVED:
        _derived.clear()
    _derived[id(event), how] = (event, made)
    return made


def scaled(event: Event, factor: Fraction) -> Event:
    """The event with its length multiplied, as `>` and `<` do."""

    def make() -> Event:
        longer = replace(event, duration=event.duration * factor, written=event.written * factor)
        if isinstance(longer, Chord):
            notes = [
                replace(n, duration=n.duration * factor, written=n.written * factor) for n in longer.notes
            ]
            return replace(longer, notes=tuple(notes))
        return longer

    return _derive(event, factor, make)


def tied(event: Note | Chord) -> Event:
    """The event with a tie after it; every note of a chord."""

    def make() -> Event:
        if isinstance(event, Note):
            return replace(event, tie=True)
        return replace(event, notes=tuple(replace(note, tie=True) for note in event.notes))

    return _derive(event, "tie", make)
