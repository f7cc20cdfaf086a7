"""The dialect that models speak: one canonical spelling of single-voice tunes.

    X:1            header: valid ABC, each line a token or two, so that it steers
    R:jig          left out when the tune has none
    M:6/8
    L:1/8          always
    K:Edor
    |:e2f gfe|…|]  body: one line, no spaces, no ornaments

What the dialect leaves off (grace notes, slurs, decorations, chord symbols, words) changes no pitch and
no time. Repeats always show their beginning, `|:`. A body ends with a newline.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

from abcgen.notation.parser import parse_tune
from abcgen.notation.tune import Bar, BarLine, Chord, Event, Note, Rest, Tune
from abcgen.notation.writer import Speller, event_text, tuplet_text

UNIT = Fraction(1, 8)
#: The shortest written note of the dialect, in whole notes; every length is a multiple of it.
SHORTEST = Fraction(1, 64)
MAX_BODY_CHARACTERS = 1400
MIN_BARS = 4

#: Rhythms that `R:` may name, by the spellings found in tunebooks. Order matters: first hit wins.
RHYTHMS: dict[str, tuple[str, ...]] = {
    "slip jig": ("slip jig", "hop jig", "slipjig"),
    "slide": ("slide",),
    "jig": ("jig", "jigg", "double jig", "single jig", "giga"),
    "hornpipe": ("hornpipe",),
    "strathspey": ("strathspey",),
    "reel": ("reel",),
    "polka": ("polka",),
    "march": ("march", "quickstep", "quick step", "retreat"),
    "waltz": ("waltz",),
    "air": ("air", "song", "aire", "lament"),
    "set dance": ("set dance", "long dance"),
    "schottische": ("schottische", "schottish"),
    "minuet": ("minuet", "menuet"),
    "clog": ("clog",),
    "fling": ("fling", "highland"),
}


class NotInDialect(ValueError):  # noqa: N818 - a verdict, not an error of the caller
    """The tune cannot be said in the dialect. `reason` is a stable short name for reports."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class DialectTune:
    """A tune in the dialect: `header` ends with the newline after K:, `body` with its own."""

    header: str
    body: str

    @property
    def text(self) -> str:
        return self.header + self.body


def header_text(meter: str, key: str, rhythm: str = "") -> str:
    """The header lines in their order."""
    return f"X:1\n{f'R:{rhythm}' + chr(10) if rhythm else ''}M:{meter}\nL:1/8\nK:{key}\n"


def rhythm_name(text: str) -> str:
    """The rhythm that a tunebook's `R:` means, one of `RHYTHMS`, or ""."""
    words = " ".join(text.lower().replace("-", " ").replace(".", " ").split())
    for name, spellings in RHYTHMS.items():
        if any(f" {s} " in f" {words} " or f" {s}s " in f" {words} " for s in spellings):
            return name
    return ""


def to_dialect(tune: Tune) -> DialectTune:
    """The canonical spelling of `tune`. Raises NotInDialect with the reason where there is none."""
    _must_fit(tune)
    bars = _canonical_bars(tune.bars)
    speller = Speller(replace(tune.key, octave=0, clef="", transpose=0))
    body = ""
    for bar, following in zip(bars, [*bars[1:], None], strict=True):
        speller.new_bar()
        if bar.ending:
            body += ",".join(map(str, bar.ending))
            if body[-len(str(bar.ending[0])) - 1 :][:1] not in {"|", ":"}:
                raise NotInDialect("ending", "an ending without a bar line before it")
        elif not body and bar.opening is not None and bar.opening.starts:
            body += "|:"
        for event, after in zip(bar.events, [*bar.events[1:], _first(following)], strict=True):
            if event.tuplet is not None and event.tuplet.index == 0:
                body += tuplet_text(event.tuplet.p, event.tuplet.q, event.tuplet.r, bar.meter)
            body += event_text(_tied_truly(event, after), speller, UNIT)
        line = _line_text(bar.closing, last=following is None)
        body += "||" if line == "|" and following is not None and following.part else line
    if len(body) >= MAX_BODY_CHARACTERS:
        raise NotInDialect("too-long", f"{len(body)} characters; at most {MAX_BODY_CHARACTERS} are kept")
    header = header_text(
        tune.meter.plain(),
        replace(tune.key, octave=0, clef="", transpose=0).plain(),
        rhythm_name(tune.rhythm),
    )
    return DialectTune(header, body + "\n")


def from_dialect(text: str, *, reference: int = 1, title: str = "") -> Tune:
    """A tune from dialect text, header and all; problems are in `tune.problems`."""
    tune = parse_tune(text)
    return replace(tune, reference=reference, titles=(title,) if title else tune.titles)


def _must_fit(tune: Tune) -> None:
    """Everything but the bars themselves that keeps a tune out."""
    errors = [problem for problem in tune.problems if problem.is_error]
    if errors:
        first = errors[0]
        raise NotInDialect(first.code, f"line {first.line}: {first.message}")
    if len(tune.voices) != 1:
        raise NotInDialect("several-voices", f"{len(tune.voices)} voices; the dialect has one")
    if tune.meter.free:
        raise NotInDialect("free-meter", "free metre: bars cannot be counted")
    if any(bar.meter.bar_length != tune.bars[0].meter.bar_length for bar in tune.bars):
        raise NotInDialect("meter-change", "the metre changes within the tune")
    if tune.bars[0].meter.bar_length != tune.meter.bar_length:
        raise NotInDialect("meter-change", "the metre changes before the first bar")
    if len(tune.bars) < MIN_BARS:
        raise NotInDialect("too-short", f"{len(tune.bars)} bars; at least {MIN_BARS} are needed")
    _bars_must_fit(tune)


def _bars_must_fit(tune: Tune) -> None:
    """What single notes, bar lines and endings keep a tune out."""
    if tune.voices[0].transpose or any(bar.key.shift for bar in tune.bars):
        raise NotInDialect("sounds-elsewhere", "notes that sound elsewhere than they are written")
    if any(bar.overlays for bar in tune.bars):
        raise NotInDialect("overlay", "a second layer of notes in a bar (&)")
    for event in (event for bar in tune.bars for event in bar.events):
        if event.written % SHORTEST:
            raise NotInDialect("odd-length", f"a length of {event.written} is no multiple of 1/64")
    for bar in tune.bars:
        if bar.closing is not None and (bar.closing.ends > 1 or bar.closing.starts > 1):
            raise NotInDialect("repeat-count", "a passage played three times or more")
        if len(bar.ending) > 1 or max(bar.ending, default=1) > 2:
            raise NotInDialect("ending", "endings other than 1 and 2")
    for bar, following in pairwise(tune.bars):
        hidden = bar.closing is not None and bar.closing.style == "none" and not following.ending
        if hidden and (bar.short or following.short):
            raise NotInDialect("hidden-bar-line", "bars that only an unseen bar line parts")


def _canonical_bars(bars: tuple[Bar, ...]) -> list[Bar]:
    """Every repeat gets its beginning written, silent lines become plain ones."""
    found = [replace(bar, opening=bar.opening or BarLine("none"), events=_plain_rests(bar)) for bar in bars]
    start = 0
    for index, bar in enumerate(bars):
        if bar.opening is not None and bar.opening.starts:
            start = index
        closing = bar.closing
        if closing is None:
            continue
        if closing.ends:
            _begin_repeat(found, start)
            after = index + 1
            start = after if after >= len(bars) or not bars[after].ending else start
        elif closing.section and not _opens_repeat(bars[start]):
            start = index + 1
    return found


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


def _tied_truly(event: Event, after: Event | None) -> Event:
    """Without ties that lead to no note of the same pitch: those were slurs."""
    reached = {pitch.midi for pitch in after.pitches} if after is not None else set[int]()
    if isinstance(event, Note):
        return replace(event, tie=event.tie and event.pitch.midi in reached)
    if isinstance(event, Chord):
        notes = tuple(
            replace(n, tie=n.tie and n.pitch.midi in reached, written=event.notes[0].written)
            for n in event.notes
        )
        return replace(event, notes=notes)
    return event


def losses(tune: Tune) -> Sequence[str]:
    """What the dialect leaves off this tune, as stable short names, for reports."""
    marks = [event.marks for bar in tune.bars for event in bar.events]
    found = {
        "grace-notes": any(m.grace for m in marks),
        "decorations": any(m.decorations for m in marks),
        "chord-symbols": any(m.chord_symbol for m in marks),
        "annotations": any(m.annotations for m in marks),
        "slurs": any(m.slurs_opened or m.slurs_closed for m in marks),
        "words": any(m.lyrics for m in marks) or any(f.letter == "W" for f in tune.fields),
        "ties-that-were-slurs": any(p.code == "bad-tie" for p in tune.problems),
        "key-change": any(bar.key != tune.key for bar in tune.bars),
    }
    return tuple(name for name, here in found.items() if here)
