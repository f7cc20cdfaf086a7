"""The music of one voice, line by line: tokens in, bars out.

Keeps what the standard says must be remembered between tokens: accidentals until the bar line, an
open tuplet, a broken rhythm waiting for its second note, what stands before a note and belongs to it.
Judges nothing that needs the whole tune; that is `check`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from fractions import Fraction

from abcgen.notation.key import Key, parse_key
from abcgen.notation.lexer import Token, comment_start, lex
from abcgen.notation.meter import Meter, parse_meter, parse_unit_length
from abcgen.notation.spelling import (
    ACCIDENTALS,
    DECORATIONS,
    bar_line,
    ending_numbers,
    length_factor,
    merged,
    tuplet_time,
)
from abcgen.notation.tune import (
    NO_MARKS,
    Bar,
    BarLine,
    Chord,
    Event,
    Marks,
    Note,
    Pitch,
    Rest,
    Tuplet,
)

#: Bounds: more than any tune needs, little enough that no program hangs on it.
MAX_BARS = 2000
MAX_CHORD_NOTES = 16
MAX_GRACE_NOTES = 16
MAX_TUPLET = 15
MAX_WHOLE_NOTES = 64
MAX_BAR_REST = 256

_BEAMED = Marks(beamed=True)

Report = Callable[[str, str, int, int, str, str], None]


@dataclass(slots=True)
class _OpenTuplet:
    p: int
    q: int
    r: int
    taken: int
    at: tuple[int, int, str]


@dataclass
class VoiceReader:
    """Reads the lines of one voice. `bars` is complete after `finish()`."""

    meter: Meter
    key: Key
    unit: Fraction
    report: Report
    user_symbols: dict[str, str] = field(default_factory=dict)
    bars: list[Bar] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._events: list[Event] = []
        self._opening: BarLine | None = None
        self._ending: tuple[int, ...] = ()
        self._accidentals: dict[str, int] = {}
        self._tied_over: dict[tuple[str, int], int] = {}
        self._bar_meter = self.meter
        self._bar_key = self.key
        self._bar_at: tuple[int, int] | None = None
        self._tuplet: _OpenTuplet | None = None
        self._broken: tuple[Fraction, tuple[int, int, str]] | None = None
        self._pending = NO_MARKS  # what stands before the next event and belongs to it
        self._grace: list[Note] | None = None
        self._grace_at = (0, 0, "")
        self._chord: list[Note] | None = None
        self._chord_at = (0, 0, "")
        self._spaced = True
        self.line = 0

    # -- lines -------------------------------------------------------------------------------

    def read_line(self, line: str, number: int) -> None:
        """Read one line of music; `number` is its line in the file, from 1."""
        self.line = number
        for token in lex(line, comment_start(line)):
            handler = _HANDLERS.get(token.kind)
            if handler is not None:
                handler(self, token)
            if len(self.bars) > MAX_BARS:
                break
        self._spaced = True

    def finish(self) -> None:
        """Close what the end of the tune closes, and report what it leaves open."""
        self._close_brackets()
        if self._events:
            self._close_bar(None)

    def set_meter(self, text: str, column: int) -> None:
        """M: in the middle of the tune."""
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
            self.key = parse_key(text) if text.strip() else self.key
        except ValueError as error:
            self._say("bad-key", str(error), column, text)
            return
        if not self._events:
            self._bar_key = self.key

    def set_unit(self, text: str, column: int) -> None:
        """L: in the middle of the tune."""
        try:
            self.unit = parse_unit_length(text)
        except ValueError as error:
            self._say("bad-unit-length", str(error), column, text)

    # -- tokens ------------------------------------------------------------------------------

    def _on_space(self, token: Token) -> None:
        self._spaced = True

    def _on_note(self, token: Token) -> None:
        """note = [accidental] letter {octave mark} [length]"""
        factor = length_factor(token.match["length"])
        if factor is None or factor * self.unit > MAX_WHOLE_NOTES:
            self._say(
                "bad-length", f"{token.text!r} has no length that a note can have", token.at, token.text
            )
            factor = Fraction(1)
        pitch, accidental = self._pitch(token)
        written = factor * self.unit
        if self._grace is not None:
            note = Note(pitch, written, written, accidental, line=self.line, column=token.at + 1)
            if len(self._grace) < MAX_GRACE_NOTES:
                self._grace.append(note)
            else:
                self._say("too-large", f"more than {MAX_GRACE_NOTES} grace notes", token.at, token.text)
        elif self._chord is not None:
            note = Note(pitch, written, written, accidental, line=self.line, column=token.at + 1)
            if len(self._chord) < MAX_CHORD_NOTES:
                self._chord.append(note)
            else:
                self._say("too-large", f"a chord of more than {MAX_CHORD_NOTES} notes", token.at, token.text)
        else:
            duration, written, tuplet = self._timed(written)
            self._add(
                Note(
                    pitch,
                    duration,
                    written,
                    accidental,
                    False,
                    tuplet,
                    self._marks(),
                    self.line,
                    token.at + 1,
                )
            )

    def _pitch(self, token: Token) -> tuple[Pitch, int | None]:
        letter = token.match["letter"]
        step = letter.upper()
        marks = token.match["octave"]
        octave = (5 if letter.islower() else 4) + self.key.octave + marks.count("'") - marks.count(",")
        if not -1 <= octave <= 9:
            self._say(
                "too-large", f"{token.text[:20]!r} lies outside the range of MIDI", token.at, token.text
            )
            octave = 4
        sign = token.match["accidental"]
        if sign is None:
            # A tie over the bar line carries the accidental on to the tied note alone.
            tied = self._tied_over.get((step, octave)) if not self._events else None
            alter = self._accidentals.get(step) if tied is None else tied
            return Pitch(step, self.key.alter(step) if alter is None else alter, octave), None
        self._accidentals[step] = ACCIDENTALS[sign]
        return Pitch(step, ACCIDENTALS[sign], octave), ACCIDENTALS[sign]

    def _on_rest(self, token: Token) -> None:
        """rest = ("z" | "x") [length]"""
        factor = length_factor(token.match["rest_length"])
        if factor is None or factor * self.unit > MAX_WHOLE_NOTES:
            self._say(
                "bad-length", f"{token.text!r} has no length that a rest can have", token.at, token.text
            )
            factor = Fraction(1)
        if self._grace is not None or self._chord is not None:
            self._say("bad-chord", "a rest cannot stand among chord or grace notes", token.at, token.text)
            return
        duration, written, tuplet = self._timed(factor * self.unit)
        visible = token.match["silence"] == "z"
        self._add(Rest(duration, written, visible, 0, tuplet, self._marks(), self.line, token.at + 1))

    def _on_bar_rest(self, token: Token) -> None:
        """bar_rest = ("Z" | "X") [bars]"""
        count = int(token.match["count"] or 1)
        length = self.meter.bar_length
        if not 1 <= count <= MAX_BAR_REST:
            self._say("too-large", f"a rest lasts 1 to {MAX_BAR_REST} bars", token.at, token.text)
            count = 1
        if length is None:
            self._say("bad-length", "free metre has no bars to rest for", token.at, token.text, "write z")
            return
        whole = count * length
        visible = token.text[0] == "Z"
        self._add(Rest(whole, whole, visible, count, None, self._marks(), self.line, token.at + 1))

    def _on_chord_open(self, token: Token) -> None:
        if self._chord is not None:
            self._say(
                "unclosed-bracket", "a chord opens inside a chord", *self._chord_at[1:], "close it with ]"
            )
        self._chord, self._chord_at = [], (self.line, token.at, token.text)

    def _on_chord_close(self, token: Token) -> None:
        """chord = "[" note {note} "]" [length]; inner and outer lengths multiply. ABC 2.1, section 4.17.

        Every note sounds as long as the first, whatever length is written on the others.
        """
        notes, self._chord = self._chord, None
        if notes is None:
            self._say("stray-bracket", "] closes a chord that was not opened", token.at, token.text)
            return
        if not notes:
            self._say("bad-chord", "a chord without notes", token.at, token.text)
            return
        factor = length_factor(token.match["chord_length"])
        if factor is None or factor * notes[0].written > MAX_WHOLE_NOTES:
            self._say(
                "bad-length", f"{token.text!r} has no length that a chord can have", token.at, token.text
            )
            factor = Fraction(1)
        duration, written, tuplet = self._timed(factor * notes[0].written)
        members = tuple(replace(note, duration=duration) for note in notes)
        column = self._chord_at[1] + 1
        self._add(Chord(members, duration, written, tuplet, self._marks(), self._chord_at[0], column))

    def _on_tie(self, token: Token) -> None:
        if self._chord:
            self._chord[-1] = replace(self._chord[-1], tie=True)
        elif self._chord is None and self._grace is None and self._events:
            last = self._events[-1]
            if isinstance(last, Note):
                self._events[-1] = replace(last, tie=True)
            elif isinstance(last, Chord):
                tied = tuple(replace(note, tie=True) for note in last.notes)
                self._events[-1] = replace(last, notes=tied)
            else:
                self._say("bad-tie", "a tie after a rest", token.at, token.text)
        elif self._grace is None:
            self._say("bad-tie", "a tie without a note before it", token.at, token.text)

    def _on_broken(self, token: Token) -> None:
        """broken_rhythm = event ("<" | ">"){1,3} event. ABC 2.1, section 4.4."""
        here = (self.line, token.at, token.text)
        if self._chord is not None or self._grace is not None or not self._events or self._broken:
            self._say("bad-broken-rhythm", f"{token.text} needs a note on both sides", token.at, token.text)
            return
        if len(token.text) > 3:
            self._say("bad-broken-rhythm", "at most three > or <", token.at, token.text)
            return
        short = Fraction(1, 2 ** len(token.text))
        long = 2 - short
        first, second = (long, short) if token.text[0] == ">" else (short, long)
        self._events[-1] = _scaled(self._events[-1], first)
        self._broken = (second, here)

    def _on_tuplet(self, token: Token) -> None:
        """tuplet = "(" p [":" [q] [":" [r]]]. ABC 2.1, section 4.13."""
        p = int(token.match["p"])
        default = tuplet_time(p, self.meter)
        q = int(token.match["q"] or default)
        r = int(token.match["r"] or p)
        if self._tuplet is not None:
            self._say("bad-tuplet", "a tuplet opens inside a tuplet", token.at, token.text)
        if not (2 <= p <= MAX_TUPLET and 1 <= q <= MAX_TUPLET and 1 <= r <= MAX_TUPLET):
            hint = f"2 to {MAX_TUPLET} notes are allowed"
            self._say("bad-tuplet", f"{token.text} is no tuplet", token.at, token.text, hint)
            return
        self._tuplet = _OpenTuplet(p, q, r, 0, (self.line, token.at, token.text))

    def _on_slur_open(self, token: Token) -> None:
        self._pending = replace(self._pending, slurs_opened=self._pending.slurs_opened + 1)

    def _on_slur_close(self, token: Token) -> None:
        if self._events:
            last = self._events[-1]
            marks = replace(last.marks, slurs_closed=last.marks.slurs_closed + 1)
            self._events[-1] = replace(last, marks=marks)

    def _on_grace_open(self, token: Token) -> None:
        if self._grace is not None:
            self._say("unclosed-bracket", "grace notes open inside grace notes", token.at, token.text)
        self._grace = []
        self._grace_at = (self.line, token.at, token.text)

    def _on_grace_close(self, token: Token) -> None:
        if self._grace is None:
            self._say("stray-bracket", "} closes grace notes that were not opened", token.at, token.text)
            return
        quick = self._grace_at[2] == "{/"
        self._pending = replace(self._pending, grace=tuple(self._grace), acciaccatura=quick)
        self._grace = None

    def _on_decoration(self, token: Token) -> None:
        self._decorate(token.match["mark"] or token.match["plus"])

    def _on_shorthand(self, token: Token) -> None:
        symbol = self.user_symbols.get(token.text, DECORATIONS.get(token.text, ""))
        if symbol:
            self._decorate(symbol)
        else:
            message = f"{token.text!r} has no meaning here and is passed over"
            self._say("undefined-symbol", message, token.at, token.text, "U: gives such a letter a meaning")

    def _on_text(self, token: Token) -> None:
        """text = '"' ("^" | "_" | "<" | ">" | "@") annotation '"' | '"' chord symbol '"'"""
        quoted = token.match["quoted"]
        if quoted[:1] in {"^", "_", "<", ">", "@"}:
            self._pending = replace(self._pending, annotations=(*self._pending.annotations, quoted))
        else:
            self._pending = replace(self._pending, chord_symbol=quoted)

    def _on_field(self, token: Token) -> None:
        """An inline field. ABC 2.1, section 3.2. V: is handled by the tune reader."""
        name, value = token.match["name"], token.match["value"]
        column = token.at + 3
        if name == "K":
            self.set_key(value, column)
        elif name == "M":
            self.set_meter(value, column)
        elif name == "L":
            self.set_unit(value, column)

    def _on_bar(self, token: Token) -> None:
        self._close_brackets()
        line = bar_line(token.text, self.line, token.at + 1)
        if self._events:
            self._close_bar(line)
        elif self._opening is None:
            self._opening = line
        else:
            # Two bar lines with nothing between are one: `:|` at a line's end, `|:` on the next.
            both = merged(self._opening, line)
            if self.bars and self.bars[-1].closing is not None:
                self.bars[-1] = replace(self.bars[-1], closing=both)
            self._opening = both
        self._accidentals = {}

    def _on_ending(self, token: Token) -> None:
        """ending = "[" numbers | bar line numbers; numbers = n {"," n | "-" n}. ABC 2.1, 4.9, 4.10."""
        self._close_brackets()
        if self._events:
            self._close_bar(BarLine("none", line=self.line, column=token.at + 1))
            self._accidentals = {}
        numbers = ending_numbers(token.text)
        if not numbers:
            self._say("bad-ending", f"{token.text} is no ending", token.at, token.text, "endings are 1 to 16")
            return
        self._ending = numbers

    def _on_overlay(self, token: Token) -> None:
        self._say("unsupported", "voice overlays (&) are not read yet", token.at, token.text)

    def _on_line_break(self, token: Token) -> None:
        self._spaced = True

    def _on_unclosed(self, token: Token) -> None:
        self._say("unclosed-bracket", 'a text opens with " and does not close', token.at, token.text[:20])

    def _on_illegal(self, token: Token) -> None:
        self._say("illegal-character", f"{token.text!r} means nothing in music", token.at, token.text)

    # -- building ----------------------------------------------------------------------------

    def _timed(self, written: Fraction) -> tuple[Fraction, Fraction, Tuplet | None]:
        """The sounding length, the written one, and the place in an open tuplet."""
        if self._broken is not None:
            written *= self._broken[0]
            self._broken = None
        open_tuplet = self._tuplet
        if open_tuplet is None:
            return written, written, None
        tuplet = Tuplet(open_tuplet.p, open_tuplet.q, open_tuplet.r, open_tuplet.taken)
        open_tuplet.taken += 1
        if open_tuplet.taken == open_tuplet.r:
            self._tuplet = None
        return written * tuplet.ratio, written, tuplet

    def _decorate(self, name: str) -> None:
        self._pending = replace(self._pending, decorations=(*self._pending.decorations, name))

    def _marks(self) -> Marks:
        """What stood before the event, and whether it is beamed to the one before."""
        beamed = not self._spaced and bool(self._events)
        self._spaced = False
        marks, self._pending = self._pending, NO_MARKS
        if not beamed:
            return marks
        return _BEAMED if marks is NO_MARKS else replace(marks, beamed=True)

    def _add(self, event: Event) -> None:
        if self._bar_at is None:
            self._bar_at = (event.line, event.column)
            self._bar_meter, self._bar_key = self.meter, self.key
        self._events.append(event)

    def _close_bar(self, closing: BarLine | None) -> None:
        line, column = self._bar_at or (self.line, 1)
        self.bars.append(
            Bar(
                tuple(self._events),
                self._bar_meter,
                self._bar_key,
                self._opening,
                closing,
                self._ending,
                line,
                column,
            )
        )
        if len(self.bars) == MAX_BARS + 1:
            self._say("too-large", f"more than {MAX_BARS} bars", column - 1, "")
        last = self._events[-1]
        notes = last.notes if isinstance(last, Chord) else (last,) if isinstance(last, Note) else ()
        self._tied_over = {(n.pitch.step, n.pitch.octave): n.pitch.alter for n in notes if n.tie}
        self._events, self._ending, self._bar_at = [], (), None
        self._opening = closing

    def _close_brackets(self) -> None:
        """What may not cross a bar line nor be left open at the end."""
        if self._chord is not None:
            line, at, text = self._chord_at
            self._say("unclosed-bracket", "a chord opens and does not close", at, text, "] is missing", line)
            self._chord = None
        if self._grace is not None:
            line, at, text = self._grace_at
            self._say("unclosed-bracket", "grace notes open and do not close", at, text, "} is missing", line)
            self._grace = None
        if self._tuplet is not None:
            line, at, text = self._tuplet.at
            left = self._tuplet.r - self._tuplet.taken
            message = f"the tuplet ends at the bar line, {left} of {self._tuplet.r} notes short"
            self._say("bad-tuplet", message, at, text, "", line)
            self._tuplet = None
        if self._broken is not None:
            line, at, text = self._broken[1]
            self._say("bad-broken-rhythm", f"{text} has no note after it in its bar", at, text, "", line)
            self._broken = None

    def _say(self, code: str, message: str, at: int, text: str, hint: str = "", line: int = 0) -> None:
        self.report(code, message, line or self.line, at + 1, text, hint)


_HANDLERS: dict[str, Callable[[VoiceReader, Token], None]] = {
    name[4:]: handler for name, handler in vars(VoiceReader).items() if name.startswith("_on_")
}


def _scaled(event: Event, factor: Fraction) -> Event:
    scaled = replace(event, duration=event.duration * factor, written=event.written * factor)
    if isinstance(scaled, Chord):
        notes = tuple(replace(note, duration=note.duration * factor) for note in scaled.notes)
        return replace(scaled, notes=notes)
    return scaled
