"""The dialect that models speak: one canonical spelling of single-voice tunes. See docs/dialect.md.

    X:1            header: valid ABC, a line for each thing that steers (see `steering`)
    R:jig          left out when the tune has none
    M:6/8
    L:1/8          always
    K:Edor
    |:e2fgfe|…|]   body: one line, no spaces, no ornaments

What the dialect leaves off (grace notes, slurs, decorations, chord symbols, words) changes no pitch and
no time. `acceptor` takes exactly what `to_dialect` writes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

from abcgen.notation.key import Key, parse_key
from abcgen.notation.parser import parse_tune
from abcgen.notation.spelling import SIGNS, letter_text, tuplet_text
from abcgen.notation.steering import (
    DENOMINATORS,
    HIGHEST,
    LOWEST,
    NUMERATORS,
    header_text,
    rhythm_name,
    steering_lines,
    with_lines,
)
from abcgen.notation.tune import Bar, BarLine, Chord, Event, Pitch, Rest, Tune
from abcgen.notation.writer import event_text

UNIT = Fraction(1, 8)
#: The shortest written note of the dialect, in whole notes; every length is a multiple of it.
SHORTEST = Fraction(1, 64)
LONGEST = Fraction(12)
#: Notes of a chord at most, and the tuplets that there are.
MAX_CHORD = 8
TUPLET_P = TUPLET_R = range(2, 10)
TUPLET_Q = range(1, 10)
MAX_BODY_CHARACTERS = 1400
#: The reason for a tune of more.
TOO_LONG = "too-long"
MIN_BARS = 4


class NotInDialect(ValueError):  # noqa: N818 - a verdict, not an error of the caller
    """The tune cannot be said in the dialect. `reason` is a stable short name for reports."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class DialectTune:
    """A tune in the dialect: `header` ends with the newline after K:, `body` with its own.

    The header has X:, R: where the tune has a rhythm, M:, L: and K:. `steering` holds further header lines
    that are true of the tune, any of which may be put in.
    """

    header: str
    body: str
    steering: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return self.header + self.body

    @property
    def steered(self) -> str:
        """The text with every line that steers."""
        return with_lines(self.header, self.steering) + self.body


class _Speller:
    """Spells pitches so that a note's text says what it is, wherever in the bar it stands.

    A note off the key's signature always has its accidental; so has, later in that bar and in one that a tie
    leads into, every note of its letter. Nothing else has one.
    """

    def __init__(self, key: Key) -> None:
        self._key = key
        self._altered: set[str] = set()

    def new_bar(self, *, tied: bool) -> None:
        if not tied:
            self._altered.clear()

    def pitch(self, pitch: Pitch) -> str:
        sign = ""
        if pitch.alter != self._key.alter(pitch.step) or pitch.step in self._altered:
            sign = SIGNS[pitch.alter]
            self._altered.add(pitch.step)
        return sign + letter_text(pitch.step, pitch.octave)


def to_dialect(tune: Tune, *, origin: str = "") -> DialectTune:
    """The canonical spelling of `tune`. Raises NotInDialect with the reason where there is none.

    `origin` is where a tune is from whose `O:` does not say.
    """
    errors = [problem for problem in tune.problems if problem.is_error]
    if errors:
        first = errors[0]
        raise NotInDialect(first.code, f"line {first.line}: {first.message}")
    _must_fit(tune, MIN_BARS)
    bars = _plain_events(_canonical_bars(tune.bars))
    body = _body(bars, parse_key(tune.key.tonic_and_mode)) + "\n"
    if len(body) > MAX_BODY_CHARACTERS:
        raise NotInDialect(TOO_LONG, f"{len(body) - 1} characters; at most {MAX_BODY_CHARACTERS} are kept")
    plain = replace(tune, voices=(replace(tune.voices[0], bars=tuple(bars)),))
    return DialectTune(_header(tune), body, steering_lines(plain, origin))


class Beginning(NamedTuple):
    """What there is of a tune that is to be gone on with, in the dialect.

    `closings` are what the bar line at its end may be, or begin with; none where there is none.
    """

    header: str
    body: str
    closings: tuple[str, ...] = ()


def beginning_of(tune: Tune) -> Beginning:
    """A tune as the beginning of a longer one. Raises NotInDialect; its problems are not looked at."""
    if not tune.bars:
        _must_have_meter(tune)
        _meter_must_fit(tune)
        return Beginning(_header(tune), "")
    _must_fit(tune, 1)
    bars = _plain_events(_canonical_bars(tune.bars), unfinished=True)
    body = _body(bars, parse_key(tune.key.tonic_and_mode), unfinished=True)
    closing = tune.bars[-1].closing
    if closing is None:
        return Beginning(_header(tune), body)
    closings = {":|": (":|", "::"), "||": ("||", "|:")}.get(line := _line_text(closing, last=False), (line,))
    return Beginning(_header(tune), body, closings)


def _header(tune: Tune) -> str:
    rhythm = rhythm_name(tune.rhythm)
    meter = f"{tune.meter.numerator}/{tune.meter.denominator}"
    key = parse_key(tune.key.tonic_and_mode)
    return header_text(meter, key.plain(), [f"R:{rhythm}"] if rhythm else [])


def _body(bars: Sequence[Bar], key: Key, *, unfinished: bool = False) -> str:
    """The music of bars that are as the dialect has them; unfinished, without a bar line at its end."""
    speller = _Speller(key)
    body = "|:" if _opens_repeat(bars[0]) and not bars[0].ending else ""
    tied, ending = False, 0
    for bar, following in zip(bars, [*bars[1:], None], strict=True):
        speller.new_bar(tied=tied)
        ending = bar.ending[0] if bar.ending else ending
        body += _bar_text(bar, speller)
        line = _line_text(bar.closing, last=following is None) if following or not unfinished else ""
        if following is not None and following.ending:
            line = _line_before_ending(line, following.ending[0])
        elif line == "|" and following is not None and following.part and ending != 1:
            line = "||"
        ending = ending if line == "|" else 0
        body += line
        tied = bar.events[-1].tie
    return body


def _line_before_ending(line: str, number: int) -> str:
    """The bar line before an ending: a plain one before the first, `:|` before the second."""
    if line == "||" and number == 1:
        return "|"
    if line != {1: "|", 2: ":|"}[number]:
        raise NotInDialect("ending", f"ending {number} after the bar line {line}")
    return line


def _bar_text(bar: Bar, speller: _Speller) -> str:
    """A bar with the number of the ending that it begins, without its bar line."""
    text = ",".join(map(str, bar.ending))
    for event in bar.events:
        if event.tuplet is not None and event.tuplet.index == 0:
            text += tuplet_text(event.tuplet.p, event.tuplet.q, event.tuplet.r, bar.meter)
        text += event_text(event, speller, UNIT)
    return text


def from_dialect(text: str, *, reference: int = 1, title: str = "") -> Tune:
    """A tune from dialect text; problems are in `tune.problems`.

    The `%%` lines that steer are left behind: no other program knows them, and what they say is in the music.
    """
    tune = parse_tune(text)
    fields = tuple(field for field in tune.fields if field.letter != "%" or field.body)
    return replace(tune, fields=fields, reference=reference, titles=(title,) if title else tune.titles)


def false_lines(text: str, tune: Tune | None = None) -> tuple[str, ...]:
    """The lines of a dialect header that are not so: another form, length or range than the music's.

    `tune` is what the text reads as, where that is known.
    """
    told = [line for line in text.partition("\nK:")[0].split("\n") if line.startswith("%%")]
    if not told:
        return ()
    true = steering_lines(tune or parse_tune(text))
    return tuple(line for line in told if line not in true)


def _must_have_meter(tune: Tune) -> None:
    if tune.meter.free:
        raise NotInDialect("free-meter", "free metre: bars cannot be counted")


def _meter_must_fit(tune: Tune) -> None:
    if tune.meter.numerator not in NUMERATORS or tune.meter.denominator not in DENOMINATORS:
        raise NotInDialect("odd-meter", f"a metre of {tune.meter.plain()}")


def _must_fit(tune: Tune, least: int) -> None:
    """Everything in a tune without errors that keeps it out; it needs so many bars at `least`."""
    if len(tune.voices) != 1:
        raise NotInDialect("several-voices", f"{len(tune.voices)} voices; the dialect has one")
    _must_have_meter(tune)
    if any(bar.meter.bar_length != tune.bars[0].meter.bar_length for bar in tune.bars):
        raise NotInDialect("meter-change", "the metre changes within the tune")
    if tune.bars[0].meter.bar_length != tune.meter.bar_length:
        raise NotInDialect("meter-change", "the metre changes before the first bar")
    _meter_must_fit(tune)
    if len(tune.bars) < least:
        raise NotInDialect("too-short", f"{len(tune.bars)} bars; at least {least} are needed")
    _bars_must_fit(tune)


def _bars_must_fit(tune: Tune) -> None:
    """What single notes, bar lines and endings keep a tune out."""
    if tune.voices[0].transpose or any(bar.key.shift for bar in tune.bars):
        raise NotInDialect("sounds-elsewhere", "notes that sound elsewhere than they are written")
    if any(bar.overlays for bar in tune.bars):
        raise NotInDialect("overlay", "a second layer of notes in a bar (&)")
    for bar in tune.bars:
        _events_must_fit(bar)
    for bar in tune.bars:
        if bar.closing is not None and (bar.closing.ends > 1 or bar.closing.starts > 1):
            raise NotInDialect("repeat-count", "a passage played three times or more")
        if len(bar.ending) > 1 or max(bar.ending, default=1) > 2:
            raise NotInDialect("ending", "endings other than 1 and 2")
    for bar, following in pairwise(tune.bars):
        hidden = bar.closing is not None and bar.closing.style == "none" and not following.ending
        if hidden and (bar.short or following.short):
            raise NotInDialect("hidden-bar-line", "bars that only an unseen bar line parts")


def _events_must_fit(bar: Bar) -> None:
    """What keeps single notes, chords and tuplets out."""
    for event in bar.events:
        if event.written % SHORTEST or event.written > LONGEST:
            raise NotInDialect("odd-length", f"a length of {event.written} is no multiple of 1/64")
        if any(not LOWEST <= pitch.midi <= HIGHEST for pitch in event.pitches):
            raise NotInDialect("out-of-range", "a note outside the seven octaves of the dialect")
        if len(event.pitches) > MAX_CHORD:
            raise NotInDialect("wide-chord", f"a chord of more than {MAX_CHORD} notes")
        if len({pitch.midi for pitch in event.pitches}) < len(event.pitches):
            raise NotInDialect("unison", "a chord that has one pitch twice")
        tuplet = event.tuplet
        if tuplet and not (tuplet.p in TUPLET_P and tuplet.q in TUPLET_Q and tuplet.r in TUPLET_R):
            raise NotInDialect("odd-tuplet", f"a tuplet ({tuplet.p}:{tuplet.q}:{tuplet.r}")


def _canonical_bars(bars: tuple[Bar, ...]) -> list[Bar]:
    """Every repeat gets its beginning written, silent lines become plain ones."""
    found = [replace(bar, opening=bar.opening or BarLine("none"), events=_plain_rests(bar)) for bar in bars]
    start = 0
    ending = 0
    for index, bar in enumerate(bars):
        if bar.opening is not None and bar.opening.starts:
            start = index
        ending = bar.ending[0] if bar.ending else ending
        closing = bar.closing
        if closing is None:
            continue
        if closing.section:
            last, ending = ending, 0
            if last == 2:
                if closing.ends:  # nothing is played again: the second ending has been
                    line = BarLine("single", 0, 1) if closing.starts else BarLine("double")
                    _set_closing(found, index, line)
                start = index + 1
                continue
        if closing.ends:
            _begin_repeat(found, start)
            after = index + 1
            start = after if after >= len(bars) or not bars[after].ending else start
        elif closing.section and not _opens_repeat(bars[start]):
            start = index + 1
    return found


def _set_closing(bars: list[Bar], index: int, line: BarLine) -> None:
    """The bar line after a bar, which is the one before the next."""
    bars[index] = replace(bars[index], closing=line)
    if index + 1 < len(bars):
        bars[index + 1] = replace(bars[index + 1], opening=line)


def _opens_repeat(bar: Bar) -> bool:
    return bar.opening is not None and bool(bar.opening.starts)


def _begin_repeat(bars: list[Bar], start: int) -> None:
    if _opens_repeat(bars[start]):
        return
    if bars[start].ending:
        raise NotInDialect("bad-repeat", "a repeat that would begin with an ending")
    bars[start] = replace(bars[start], opening=BarLine("single", 0, 1))
    if start:
        before = bars[start - 1]
        line = before.closing or BarLine()
        bars[start - 1] = replace(before, closing=replace(line, starts=1))


def _plain_rests(bar: Bar) -> tuple[Event, ...]:
    """Rests of whole bars and unseen rests as plain rests."""
    events: list[Event] = []
    for event in bar.events:
        if isinstance(event, Rest):
            if event.bars > 1:
                raise NotInDialect("bar-rest", "a rest of several bars")
            event = Rest(event.duration, event.written, tuplet=event.tuplet)
        events.append(event)
    return tuple(events)


def _line_text(line: BarLine | None, *, last: bool) -> str:
    """bar line of the dialect = "|" | "||" | "|]" | "|:" | ":|" | "::"; the last is ":|" or "|]"."""
    if line is None:
        return "|]"
    if last:
        return ":|" if line.ends else "|]"
    if line.repeat:
        return "::" if line.ends and line.starts else ":|" if line.ends else "|:"
    return "||" if line.style in {"double", "final", "initial"} else "|"


def _first(bar: Bar | None) -> Event | None:
    return bar.events[0] if bar is not None and bar.events else None


def _plain_events(bars: Sequence[Bar], *, unfinished: bool = False) -> list[Bar]:
    """The bars with every event as the dialect has it; what comes after unfinished ones may be tied to."""
    found = []
    for bar, following in zip(bars, [*bars[1:], None], strict=True):
        after = [*bar.events[1:], bar.events[-1] if unfinished and following is None else _first(following)]
        events = tuple(map(_plain_event, bar.events, after))
        over = following is not None and (bar.ends_section(following) or bool(following.ending))
        if over and events[-1].tie:
            raise NotInDialect("tie-over-section", "a tie over the end of a section")
        found.append(replace(bar, events=events))
    return found


def _plain_event(event: Event, after: Event | None) -> Event:
    """Chords in rising order; without ties that lead to no note of the same pitch: those were slurs."""
    reached = {pitch.midi for pitch in after.pitches} if after is not None else set[int]()
    if isinstance(event, Rest):
        return event
    notes = {note.pitch.midi: note for note in reversed(event.notes)}
    plain = tuple(
        replace(note, tie=note.tie and midi in reached, written=event.written)
        for midi, note in sorted(notes.items())
    )
    if len(plain) == 1:
        return replace(plain[0], duration=event.duration, tuplet=event.tuplet)
    return Chord(plain, event.duration, event.written, tuplet=event.tuplet)


def losses(tune: Tune) -> Sequence[str]:
    """What the dialect leaves off this tune, as stable short names, for reports."""
    marks = [event.marks for bar in tune.bars for event in bar.events]
    found = {
        "grace-notes": any(m.grace for m in marks),
        "decorations": any(m.decorations for m in marks),
        "chord-symbols": any(m.chord_symbol for m in marks),
        "annotations": any(m.annotations for m in marks),
        "slurs": any(m.slurs_opened or m.slurs_closed for m in marks),
        "words": any(m.lyrics for m in marks) or any(f.letter == "W" and f.text for f in tune.fields),
        "ties-that-were-slurs": any(p.code == "bad-tie" for p in tune.problems),
        "key-change": any(bar.key != tune.key for bar in tune.bars),
        "order-of-parts": any(field.letter == "P" and not field.body for field in tune.fields),
    }
    return tuple(name for name, here in found.items() if here)
