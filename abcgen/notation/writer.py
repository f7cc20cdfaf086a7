"""Values into ABC text. Two spellings of the same notes: canonical, and idiomatic for people.

An accidental is written wherever readers would differ without it: the standard leaves open whether one
holds in its own octave or in all (ABC 2.1, section 4.2 and `propagate-accidentals`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from abcgen.notation.key import Key
from abcgen.notation.meter import Meter
from abcgen.notation.spelling import tuplet_time
from abcgen.notation.tune import Bar, BarLine, Event, Note, Pitch, Rest, Tune, Voice

_SIGNS = {1: "^", 2: "^^", -1: "_", -2: "__", 0: "="}
BARS_A_LINE = 4
#: Fields that the writer sets itself, or that stand in the body.
_OWN_FIELDS = frozenset("XTMLKVwWm")


def length_text(factor: Fraction) -> str:
    """A length in units of `L:`: 1 "", 3 "3", 1/2 "/2", 3/2 "3/2"."""
    top = "" if factor.numerator == 1 else str(factor.numerator)
    return top if factor.denominator == 1 else f"{top}/{factor.denominator}"


def tuplet_text(p: int, q: int, r: int, meter: Meter) -> str:
    """`(3` where the defaults of ABC 2.1, section 4.13, say the rest; else `(p:q:r`."""
    return f"({p}" if q == tuplet_time(p, meter) and r == p else f"({p}:{q}:{r}"


@dataclass
class Speller:
    """Spells pitches in one key; remembers the accidentals of the bar. One for each voice."""

    key: Key
    _anywhere: dict[str, int] = field(default_factory=dict)
    _octave: dict[tuple[str, int], int] = field(default_factory=dict)

    def new_bar(self) -> None:
        self._anywhere.clear()
        self._octave.clear()

    def pitch(self, pitch: Pitch) -> str:
        """accidental if some reader needs it, letter, octave marks."""
        signature = self.key.alter(pitch.step)
        anywhere = self._anywhere.get(pitch.step, signature)
        in_octave = self._octave.get((pitch.step, pitch.octave), signature)
        text = ""
        if anywhere != pitch.alter or in_octave != pitch.alter:
            text = _SIGNS[pitch.alter]
            self._anywhere[pitch.step] = pitch.alter
            self._octave[pitch.step, pitch.octave] = pitch.alter
        octave = pitch.octave - self.key.octave
        letter = pitch.step if octave <= 4 else pitch.step.lower()
        return text + letter + "," * (4 - octave) + "'" * (octave - 5)


def event_text(event: Event, speller: Speller, unit: Fraction) -> str:
    """One event without its marks, with its ties: `^f3/2`, `[DA]2-`, `z4`."""
    length = length_text(event.written / unit)
    if isinstance(event, Rest):
        return ("z" if event.visible else "x") + length
    if isinstance(event, Note):
        return speller.pitch(event.pitch) + length + ("-" if event.tie else "")
    every = all(note.tie for note in event.notes)
    inside = ""
    for note in event.notes:
        own = note.written / event.notes[0].written  # 1 unless it lasts longer than the first
        inside += speller.pitch(note.pitch) + length_text(own) + ("-" if note.tie and not every else "")
    return f"[{inside}]{length}" + ("-" if every else "")


def bar_line_text(line: BarLine | None) -> str:
    """`|`, `||`, `|]`, `|:`, `:|`, `::`, and `::|` for a passage played three times."""
    if line is None:
        return ""
    if line.ends and line.starts:
        return "::" if line.ends == line.starts == 1 else ":" * line.ends + "|" + ":" * line.starts
    if line.repeat:
        return ":" * line.ends + "|" + ":" * line.starts
    return {"double": "||", "final": "|]", "initial": "[|", "none": "", "dotted": ".|"}.get(line.style, "|")


def write_abc(tune: Tune, *, reference: int | None = None) -> str:
    """Idiomatic ABC for people: beams by the metre, `>` where it fits, four bars a line.

    Header fields and the marks on notes are kept; lyrics (`w:`) are not. The result reads back as the
    same music.
    """
    lines = [f"X:{tune.reference if reference is None else reference}"]
    lines += [f"T:{title}" for title in tune.titles]
    lines += [f"{f.letter}:{f.text}" for f in tune.fields if f.letter not in _OWN_FIELDS and f.text]
    lines += [f"M:{tune.meter}", f"L:{_fraction(tune.unit_length)}"]
    several = len(tune.voices) > 1
    if several:
        lines += [f"V:{voice.name}" for voice in tune.voices]
    lines.append(f"K:{tune.key}")
    for voice in tune.voices:
        if several:
            lines.append(f"V:{voice.name}")
        lines += _voice_lines(voice, tune)
    lines += [f"W:{f.text}" for f in tune.fields if f.letter == "W"]
    return "\n".join(lines) + "\n"


def _fraction(value: Fraction) -> str:
    return f"{value.numerator}/{value.denominator}"


def _voice_lines(voice: Voice, tune: Tune) -> list[str]:
    speller = Speller(tune.key)
    meter, key = tune.meter, tune.key
    texts: list[str] = []
    previous: BarLine | None = None
    for bar in voice.bars:
        text = ""
        if bar.opening != previous:
            text += bar_line_text(bar.opening) + " "
        if bar.ending:
            text += f"[{_numbers(bar.ending)} "
        if bar.meter != meter:
            text += f"[M:{bar.meter}]"
            meter = bar.meter
        if bar.key != key:
            text += f"[K:{bar.key}]"
            key = bar.key
            speller = Speller(key)
        speller.new_bar()
        text += _bar_text(bar, speller, tune.unit_length)
        texts.append(f"{text} {bar_line_text(bar.closing)}".rstrip())
        previous = bar.closing
    return _lines(voice, texts)


def _lines(voice: Voice, texts: list[str]) -> list[str]:
    """Four bars a line, a new line for every section; a pickup counts for none, a lone last bar joins on."""
    lines: list[str] = []
    section: list[str] = []
    for index, (bar, text) in enumerate(zip(voice.bars, texts, strict=True)):
        following = voice.bars[index + 1] if index + 1 < len(voice.bars) else None
        section.append(text)
        ends = bar.closing is not None and bar.closing.section and not (following and following.ending)
        if ends or following is None:
            first = voice.bars[index + 1 - len(section)]
            length = first.meter.bar_length
            pickup = length is not None and first.duration < length
            lines += _section_lines(section, pickup=pickup)
            section = []
    return lines


def _section_lines(texts: list[str], *, pickup: bool) -> list[str]:
    """One section's bars in lines."""
    starts = list(range(1 if pickup else 0, len(texts), BARS_A_LINE)) or [0]
    if len(starts) > 1 and starts[-1] == len(texts) - 1:
        starts.pop()
    starts[0] = 0
    return [" ".join(texts[i:j]) for i, j in zip(starts, [*starts[1:], len(texts)], strict=True)]


def _numbers(ending: tuple[int, ...]) -> str:
    return ",".join(map(str, ending))


def _bar_text(bar: Bar, speller: Speller, unit: Fraction) -> str:
    """The events of a bar, beamed by beats, with their marks."""
    parts: list[str] = []
    now = Fraction(0)
    group = beam_group(bar.meter)
    length = bar.meter.bar_length
    if length is not None and bar.duration < length and (bar.closing is None or not bar.closing.section):
        now = length - bar.duration  # a pickup: its beats are the last of the bar
    broken = _broken_pairs(bar)
    for index, event in enumerate(bar.events):
        if index and (now % group == 0 or _long(event) or _long(bar.events[index - 1])):
            parts.append(" ")
        parts.append(_with_marks(event, speller, unit, bar, broken.get(index, "")))
        now += event.duration
    return "".join(parts)


def beam_group(meter: Meter) -> Fraction:
    """How long one beam may last: 3/8 in compound metres, half a bar in 4/4 and 2/2, else a beat."""
    if meter.compound:
        return Fraction(3, meter.denominator)
    if meter.bar_length == 1:
        return Fraction(1, 2)
    return Fraction(1, 4) if meter.denominator <= 4 else Fraction(1, meter.denominator)


def _long(event: Event) -> bool:
    return event.written >= Fraction(1, 4)


def _broken_pairs(bar: Bar) -> dict[int, str]:
    """Where `>` or `<` can spell a pair: the index of its first event, and of its second with ""."""
    pairs: dict[int, str] = {}
    for index in range(len(bar.events) - 1):
        first, second = bar.events[index], bar.events[index + 1]
        if index in pairs or first.tuplet or second.tuplet or second.marks.grace:
            continue
        if not isinstance(first, Note) or not isinstance(second, Note) or first.tie:
            continue
        if first.written + second.written == Fraction(1, 4) and abs(
            first.written - second.written
        ) == Fraction(1, 8):
            pairs[index] = ">" if first.written > second.written else "<"
            pairs[index + 1] = "second"
    return pairs


def _with_marks(event: Event, speller: Speller, unit: Fraction, bar: Bar, broken: str) -> str:
    marks = event.marks
    text = ""
    if event.tuplet is not None and event.tuplet.index == 0:
        text += tuplet_text(event.tuplet.p, event.tuplet.q, event.tuplet.r, bar.meter)
    text += "(" * marks.slurs_opened
    text += "".join(f'"{annotation}"' for annotation in marks.annotations)
    text += f'"{marks.chord_symbol}"' if marks.chord_symbol else ""
    text += "".join("." if d == "staccato" else f"!{d}!" for d in marks.decorations)
    if marks.grace:
        inside = "".join(event_text(note, speller, unit) for note in marks.grace)
        text += "{" + ("/" if marks.acciaccatura else "") + inside + "}"
    if broken and isinstance(event, Note):
        sign = broken if broken != "second" else "-" if event.tie else ""
        text += speller.pitch(event.pitch) + length_text(Fraction(1, 8) / unit) + sign
    else:
        text += event_text(event, speller, unit)
    return text + ")" * marks.slurs_closed
