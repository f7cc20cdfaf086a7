"""What must be remembered of a voice while it is read: the bar that is open, and what waits in it.

Accidentals until the bar line, an open tuplet, a broken rhythm waiting for its second note, what stands
before a note and belongs to it. The words sung to it are in `singing`, which token does what in `music`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from abcgen.notation.fields import stands_inline
from abcgen.notation.key import Key, changed_key, doubt
from abcgen.notation.meter import SHORTEST_WRITTEN, Meter, parse_meter, parse_unit_length
from abcgen.notation.notetable import BEAMED, broken_factor, handed_back, note_table, scaled
from abcgen.notation.settings import Settings
from abcgen.notation.tune import (
    NO_MARKS,
    NOWHERE,
    Bar,
    BarLine,
    Event,
    Field,
    Marks,
    Note,
    Spot,
    Tuplet,
    carried,
)

#: Bounds: more than any tune needs, little enough that no program hangs on it.
MAX_BARS = 2000
MAX_CHORD_NOTES = 16
MAX_GRACE_NOTES = 16
MAX_TUPLET = 15
MAX_BAR_REST = 256
MAX_OVERLAYS = 4

#: code, message, line, column, the text it stands on, what would be right
Report = Callable[[str, str, int, int, str, str], None]
#: The table of notes in a bar where no note means what its text alone says.
NOTHING: dict[str, Event] = {}


@dataclass(slots=True)
class OpenTuplet:
    """`taken` of its `r` notes have come; where it was opened, and how it was written."""

    p: int
    q: int
    r: int
    taken: int
    spot: Spot
    text: str


#: Of a note: its bar, and the event in it.
Place = tuple[int, int]


@dataclass(slots=True)
class UnderLines:
    """The lines of one kind under the music that begins at `begin`; `text` is the last, `more` its pieces.

    `taken` is how many notes the last line has passed.
    """

    begin: Place | None = None
    count: int = 0
    text: str = ""
    more: int = 0
    taken: int = 0


class VoiceState:
    """A voice as far as it has been read. `bars` is complete after `finish()`.

    `settings` are those of the tune, which may change while it is read.
    """

    def __init__(
        self,
        meter: Meter,
        key: Key,
        unit: Fraction,
        report: Report,
        settings: Settings,
        *,
        octave: int = 0,
        transpose: int = 0,
    ) -> None:
        self.meter, self.key, self.unit = meter, key, unit
        self.bars: list[Bar] = []
        self.line = 0
        self._report = report
        self._settings = settings
        self.octave, self.transpose = octave, transpose
        self._at = 0
        self._events: list[Event] = []
        self._spots: list[Spot] = []
        self._layers: list[tuple[Event, ...]] = []
        self._main_spots: list[Spot] = []
        self._opening: BarLine | None = None
        self._opened_at = NOWHERE
        self._overlay_at = NOWHERE  # of the open bar
        self._ending: tuple[int, ...] = ()
        self._part = self._next_part = ""
        self._accidentals: dict[object, int] = {}
        self._any_tied = False  # in the open bar
        self._tied_over: list[dict[tuple[str, int], int]] = []  # by layer
        self._tie_alters: dict[
            tuple[str, int], int
        ] = {}  # of a tie from the last note, where the key differs
        self._bar_meter, self._bar_key = meter, key
        self._bar_keys: list[tuple[int, Key]] = []
        self._remarks: list[tuple[int, Field]] = []  # of the open bar
        self._next_remarks: list[Field] = []
        self._tuplet: OpenTuplet | None = None
        self._broken: tuple[str, Spot] | None = None
        self._slurs: list[tuple[Spot, str]] = []  # that are open
        self._in_ending = False
        self._pending = NO_MARKS  # what stands before the next event and belongs to it
        self._grace: list[Note] | None = None
        self._grace_at = (NOWHERE, "")
        self._chord: list[Note] | None = None
        self._chord_at = (NOWHERE, "")
        self._spaced = True
        self._words, self._symbols = UnderLines(), UnderLines()
        self._change_table()

    def finish(self) -> None:
        """Close what the end of the tune closes, and report what it leaves open."""
        if self._has_bar():
            # What stands after the last note, with no bar line behind it, stands after the music.
            last = len(self._main_layer()) if self._events or self._layers else -1
            after = [remark for remark in self._remarks if remark[0] == last]
            self._remarks = [remark for remark in self._remarks if remark[0] != last]
            self._close_bar(None)
            self._remarks = sorted(after + self._remarks, key=lambda remark: remark[1].line)
        for (line, column), text in self._slurs:
            message = "this slur is opened and does not close"
            self._say("bad-slur", message, column - 1, text, "close it with )", line)

    def shift(self, octave: int, transpose: int) -> bool:
        """Move the voice by octaves and semitones; False, and nothing done, when that comes too late."""
        if (octave, transpose) == (self.octave, self.transpose):
            return True
        if self.bars or self._events or self._layers or self._grace or self._chord:
            return False
        self.octave, self.transpose = octave, transpose
        self._change_table()
        return True

    def set_meter(self, text: str, column: int) -> None:
        """M: in the middle of the tune; inside a bar it holds from the next on."""
        try:
            self.meter = parse_meter(text)
        except ValueError as error:
            self._say("bad-meter", str(error), column, text)
            return
        if not self._events and not self._layers:
            self._bar_meter = self.meter

    def set_key(self, text: str, column: int) -> None:
        """K: in the middle of the tune; accidentals of the bar stay."""
        try:
            key = changed_key(self.key, text)
        except ValueError as error:
            self._say("bad-key", str(error), column, text)
            return
        if found := doubt(text):
            self._say("unclear-key", found[0], column, text, found[1])
        if not self._events and not self._layers:
            self._bar_key = key
        elif key != self.key and not self._layers:
            if self._bar_keys and self._bar_keys[-1][0] == len(self._events):
                self._bar_keys.pop()  # of two changes at one place the last counts
            before = self._bar_keys[-1][1] if self._bar_keys else self._bar_key
            if key != before:
                self._bar_keys.append((len(self._events), key))
        self.key = key
        self._change_table()

    def set_unit(self, text: str, column: int) -> None:
        """L: in the middle of the tune."""
        try:
            self.unit = parse_unit_length(text)
        except ValueError as error:
            self._say("bad-unit-length", str(error), column, text)
        self._change_table()

    def set_part(self, text: str) -> None:
        """P: in the middle of the tune: the next bar begins a part, named without signs that end fields."""
        label = text.replace("]", "")[:80].strip().rstrip("|").strip()
        if self._events or self._layers:
            self._next_part = label
        else:
            self._part = label

    @property
    def first_part(self) -> str:
        """The label of the part with which the voice begins."""
        return self.bars[0].part if self.bars else self._part

    def remark(self, field: Field) -> None:
        """A field that changes no note; one that needs a line of its own belongs to the next bar."""
        if stands_inline(field.letter, field.text) or not (self._events or self._layers):
            self._remarks.append((len(self._main_layer()), field))
        else:
            self._next_remarks.append(field)

    def remarks_left(self) -> list[Field]:
        """Those that came after the last bar."""
        return [field for _, field in self._remarks] + self._next_remarks

    def _main_layer(self) -> Sequence[Event]:
        """What words are sung on in the open bar: its events, not those of an overlay."""
        return self._layers[0] if self._layers else self._events

    def _alter(self, step: str, octave: int, accidental: int | None) -> int:
        """Semitones on this letter here; an accidental written now is remembered as long as it holds."""
        if accidental is not None:
            holds = self._settings.accidentals_hold
            if holds != "not":
                self._accidentals[step if holds == "pitch" else (step, octave)] = accidental
            return accidental
        if self._tie_alters:
            tied_alter = self._tie_alters.get((step, octave))
            if tied_alter is not None:
                return tied_alter
        if not self._events and len(self._layers) < len(self._tied_over):
            # A tie over the bar line carries the accidental to the tied note alone.
            tied_alter = self._tied_over[len(self._layers)].get((step, octave))
            if tied_alter is not None:
                return tied_alter
        in_all = self._settings.accidentals_hold == "pitch"
        alter = self._accidentals.get(step if in_all else (step, octave))
        return self.key.alter(step) if alter is None else alter

    def _length(self, factor: Fraction | None, unit: Fraction, text: str, kind: str) -> Fraction:
        """`factor` units, in whole notes; the unit itself, reported, when no note has that length."""
        if factor is not None:
            length = scaled(factor, unit)
            if length is not None:
                return length
        message = f"{text[:40]!r} has no length that a {kind} can have"
        whole = factor is not None or "/" not in text
        hint = "1/2048 to 64 whole notes" if whole else "/2, /4, /8 …; thirds are a triplet, (3ABc"
        self._say("bad-length", message, self._at, text, hint)
        return max(unit, SHORTEST_WRITTEN)

    def _timed(self, written: Fraction) -> tuple[Fraction, Fraction, Tuplet | None]:
        """The sounding length, the written one, and the place in an open tuplet."""
        if self._broken is not None:
            factor = broken_factor(self._broken[0], first=False)
            if not written * factor % SHORTEST_WRITTEN:
                written *= factor
            self._broken = None
        place = self._take_place()
        if place is None:
            return written, written, None
        tuplet = Tuplet(*place)
        return written * tuplet.ratio, written, tuplet

    def _take_place(self) -> tuple[int, int, int, int] | None:
        """The next place in the open tuplet: p, q, r and the index from 0."""
        tuplet = self._tuplet
        if tuplet is None:
            return None
        place = (tuplet.p, tuplet.q, tuplet.r, tuplet.taken)
        tuplet.taken += 1
        if tuplet.taken == tuplet.r:
            self._tuplet = None
        return place

    def _take_space(self) -> bool:
        """Whether the event that comes now is beamed to the one before."""
        beamed = not self._spaced and bool(self._events)
        self._spaced = False
        return beamed

    def _take_marks(self, *, beamed: bool) -> Marks:
        marks, self._pending = self._pending, NO_MARKS
        if not beamed:
            return marks
        return BEAMED if marks is NO_MARKS else replace(marks, beamed=True)

    def _marks(self) -> Marks:
        """What stood before the event, and whether it is beamed to the one before."""
        return self._take_marks(beamed=self._take_space())

    def _add(self, event: Event, spot: Spot | None = None) -> None:
        if self._tie_alters:
            self._tie_alters = {}
        self._events.append(event)
        self._spots.append(spot or (self.line, self._at + 1))

    def _change_table(self) -> None:
        """The key or the unit length is another."""
        self._shift = self.key.octave + self.octave
        self._table = note_table(self.key, self._shift, self.unit)
        self._retable()

    def _retable(self) -> None:
        """Look notes up by their text alone as long as nothing in the bar changes what it means.

        `_only_marks` when nothing but the marks that wait for a note does.
        """
        if (
            self._accidentals
            or self._tuplet is not None
            or self._broken is not None
            or self._chord is not None
            or self._grace is not None
            or self._tie_alters
            or (self._tied_over and not self._events)
        ):
            self._plain, self._only_marks = NOTHING, False
        elif self._pending is not NO_MARKS:
            self._plain, self._only_marks = NOTHING, True
        else:
            self._plain = self._table.spaced if self._spaced or not self._events else self._table.beamed
            self._only_marks = False

    def _has_bar(self) -> bool:
        """Whether anything has been read since the last bar line; brackets end here."""
        self._close_brackets()
        self._pending = handed_back(self._events, self._pending)
        if self._events or any(self._layers):
            return True
        self._layers = []
        return False

    def _close_bar(self, closing: BarLine | None) -> None:
        layers = (*self._layers, tuple(self._events))
        if self._layers:
            self._spots = self._main_spots
        spot = self._spots[0] if self._spots else self._overlay_at
        self.bars.append(
            Bar(
                layers[0],
                self._bar_meter,
                self._bar_key,
                self._opening,
                closing,
                self._ending,
                self._part,
                tuple(self._bar_keys),
                tuple([layer for layer in layers[1:] if layer]) if self._layers else (),
                tuple(self._remarks),
                spot,
                self._opened_at,
                tuple(self._spots),
            )
        )
        if len(self.bars) == MAX_BARS + 1:
            self._say("too-large", f"more than {MAX_BARS} bars", spot[1] - 1, "", "", spot[0])
        self._tied_over = [carried(layer) for layer in layers] if self._any_tied else []
        self._any_tied = False
        self._tie_alters = {}
        self._events, self._spots, self._layers, self._bar_keys = [], [], [], []
        self._ending, self._part, self._next_part = (), self._next_part, ""
        self._remarks, self._next_remarks = [(0, field) for field in self._next_remarks], []
        self._bar_meter, self._bar_key = self.meter, self.key
        self._opening = closing

    def _close_brackets(self) -> None:
        """What may not cross a bar line nor be left open at the end."""
        if self._chord is not None:
            (line, column), text = self._chord_at
            message = "a chord opens and does not close"
            self._say("unclosed-bracket", message, column - 1, text, "] is missing", line)
            self._chord = None
        self._close_grace()
        if self._tuplet is not None:
            line, column = self._tuplet.spot
            left = self._tuplet.r - self._tuplet.taken
            message = f"the tuplet ends at the bar line, {left} of {self._tuplet.r} notes short"
            taken, text = self._tuplet.taken, self._tuplet.text
            q = self._tuplet.q
            hint = f"({self._tuplet.p}:{q}:{taken} for {taken} notes" if taken else "its notes follow it"
            self._say("bad-tuplet", message, column - 1, text, hint, line)
            self._tuplet = None
        if self._broken is not None:
            text, (line, column) = self._broken
            message = f"{text} has no note after it in its bar"
            hint = "it stands between two notes of a bar"
            self._say("bad-broken-rhythm", message, column - 1, text, hint, line)
            self._broken = None

    def _close_grace(self) -> None:
        if self._grace is not None:
            (line, column), text = self._grace_at
            message = "grace notes open and do not close"
            self._say("unclosed-bracket", message, column - 1, text, "} is missing", line)
            self._grace = None

    def _say(self, code: str, message: str, at: int, text: str, hint: str = "", line: int = 0) -> None:
        self._report(code, message, line or self.line, at + 1, text, hint)
