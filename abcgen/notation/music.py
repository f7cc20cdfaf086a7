"""The music of one voice, line by line: tokens in, bars out.

Which token does what; what is remembered between tokens is in `voice`. Judges nothing that needs the whole
tune; that is `check`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from abcgen.notation.fields import KNOWN_FIELDS, field_text
from abcgen.notation.lexer import kind_of, scan
from abcgen.notation.meter import SHORTEST_WRITTEN
from abcgen.notation.notetable import (
    NoteState,
    broken_factor,
    marked,
    shortened,
    tied,
)
from abcgen.notation.singing import SungVoice
from abcgen.notation.spelling import (
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
    BarLine,
    Chord,
    Event,
    Field,
    Note,
    Pitch,
    Rest,
)
from abcgen.notation.voice import (
    MAX_BAR_REST,
    MAX_BARS,
    MAX_CHORD_NOTES,
    MAX_GRACE_NOTES,
    MAX_OVERLAYS,
    MAX_TUPLET,
    NOTHING,
    OpenTuplet,
)


class VoiceReader(SungVoice):
    """Reads the lines of one voice. `bars` is complete after `finish()`."""

    # -- lines -------------------------------------------------------------------------------

    def read_line(self, line: str, number: int, at: int = 0) -> None:
        """Read one line of music, or a part of one that begins at offset `at`; `number` counts from 1."""
        self.line = number
        self._begin_under()
        self._retable()
        plain, events, spots = self._plain, self._events, self._spots
        beamed, spaced = self._table.beamed, self._table.spaced
        for text in scan(line):
            event = plain.get(text)
            if event is not None:
                events.append(event)
                spots.append((number, at + 1))
                plain = beamed
            elif text == " ":
                if plain is NOTHING:
                    self._spaced = True
                else:
                    plain = spaced
            else:
                self._at = at
                handler = _HANDLERS.get(text) or _handler(text)
                if handler is not None:
                    if plain is not NOTHING:
                        self._spaced = plain is spaced
                    handler(self, text)
                    self._retable()
                    plain, events, spots = self._plain, self._events, self._spots
                    beamed, spaced = self._table.beamed, self._table.spaced
                    if len(self.bars) > MAX_BARS:
                        break
            at += len(text)
        if plain is not NOTHING:
            self._spaced = plain is spaced

    def end_line(self, *, joined: bool) -> None:
        """A line ends, and no beam crosses it; no grace notes either, unless the next is `joined` to it."""
        self._spaced = True
        if not joined:
            self._close_grace()
        self._retable()

    # -- tokens ------------------------------------------------------------------------------

    def _on_space(self, text: str) -> None:
        self._spaced = True

    def _on_note(self, text: str) -> None:
        """note = [accidental] letter {octave mark} [length]"""
        if self._only_marks:
            table = self._table.spaced if self._spaced or not self._events else self._table.beamed
            known = table.get(text)
            if known is not None:
                self._spaced = False
                self._add(marked(known, self._pending))
                self._pending = NO_MARKS
                return
        step, octave, accidental, _ = note_shape(text)
        octave += self._shift
        in_range = -1 <= octave <= 9
        if not in_range:
            self._say("too-large", f"{text[:20]!r} lies outside the range of MIDI", self._at, text)
            octave = 4
        alter = self._alter(step, octave, accidental)
        if self._grace is not None or self._chord is not None:
            length = self._length(note_shape(text).factor, self.unit, text, "note")
            self._inner(Note(Pitch(step, alter, octave), length, length, accidental), text)
            return
        beamed = self._take_space()
        sign = self._broken[0] if self._broken else ""
        state = NoteState(text, alter, beamed, sign, self._take_place())
        event: Event | None = self._table.find(state) if in_range else None
        if event is None:
            event = self._new_note(state, Pitch(step, alter, octave), keep=in_range)
        elif accidental is None and not sign and state.place is None and self._plain is not NOTHING:
            self._table.keep(text, event, beamed=beamed)
        self._broken = None
        if self._pending is not NO_MARKS:
            event = marked(event, self._pending)
            self._pending = NO_MARKS
        self._add(event)

    def _new_note(self, state: NoteState, pitch: Pitch, *, keep: bool) -> Note:
        """A note not met in this state before; kept for the next time unless something must be reported."""
        shape = note_shape(state.text)
        length = self._length(shape.factor, self.unit, state.text, "note")
        right = shape.factor is not None and length == shape.factor * self.unit
        if state.broken and length * broken_factor(state.broken, first=False) % SHORTEST_WRITTEN:
            message = f"{state.text!r} is too short to be shortened"
            self._say("bad-length", message, self._at, state.text, "write the lengths out")
            state, right = state._replace(broken=""), False
        return self._table.make(state, pitch, shape.accidental, length, keep=keep and right)

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

    def _on_rest(self, text: str) -> None:
        """rest = ("z" | "x") [length]"""
        length = self._length(length_factor(text[1:]), self.unit, text, "rest")
        if self._grace is not None or self._chord is not None:
            message = "a rest cannot stand among chord or grace notes"
            self._say("bad-chord", message, self._at, text, "leave it out")
            return
        duration, written, tuplet = self._timed(length)
        self._add(Rest(duration, written, text[0] == "z", 0, tuplet, self._marks()))

    def _on_bar_rest(self, text: str) -> None:
        """bar_rest = ("Z" | "X") [bars]"""
        if "/" in text:
            hint = "for less write z, as in z2"
            self._say("bad-length", f"{text[0]} rests for whole bars", self._at, text, hint)
            return
        count = int(text[1:] or 1)
        length = self._bar_meter.bar_length
        if not 1 <= count <= MAX_BAR_REST:
            self._say("too-large", f"a rest lasts 1 to {MAX_BAR_REST} bars", self._at, text)
            count = 1
        if length is None:
            self._say("bad-length", "free metre has no bars to rest for", self._at, text, "write z")
            return
        whole = count * length
        self._add(Rest(whole, whole, text[0] == "Z", count, None, self._marks()))

    def _on_chord_open(self, text: str) -> None:
        if self._grace is not None:
            message = "a chord cannot stand among grace notes"
            self._say("bad-chord", message, self._at, text, "write its notes one by one")
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
            message = "] closes a chord that was not opened"
            self._say("stray-bracket", message, self._at, text, "open it with [, or leave ] out")
            return
        if self._grace is not None:
            return
        if not notes:
            (line, column), opened = self._chord_at
            hint = "write its notes between [ and ]"
            self._say("bad-chord", "a chord without notes", column - 1, opened + text, hint, line)
            return
        length = self._length(length_factor(text[1:]), notes[0].written, text, "chord")
        duration, written, tuplet = self._timed(length)
        factor = written / notes[0].written
        members = tuple(replace(note, duration=duration, written=note.written * factor) for note in notes)
        self._add(Chord(members, duration, written, tuplet, self._marks()), self._chord_at[0])

    def _on_tie(self, text: str) -> None:
        self._any_tied = True
        last = self._events[-1] if self._events else None
        if self._chord:
            self._chord[-1] = replace(self._chord[-1], tie=True)
        elif self._chord is not None or self._grace is not None:
            return
        elif last is None:
            hint = "a tie stands after its note, as in A-A"
            self._say("bad-tie", "a tie without a note before it", self._at, text, hint)
        elif isinstance(last, Rest):
            self._say("bad-tie", "a tie after a rest", self._at, text, "leave it out")
        else:
            self._events[-1] = tied(last)
            pitches = last.pitches
            if any(pitch.alter != self.key.alter(pitch.step) for pitch in pitches):
                self._tie_alters = {(pitch.step, pitch.octave): pitch.alter for pitch in pitches}

    def _on_broken(self, text: str) -> None:
        """broken_rhythm = event ("<" | ">"){1,3} event. ABC 2.1, section 4.4."""
        if self._grace and self._chord is None and len(text) <= 3:
            return  # grace notes take no time
        if self._chord is not None or self._grace is not None or not self._events or self._broken:
            message = f"{text[:20]} needs a note on both sides"
            self._say("bad-broken-rhythm", message, self._at, text, "write it between two notes of a bar")
            return
        if len(text) > 3:
            self._say("bad-broken-rhythm", "at most three > or <", self._at, text, "write the lengths out")
            return
        if getattr(self._events[-1], "bars", 0):
            message = "a rest of whole bars cannot be shortened"
            self._say("bad-broken-rhythm", message, self._at, text, "write z and the lengths")
            return
        first = shortened(self._events[-1], text)
        if first is None:
            message = "the note before is too short to be shortened"
            self._say("bad-length", message, self._at, text, "write the lengths out")
            return
        self._events[-1] = first
        self._broken = (text, (self.line, self._at + 1))

    def _on_tuplet(self, text: str) -> None:
        """tuplet = "(" p [":" [q] [":" [r]]]. ABC 2.1, section 4.13."""
        p, q, r = tuplet_numbers(text, self.meter)
        if self._tuplet is not None:
            hint = f"{self._tuplet.text} still waits for notes"
            self._say("bad-tuplet", "a tuplet opens inside a tuplet", self._at, text, hint)
        if not (2 <= p <= MAX_TUPLET and 1 <= q <= MAX_TUPLET and 1 <= r <= MAX_TUPLET):
            hint = f"2 to {MAX_TUPLET} notes are allowed"
            self._say("bad-tuplet", f"{text} is no tuplet", self._at, text, hint)
            return
        self._tuplet = OpenTuplet(p, q, r, 0, (self.line, self._at + 1), text)

    def _on_field(self, text: str) -> None:
        """An inline field. ABC 2.1, section 3.2. V:, U:, m: and I: are handled by the tune reader."""
        name, value, column = text[1], text[3:-1], self._at + 3
        if name == "K":
            self.set_key(value, column)
        elif name == "M":
            self.set_meter(value, column)
        elif name == "L":
            self.set_unit(value, column)
        elif name == "P":
            self.set_part(decode_text(value))
        elif name in _REMARKS:
            if said := field_text(text[1:-1]):
                self.remark(Field(name, said, True, self.line))
        elif name in KNOWN_FIELDS:
            hint = "write it on a line of its own"
            self._say("unknown-field", f"{name}: does not stand within music", self._at, text, hint)
        else:
            self._say("unknown-field", f"no field has the letter {name}", self._at, text)

    def _on_bar(self, text: str) -> None:
        line, ending = bar_and_ending(text)
        if self._has_bar():
            self._close_bar(line)
        elif self._opening is None:
            self._opening = line
        else:
            # Two bar lines with nothing between are one: `:|` at a line's end, `|:` on the next.
            both = merged(self._opening, line)
            if self.bars and self.bars[-1].closing is not None:
                self.bars[-1] = replace(self.bars[-1], closing=both)
            self._opening = both
        if self._in_ending and line.section:
            self._in_ending = False
        self._opened_at = (self.line, self._at + 1)
        self._accidentals = {}
        if ending:
            self._begin_ending(ending)

    def _on_ending(self, text: str) -> None:
        """ending = "[" numbers | bar line numbers; numbers = n {"," n | "-" n}. ABC 2.1, 4.9, 4.10."""
        if self._has_bar():
            self._close_bar(BarLine("none"))
            self._accidentals = {}
        self._begin_ending(text)

    def _begin_ending(self, text: str) -> None:
        numbers = ending_numbers(text)
        if numbers:
            self._ending = numbers
            self._in_ending = True
            if text.lstrip("[")[0].isspace():
                hint = "write |1 or [1"
                message = "a blank stands before the number of this ending"
                self._say("unclear-ending", message, self._at, text, hint)
        else:
            self._say("bad-ending", f"{text} is no ending", self._at, text, "endings are 1 to 16")

    def _on_overlay(self, text: str) -> None:
        """overlay = "&": another layer of the same bar, from its beginning. ABC 2.1, section 7.4."""
        self._close_brackets()
        if len(text) > 1 or len(self._layers) >= MAX_OVERLAYS:
            most = f"at most {MAX_OVERLAYS} overlays share a bar"
            self._say("too-large", most, self._at, text, "each begins with one &")
            return
        if not self._layers:
            self._main_spots = self._spots
            self._overlay_at = (self.line, self._at + 1)
        self._layers.append(tuple(self._events))
        self._spots = []
        self._events = []
        self._tie_alters = {}
        self._accidentals = {}
        self._spaced = True

    def _on_unclosed_field(self, text: str) -> None:
        hint = "close it with ]"
        message = f"the field {text[1:20]} opens within the music and does not close"
        self._say("unclosed-bracket", message, self._at, text, hint)

    def _on_reserved(self, text: str) -> None:
        """`# * ; ? @` are kept for later standards and passed over. ABC 2.1, section 8.1."""
        hint = "a sharp is ^ before its note, as in ^C" if text == "#" else "leave it out"
        self._say("reserved-character", f"{text} has no meaning yet and is passed over", self._at, text, hint)

    def _on_illegal(self, text: str) -> None:
        meant = next((sign for sign, others in _LOOKALIKES.items() if text in others), "")
        hint = f"write {meant}" if meant else "leave it out, or quote it where it is text"
        self._say("illegal-character", f"{text!r} means nothing in music", self._at, text, hint)


_REMARKS = frozenset("NQRr")
#: What word processors make of signs, and signs that look like them.
_LOOKALIKES = {
    '"': "\u201c\u201d\u201e\u201f\u00ab\u00bb",
    "'": "\u2018\u2019\u00b4",
    "-": "\u2010\u2011\u2012\u2013\u2014",
    "|": "\u00a6\u2502\u2503",
    "^": "\u266f",
    "_": "\u266d",
    "=": "\u266e",
}
_Handler = Callable[[VoiceReader, str], None]
_BY_KIND: dict[str, _Handler] = {
    name[4:]: getattr(VoiceReader, name) for name in dir(VoiceReader) if name.startswith("_on_")
}
_BY_KIND["line_break"] = VoiceReader._on_space
_BY_KIND["continuation"] = VoiceReader._on_illegal  # at a line's end it is taken off before
_HANDLERS: dict[str, _Handler] = {}
_MAX_HANDLERS = 4096


def _handler(text: str) -> _Handler | None:
    """What to do with a token; remembered by its text. None for what has no meaning of its own."""
    handler = _BY_KIND.get(kind_of(text))
    if handler is not None and len(text) <= 24 and len(_HANDLERS) < _MAX_HANDLERS:
        _HANDLERS[text] = handler
    return handler
