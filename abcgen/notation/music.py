"""The music of one voice, line by line: tokens in, bars out.

Keeps what the standard says must be remembered between tokens: accidentals until the bar line, an
open tuplet, a broken rhythm waiting for its second note, what stands before a note and belongs to it.
Judges nothing that needs the whole tune; that is `check`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction

from abcgen.notation.key import Key, changed_key
from abcgen.notation.lexer import kind_of, scan
from abcgen.notation.lyrics import Syllable, align
from abcgen.notation.meter import SHORTEST_WRITTEN, Meter, parse_meter, parse_unit_length
from abcgen.notation.notetable import BEAMED, note_table, scaled, tied
from abcgen.notation.spelling import (
    DECORATIONS,
    bar_and_ending,
    ending_numbers,
    length_factor,
    merged,
    note_shape,
    tuplet_numbers,
)
from abcgen.notation.text import decode_text
from abcgen.notation.tune import (
    NO_MARKS,
    NOWHERE,
    Bar,
    BarLine,
    Chord,
    Event,
    Marks,
    Note,
    Pitch,
    Rest,
    Spot,
    Tuplet,
)

#: Bounds: more than any tune needs, little enough that no program hangs on it.
MAX_BARS = 2000
MAX_CHORD_NOTES = 16
MAX_GRACE_NOTES = 16
MAX_TUPLET = 15
MAX_WHOLE_NOTES = 64
MAX_BAR_REST = 256
MAX_OVERLAYS = 4
MAX_VERSES = 16

#: code, message, line, column, the text it stands on, what would be right
Report = Callable[[str, str, int, int, str, str], None]
_NOTHING: dict[str, Event] = {}


@dataclass(slots=True)
class _OpenTuplet:
    p: int
    q: int
    r: int
    taken: int
    spot: Spot
    text: str


class VoiceReader:
    """Reads the lines of one voice. `bars` is complete after `finish()`.

    `symbols` are the meanings that `U:` gives to letters; `accidentals_hold` says where an accidental
    holds until the bar line: "pitch" (in every octave), "octave" (in its own), "not" (on its note alone).
    """

    def __init__(
        self,
        meter: Meter,
        key: Key,
        unit: Fraction,
        report: Report,
        symbols: dict[str, str],
        *,
        octave: int = 0,
        transpose: int = 0,
        accidentals_hold: str = "pitch",
    ) -> None:
        self.meter, self.key, self.unit = meter, key, unit
        self.bars: list[Bar] = []
        self.line = 0
        self._report = report
        self._symbols = symbols
        self.octave, self.transpose = octave, transpose
        self._hold = accidentals_hold
        self._at = 0
        self._events: list[Event] = []
        self._spots: list[Spot] = []
        self._layers: list[tuple[Event, ...]] = []
        self._opening: BarLine | None = None
        self._opened_at = NOWHERE
        self._ending: tuple[int, ...] = ()
        self._part = ""
        self._accidentals: dict[object, int] = {}
        self._tied_over: dict[tuple[str, int], int] = {}
        self._bar_meter, self._bar_key = meter, key
        self._bar_keys: list[tuple[int, Key]] = []
        self._tuplet: _OpenTuplet | None = None
        self._broken: tuple[Fraction, Spot, str] | None = None
        self._pending = NO_MARKS  # what stands before the next event and belongs to it
        self._grace: list[Note] | None = None
        self._grace_at = (NOWHERE, "")
        self._chord: list[Note] | None = None
        self._chord_at = (NOWHERE, "")
        self._spaced = True
        self._sung: tuple[int, int] | None = None  # bar and event with which the line to be sung begins
        self._verse = 0
        self._words = ""
        self._retable()

    # -- lines -------------------------------------------------------------------------------

    def read_line(self, line: str, number: int, at: int = 0) -> None:
        """Read one line of music, or a part of one that begins at offset `at`; `number` counts from 1."""
        self.line = number
        self._begin_sung()
        table, events, spots = self._plain, self._events, self._spots
        for text in scan(line):
            event = table.get(text)
            if event is not None:
                events.append(event)
                spots.append((number, at + 1))
                table = self._table.beamed
                self._spaced = False
            else:
                self._at = at
                handler = _HANDLERS.get(text) or _handler(text)
                if handler is not None:
                    handler(self, text)
                    self._retable()
                    table, events, spots = self._plain, self._events, self._spots
                    if len(self.bars) > MAX_BARS:
                        break
            at += len(text)

    def end_line(self) -> None:
        """A line ends, and no beam crosses it."""
        self._spaced = True
        self._retable()

    def read_words(self, text: str, number: int, column: int, *, more: bool = False) -> None:
        """A `w:` line: a syllable a note since the last line with words; the next is another verse.

        With `more` the line goes on with the verse before it (`+:`).
        """
        if more and self._verse:
            self._verse -= 1
            text = f"{self._words} {text}"
        if self._sung is None or self._verse >= MAX_VERSES:
            return
        self._words = text
        places = self._sung_places()
        syllables, left = align(text, [bar for bar, _ in places])
        if left:
            self.line = number
            message = f"{left} syllables more than notes to sing them on"
            self._say("too-many-words", message, column - 1, text.strip()[-40:], "* passes over a note")
        for (bar, index), syllable in zip(places, syllables, strict=False):
            self._sing(bar, index, syllable)
        self._verse += 1

    def finish(self) -> None:
        """Close what the end of the tune closes, and report what it leaves open."""
        self._close_brackets()
        if self._events or self._layers:
            self._close_bar(None)

    def set_meter(self, text: str, column: int) -> None:
        """M: in the middle of the tune; inside a bar it holds from the next on."""
        try:
            self.meter = parse_meter(text)
        except ValueError as error:
            self._say("bad-meter", str(error), column, text)
            return
        if not self._events:
            self._bar_meter = self.meter

    def set_key(self, text: str, column: int) -> None:
        """K: in the middle of the tune; accidentals of the bar stay."""
        try:
            key = changed_key(self.key, text)
        except ValueError as error:
            self._say("bad-key", str(error), column, text)
            return
        if not self._events:
            self._bar_key = key
        elif key != self.key:
            self._bar_keys.append((len(self._events), key))
        self.key = key
        self._retable()

    def set_unit(self, text: str, column: int) -> None:
        """L: in the middle of the tune."""
        try:
            self.unit = parse_unit_length(text)
        except ValueError as error:
            self._say("bad-unit-length", str(error), column, text)
        self._retable()

    def set_part(self, text: str) -> None:
        """P: in the middle of the tune: the next bar begins a part."""
        self._part = text.strip()[:80]

    # -- tokens ------------------------------------------------------------------------------

    def _on_space(self, text: str) -> None:
        self._spaced = True

    def _on_note(self, text: str) -> None:
        """note = [accidental] letter {octave mark} [length]"""
        step, octave, accidental, factor = note_shape(text)
        octave += self.key.octave + self.octave
        if not -1 <= octave <= 9:
            self._say("too-large", f"{text[:20]!r} lies outside the range of MIDI", self._at, text)
            octave = 4
        length = self._length(factor, self.unit, text, "note")
        alter = self._alter(step, octave, accidental)
        if self._grace is not None or self._chord is not None:
            self._inner(Note(Pitch(step, alter, octave), length, length, accidental), text)
            return
        beamed = self._take_space()
        broken = self._broken[0] if self._broken else None
        if broken is not None and length * broken % SHORTEST_WRITTEN:
            self._say("bad-length", f"{text!r} is too short to be shortened", self._at, text)
            broken = None
        place = self._take_place()
        state = (text, alter, beamed, broken, place)
        event: Event = self._table.note(state, step, octave, accidental, length)
        if accidental is None and broken is None and place is None and self._plain is not _NOTHING:
            self._table.keep(text, event, beamed=beamed)
        self._broken = None
        if self._pending is not NO_MARKS:
            event = replace(event, marks=self._take_marks(beamed=beamed))
        self._add(event)

    def _inner(self, note: Note, text: str) -> None:
        """A note inside braces or brackets."""
        most, where = MAX_CHORD_NOTES, "notes in a chord"
        notes = self._chord
        if self._grace is not None:
            most, where = MAX_GRACE_NOTES, "grace notes"
            notes = self._grace
        if notes is not None and len(notes) < most:
            notes.append(note)
        else:
            self._say("too-large", f"more than {most} {where}", self._at, text)

    def _alter(self, step: str, octave: int, accidental: int | None) -> int:
        """Semitones on this letter here; an accidental written now is remembered as long as it holds."""
        if accidental is not None:
            if self._hold != "not":
                self._accidentals[step if self._hold == "pitch" else (step, octave)] = accidental
            return accidental
        if self._tied_over and not self._events:
            # A tie over the bar line carries the accidental on to the tied note alone.
            tied_alter = self._tied_over.get((step, octave))
            if tied_alter is not None:
                return tied_alter
        alter = self._accidentals.get(step if self._hold == "pitch" else (step, octave))
        return self.key.alter(step) if alter is None else alter

    def _on_rest(self, text: str) -> None:
        """rest = ("z" | "x") [length]"""
        length = self._length(length_factor(text[1:]), self.unit, text, "rest")
        if self._grace is not None or self._chord is not None:
            self._say("bad-chord", "a rest cannot stand among chord or grace notes", self._at, text)
            return
        duration, written, tuplet = self._timed(length)
        self._add(Rest(duration, written, text[0] == "z", 0, tuplet, self._marks()))

    def _on_bar_rest(self, text: str) -> None:
        """bar_rest = ("Z" | "X") [bars]"""
        count = int(text[1:] or 1)
        length = self.meter.bar_length
        if not 1 <= count <= MAX_BAR_REST:
            self._say("too-large", f"a rest lasts 1 to {MAX_BAR_REST} bars", self._at, text)
            count = 1
        if length is None:
            self._say("bad-length", "free metre has no bars to rest for", self._at, text, "write z")
            return
        whole = count * length
        self._add(Rest(whole, whole, text[0] == "Z", count, None, self._marks()))

    def _on_chord_open(self, text: str) -> None:
        if self._chord is not None:
            (line, column), opened = self._chord_at
            hint = "close it with ]"
            self._say("unclosed-bracket", "a chord opens inside a chord", column - 1, opened, hint, line)
        self._chord, self._chord_at = [], ((self.line, self._at + 1), text)

    def _on_chord_close(self, text: str) -> None:
        """chord = "[" note {note} "]" [length]; inner and outer lengths multiply. ABC 2.1, section 4.17.

        Every note sounds as long as the first, whatever length is written on the others.
        """
        notes, self._chord = self._chord, None
        if notes is None:
            self._say("stray-bracket", "] closes a chord that was not opened", self._at, text)
            return
        if not notes:
            self._say("bad-chord", "a chord without notes", self._at, text)
            return
        length = self._length(length_factor(text[1:]), notes[0].written, text, "chord")
        duration, written, tuplet = self._timed(length)
        factor = written / notes[0].written
        members = tuple(replace(note, duration=duration, written=note.written * factor) for note in notes)
        self._add(Chord(members, duration, written, tuplet, self._marks()), self._chord_at[0])

    def _on_tie(self, text: str) -> None:
        last = self._events[-1] if self._events else None
        if self._chord:
            self._chord[-1] = replace(self._chord[-1], tie=True)
        elif self._chord is not None or self._grace is not None:
            return
        elif last is None:
            self._say("bad-tie", "a tie without a note before it", self._at, text)
        elif isinstance(last, Rest):
            self._say("bad-tie", "a tie after a rest", self._at, text)
        else:
            self._events[-1] = tied(last)

    def _on_broken(self, text: str) -> None:
        """broken_rhythm = event ("<" | ">"){1,3} event. ABC 2.1, section 4.4."""
        if self._chord is not None or self._grace is not None or not self._events or self._broken:
            self._say("bad-broken-rhythm", f"{text[:20]} needs a note on both sides", self._at, text)
            return
        if len(text) > 3:
            self._say("bad-broken-rhythm", "at most three > or <", self._at, text)
            return
        short = Fraction(1, 2 ** len(text))
        first, second = (2 - short, short) if text[0] == ">" else (short, 2 - short)
        if self._events[-1].written * first % SHORTEST_WRITTEN:
            self._say("bad-length", "the note before is too short to be shortened", self._at, text)
            return
        self._events[-1] = scaled(self._events[-1], first)
        self._broken = (second, (self.line, self._at + 1), text)

    def _on_tuplet(self, text: str) -> None:
        """tuplet = "(" p [":" [q] [":" [r]]]. ABC 2.1, section 4.13."""
        p, q, r = tuplet_numbers(text, self.meter)
        if self._tuplet is not None:
            self._say("bad-tuplet", "a tuplet opens inside a tuplet", self._at, text)
        if not (2 <= p <= MAX_TUPLET and 1 <= q <= MAX_TUPLET and 1 <= r <= MAX_TUPLET):
            hint = f"2 to {MAX_TUPLET} notes are allowed"
            self._say("bad-tuplet", f"{text} is no tuplet", self._at, text, hint)
            return
        self._tuplet = _OpenTuplet(p, q, r, 0, (self.line, self._at + 1), text)

    def _on_slur_open(self, text: str) -> None:
        self._pending = replace(self._pending, slurs_opened=self._pending.slurs_opened + 1)

    def _on_slur_close(self, text: str) -> None:
        if self._events:
            last = self._events[-1]
            marks = replace(last.marks, slurs_closed=last.marks.slurs_closed + 1)
            self._events[-1] = replace(last, marks=marks)

    def _on_grace_open(self, text: str) -> None:
        if self._grace is not None:
            self._say("unclosed-bracket", "grace notes open inside grace notes", self._at, text)
        self._grace = []
        self._grace_at = ((self.line, self._at + 1), text)

    def _on_grace_close(self, text: str) -> None:
        if self._grace is None:
            self._say("stray-bracket", "} closes grace notes that were not opened", self._at, text)
            return
        quick = self._grace_at[1] == "{/"
        self._pending = replace(self._pending, grace=tuple(self._grace), acciaccatura=quick)
        self._grace = None

    def _on_decoration(self, text: str) -> None:
        self._decorate(text[1:-1])

    def _on_shorthand(self, text: str) -> None:
        symbol = self._symbols.get(text, DECORATIONS.get(text, ""))
        if symbol:
            self._decorate(symbol)
        else:
            message = f"{text!r} has no meaning here and is passed over"
            self._say("undefined-symbol", message, self._at, text, "U: gives such a letter a meaning")

    def _on_text(self, text: str) -> None:
        """text = '"' ("^" | "_" | "<" | ">" | "@") annotation '"' | '"' chord symbol '"'"""
        quoted = decode_text(text[1:-1])
        if quoted[:1] in {"^", "_", "<", ">", "@"}:
            self._pending = replace(self._pending, annotations=(*self._pending.annotations, quoted))
        else:
            self._pending = replace(self._pending, chord_symbol=quoted)

    def _on_field(self, text: str) -> None:
        """An inline field. ABC 2.1, section 3.2. V: is handled by the tune reader."""
        name, value, column = text[1], text[3:-1], self._at + 3
        if name == "K":
            self.set_key(value, column)
        elif name == "M":
            self.set_meter(value, column)
        elif name == "L":
            self.set_unit(value, column)
        elif name == "P":
            self.set_part(value)

    def _on_bar(self, text: str) -> None:
        self._close_brackets()
        line, ending = bar_and_ending(text)
        if self._events or self._layers:
            self._close_bar(line)
        elif self._opening is None:
            self._opening = line
        else:
            # Two bar lines with nothing between are one: `:|` at a line's end, `|:` on the next.
            both = merged(self._opening, line)
            if self.bars and self.bars[-1].closing is not None:
                self.bars[-1] = replace(self.bars[-1], closing=both)
            self._opening = both
        self._opened_at = (self.line, self._at + 1)
        self._accidentals = {}
        if ending:
            self._begin_ending(ending)

    def _on_ending(self, text: str) -> None:
        """ending = "[" numbers | bar line numbers; numbers = n {"," n | "-" n}. ABC 2.1, 4.9, 4.10."""
        self._close_brackets()
        if self._events or self._layers:
            self._close_bar(BarLine("none"))
            self._accidentals = {}
        self._begin_ending(text)

    def _begin_ending(self, text: str) -> None:
        numbers = ending_numbers(text)
        if numbers:
            self._ending = numbers
        else:
            self._say("bad-ending", f"{text} is no ending", self._at, text, "endings are 1 to 16")

    def _on_overlay(self, text: str) -> None:
        """overlay = "&": another layer of the same bar, from its beginning. ABC 2.1, section 7.4."""
        self._close_brackets()
        if len(text) > 1 or len(self._layers) >= MAX_OVERLAYS:
            most = f"at most {MAX_OVERLAYS} overlays share a bar"
            self._say("too-large", most, self._at, text, "each begins with one &")
            return
        self._layers.append(tuple(self._events))
        self._events = []
        self._accidentals = {}
        self._spaced = True

    def _on_unclosed(self, text: str) -> None:
        self._say("unclosed-bracket", 'a text opens with " and does not close', self._at, text[:20])

    def _on_illegal(self, text: str) -> None:
        self._say("illegal-character", f"{text!r} means nothing in music", self._at, text)

    # -- building ----------------------------------------------------------------------------

    def _retable(self) -> None:
        """Look notes up by their text alone as long as nothing in the bar changes what it means."""
        self._table = note_table(self.key, self.key.octave + self.octave, self.unit)
        if (
            self._accidentals
            or self._pending is not NO_MARKS
            or self._tuplet is not None
            or self._broken is not None
            or self._chord is not None
            or self._grace is not None
            or (self._tied_over and not self._events)
        ):
            self._plain = _NOTHING
        else:
            self._plain = self._table.spaced if self._spaced or not self._events else self._table.beamed

    def _length(self, factor: Fraction | None, unit: Fraction, text: str, kind: str) -> Fraction:
        """`factor` units, in whole notes; the unit itself, reported, when no note has that length."""
        if factor is not None:
            length = factor * unit
            if length <= MAX_WHOLE_NOTES and not length % SHORTEST_WRITTEN:
                return length
        self._say("bad-length", f"{text[:40]!r} has no length that a {kind} can have", self._at, text)
        return max(unit, SHORTEST_WRITTEN)

    def _timed(self, written: Fraction) -> tuple[Fraction, Fraction, Tuplet | None]:
        """The sounding length, the written one, and the place in an open tuplet."""
        if self._broken is not None:
            if not written * self._broken[0] % SHORTEST_WRITTEN:
                written *= self._broken[0]
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

    def _decorate(self, name: str) -> None:
        self._pending = replace(self._pending, decorations=(*self._pending.decorations, name))

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
        self._events.append(event)
        self._spots.append(spot or (self.line, self._at + 1))

    def _close_bar(self, closing: BarLine | None) -> None:
        last = self._events[-1] if self._events else None
        layers = [*self._layers, tuple(self._events)]
        spot = self._spots[0] if self._spots else (self.line, self._at + 1)
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
                tuple(layer for layer in layers[1:] if layer),
                spot,
                self._opened_at,
                tuple(self._spots),
            )
        )
        if len(self.bars) == MAX_BARS + 1:
            self._say("too-large", f"more than {MAX_BARS} bars", spot[1] - 1, "", "", spot[0])
        self._tied_over = {}
        if isinstance(last, Note | Chord):
            self._tied_over = {(n.pitch.step, n.pitch.octave): n.pitch.alter for n in last.notes if n.tie}
        self._events, self._spots, self._layers, self._bar_keys = [], [], [], []
        self._ending, self._part = (), ""
        self._bar_meter, self._bar_key = self.meter, self.key
        self._opening = closing

    def _close_brackets(self) -> None:
        """What may not cross a bar line nor be left open at the end."""
        if self._chord is not None:
            (line, column), text = self._chord_at
            message = "a chord opens and does not close"
            self._say("unclosed-bracket", message, column - 1, text, "] is missing", line)
            self._chord = None
        if self._grace is not None:
            (line, column), text = self._grace_at
            message = "grace notes open and do not close"
            self._say("unclosed-bracket", message, column - 1, text, "} is missing", line)
            self._grace = None
        if self._tuplet is not None:
            line, column = self._tuplet.spot
            left = self._tuplet.r - self._tuplet.taken
            message = f"the tuplet ends at the bar line, {left} of {self._tuplet.r} notes short"
            self._say("bad-tuplet", message, column - 1, self._tuplet.text, "", line)
            self._tuplet = None
        if self._broken is not None:
            _, (line, column), text = self._broken
            message = f"{text} has no note after it in its bar"
            self._say("bad-broken-rhythm", message, column - 1, text, "", line)
            self._broken = None

    # -- words -------------------------------------------------------------------------------

    def _begin_sung(self) -> None:
        """Music goes on after words, or begins: the next words are sung from here."""
        if self._verse or self._sung is None:
            self._sung = (len(self.bars), len(self._events))
            self._verse = 0

    def _sung_places(self) -> list[tuple[int, int]]:
        """Bar and event index of every note and chord since the sung line began."""
        first, skipped = self._sung or (0, 0)
        found = []
        for number in range(first, len(self.bars) + 1):
            events = self.bars[number].events if number < len(self.bars) else self._events
            start = skipped if number == first else 0
            found += [(number, i) for i in range(start, len(events)) if not isinstance(events[i], Rest)]
        return found

    def _sing(self, bar: int, index: int, syllable: Syllable) -> None:
        events = list(self.bars[bar].events) if bar < len(self.bars) else self._events
        event = events[index]
        before = event.marks.lyrics[: self._verse]
        verses = (*before, *[""] * (self._verse - len(before)), syllable)
        if syllable or event.marks.lyrics:
            events[index] = replace(event, marks=replace(event.marks, lyrics=verses))
        if bar < len(self.bars):
            self.bars[bar] = replace(self.bars[bar], events=tuple(events))

    def _say(self, code: str, message: str, at: int, text: str, hint: str = "", line: int = 0) -> None:
        self._report(code, message, line or self.line, at + 1, text, hint)


_Handler = Callable[[VoiceReader, str], None]
_BY_KIND: dict[str, _Handler] = {
    name[4:]: handler for name, handler in vars(VoiceReader).items() if name.startswith("_on_")
}
_BY_KIND["line_break"] = VoiceReader._on_space
_HANDLERS: dict[str, _Handler] = {}
_MAX_HANDLERS = 4096


def _handler(text: str) -> _Handler | None:
    """What to do with a token; remembered by its text. None for what has no meaning of its own."""
    handler = _BY_KIND.get(kind_of(text))
    if handler is not None and len(text) <= 24 and len(_HANDLERS) < _MAX_HANDLERS:
        _HANDLERS[text] = handler
    return handler
