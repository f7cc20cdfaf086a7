"""Notes made once and shared: the same text in the same state of a bar is the same `Note`.

Tunes hold few distinct notes and many of each, so most of reading is looking up. Tables are bounded;
a full one merely makes notes anew. Nothing here reports or remembers what was read.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache

from abcgen.notation.key import Key
from abcgen.notation.tune import NO_MARKS, Chord, Event, Marks, Note, Pitch, Tuplet

BEAMED = Marks(beamed=True)
_MAX_NOTES = 2048
_MAX_TABLES = 64
_MAX_DERIVED = 8192

#: A note's own text, and what it does not say: alteration, beamed, the broken rhythm before it ("" for none),
#: place in a tuplet.
NoteState = tuple[str, int, bool, str, tuple[int, int, int, int] | None]


class NoteTable:
    """The notes of one key, octave shift and unit length.

    `spaced` and `beamed` hold those that nothing in the bar changes, by their text alone; `lengths` how long
    a text says that its note lasts.
    """

    __slots__ = ("_by_state", "beamed", "lengths", "spaced")

    def __init__(self) -> None:
        self.spaced: dict[str, Event] = {}
        self.beamed: dict[str, Event] = {}
        self.lengths: dict[str, Fraction] = {}
        self._by_state: dict[NoteState, Note] = {}

    def note(
        self, state: NoteState, step: str, octave: int, accidental: int | None, length: Fraction
    ) -> Note:
        """The note of this state. `length` is what its text says, in whole notes."""
        found = self._by_state.get(state)
        if found is None:
            _, alter, beamed, broken, place = state
            written = length * broken_factor(broken, first=False) if broken else length
            tuplet = None if place is None else Tuplet(*place)
            duration = written if tuplet is None else written * tuplet.ratio
            marks = BEAMED if beamed else NO_MARKS
            found = Note(Pitch(step, alter, octave), duration, written, accidental, False, tuplet, marks)
            if len(self._by_state) < _MAX_NOTES:
                self._by_state[state] = found
        return found

    def keep_length(self, text: str, length: Fraction) -> None:
        """Remember how long this text says that its note lasts."""
        if len(self.lengths) < _MAX_NOTES:
            self.lengths[text] = length

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


def broken_factor(sign: str, *, first: bool) -> Fraction:
    """What `>`, `>>`, `<` … make of the note before them (`first`) and after them. ABC 2.1, section 4.4."""
    short = Fraction(1, 2 ** len(sign))
    return 2 - short if first == (sign[0] == ">") else short


def shortened(event: Event, sign: str) -> Event:
    """The event before a `>` or `<`."""

    def make() -> Event:
        factor = broken_factor(sign, first=True)
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

    # Equal grace notes may be spelled with other accidentals: these are made anew.
    return make() if marks.grace else _derive(event, marks, make)


@lru_cache(maxsize=1024)
def lone_decoration(name: str) -> Marks:
    """Marks that hold this decoration alone."""
    return Marks(decorations=(name,))


LONE_SLUR = Marks(slurs_opened=1)
