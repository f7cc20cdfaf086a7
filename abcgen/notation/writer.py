"""Values into ABC text. Two spellings of the same notes: canonical, and idiomatic for people.

An accidental is written wherever readers would differ without it: the standard leaves open whether one
holds in its own octave or in all (ABC 2.1, section 4.2 and `propagate-accidentals`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from typing import Protocol

from abcgen.notation.fields import TEXT_FIELDS
from abcgen.notation.key import Key
from abcgen.notation.layout import (
    beam_group,
    beam_starts,
    broken_pairs,
    idiomatic_lines,
    inline_remarks,
    is_long,
    is_sung,
    lines_before,
    onsets,
)
from abcgen.notation.lyrics import words_text
from abcgen.notation.spelling import (
    DECORATIONS,
    SIGNS,
    length_factor,
    length_text,
    letter_text,
    plain_tuplet_text,
)
from abcgen.notation.text import encode_text
from abcgen.notation.tune import (
    NO_MARKS,
    Bar,
    BarLine,
    Event,
    Field,
    Marks,
    Note,
    Pitch,
    Rest,
    Tune,
    Voice,
    carried,
    ticks_of,
)

_SHORTHANDS = {name: letter for letter, name in DECORATIONS.items()}


@dataclass
class Speller:
    """Spells pitches in one key; remembers the accidentals of the bar. One for each voice.

    `octave` is how far the voice is shifted beside its key, `tied` what ties carry over the bar line to the
    first event of a bar: it would sound so without an accidental.
    """

    key: Key
    octave: int = 0
    tied: dict[tuple[str, int], int] = field(default_factory=dict)
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
        tied = self.tied.get((pitch.step, pitch.octave), pitch.alter)
        if anywhere != pitch.alter or in_octave != pitch.alter or tied != pitch.alter:
            text = SIGNS[pitch.alter]
            self._anywhere[pitch.step] = pitch.alter
            self._octave[pitch.step, pitch.octave] = pitch.alter
        return text + letter_text(pitch.step, pitch.octave - self.key.octave - self.octave)


class SpellsPitches(Protocol):
    """Whatever knows how to spell a pitch where it stands."""

    def pitch(self, pitch: Pitch) -> str: ...


def event_text(event: Event, speller: SpellsPitches, unit: Fraction) -> str:
    """One event without its marks, with its ties: `^f3/2`, `[DA]2-`, `z4`."""
    length = length_text(event.written / unit)
    if isinstance(event, Rest) and event.bars:
        return ("Z" if event.visible else "X") + (str(event.bars) if event.bars > 1 else "")
    if isinstance(event, Rest):
        return ("z" if event.visible else "x") + length
    if isinstance(event, Note):
        return speller.pitch(event.pitch) + length + ("-" if event.tie else "")
    every = all(note.tie for note in event.notes)
    first = event.notes[0].written
    if any(
        (note.written / first).denominator & ((note.written / first).denominator - 1) for note in event.notes
    ):
        first, length = unit, ""  # an outer length would need inner ones that no note can have
    inside = ""
    for note in event.notes:
        own = note.written / first  # 1 unless it lasts longer than the first
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
    return {"double": "||", "final": "|]", "initial": "[|", "none": "[|]", "dotted": ".|"}.get(
        line.style, "|"
    )


def write_abc(
    tune: Tune,
    *,
    reference: int | None = None,
    own_layout: bool = False,
    encode: Callable[[str], str] = encode_text,
) -> str:
    """Idiomatic ABC for people: beams by the metre, `>` where it fits, four bars a line.

    Everything that the values hold is written: the result reads back as an equal tune. With `own_layout`
    beams and lines are those of the text that was read. `encode` makes text fit to stand in a field.
    """
    return _Writer(tune, own_layout, encode).text(tune.reference if reference is None else reference)


def _fraction(value: Fraction) -> str:
    return f"{value.numerator}/{value.denominator}"


def bar_text(tune: Tune, index: int) -> str:
    """The music of a bar of the first voice, for people, without its bar lines; in the tune's unit length."""
    writer = _Writer(tune, False, encode_text)
    return writer.rest_of_bar(tune.voices[0], index, 0)


def music_from(tune: Tune, index: int, written: int) -> tuple[str, list[str]]:
    """The music of the first voice from event `written` of bar `index` on, for people.

    What is left of that bar without the bar line after it, and the lines of those that follow.
    """
    writer = _Writer(tune, False, encode_text)
    voice = tune.voices[0]
    rest = writer.rest_of_bar(voice, index, written) if index >= 0 else ""
    return rest, writer.lines_from(voice, index + 1)


class _Writer:
    """Writes one tune."""

    def __init__(self, tune: Tune, own_layout: bool, encode: Callable[[str], str]) -> None:
        self.tune = tune
        self.own_layout = own_layout
        self.encode = encode
        self.unit = self._unit()
        self.several = len(tune.voices) > 1 or any(v.properties or v.name != "1" for v in tune.voices)
        self.source = tune.source.split("\n") if own_layout else []

    def _unit(self) -> Fraction:
        """The tune's own unit length, or 1/8 where some length of the body is none of its parts."""
        events = (
            e for v in self.tune.voices for b in v.bars for layer in (b.events, *b.overlays) for e in layer
        )
        lengths = {n.written for e in events for n in (e, *e.notes, *e.marks.grace)}
        unit = self.tune.unit_length
        return unit if all(length_factor(length_text(n / unit)) for n in lengths) else Fraction(1, 8)

    def text(self, reference: int) -> str:
        tune = self.tune
        lines = [f"X:{reference}"]
        lines += [f"T:{self.encode(title)}" for title in tune.titles]
        lines += [self._field(f) for f in tune.fields if not f.body and f.letter != "W" and f.text]
        lines += [f"M:{tune.meter}", f"L:{_fraction(tune.unit_length)}"]
        if self.several:
            lines += [f"V:{voice.name} {voice.properties}".rstrip() for voice in tune.voices]
        lines.append(f"K:{tune.key}")
        for voice in tune.voices:
            if self.several:
                lines.append(f"V:{voice.name}")
            if self.unit != tune.unit_length:
                lines.append(f"L:{_fraction(self.unit)}")
            lines += self._voice(voice)
        lines += [self._field(f) for f in tune.fields if f.letter == "W" or (f.body and f.text)]
        return "\n".join(lines) + "\n"

    def _field(self, field: Field) -> str:
        if field.letter == "%":
            return f"%%{field.text}"
        return f"{field.letter}:{self.encode(field.text) if field.letter in TEXT_FIELDS else field.text}"

    def _voice(self, voice: Voice) -> list[str]:
        """The lines of a voice: its bars, the words under them, the labels of its parts."""
        texts = self._bar_texts(voice)
        lines: list[str] = []
        last_sung = max((i for i, bar in enumerate(voice.bars) if is_sung(bar)), default=-1)
        for first, last in self._line_breaks(voice.bars):
            part = voice.bars[first].part
            if part and not self.several:
                lines.append(f"P:{self.encode(part)}")
            lines += [self._field(field) for field in lines_before(voice.bars[first])]
            inline = part and self.several  # on a line of its own it would be for all voices
            lines.append((f"[P:{self.encode(part)}]" if inline else "") + " ".join(texts[first:last]))
            lines += self._words(voice.bars[first:last], sung_later=last <= last_sung)
        return lines

    def lines_from(self, voice: Voice, first: int) -> list[str]:
        """The lines of the bars from `first` on, which have neither words nor parts."""
        texts, bars = self._bar_texts(voice)[first:], voice.bars[first:]
        return [" ".join(texts[begin:end]) for begin, end in self._line_breaks(bars)] if bars else []

    def rest_of_bar(self, voice: Voice, index: int, written: int) -> str:
        """What is left of a bar after so many events, without the bar line after it."""
        bar = voice.bars[index]
        if written >= len(bar.events):
            return ""
        speller = Speller(bar.key, voice.octave)
        return self._bar(bar, speller, voice.bars[index - 1] if index else None, written)

    def _bar_texts(self, voice: Voice) -> list[str]:
        """Every bar of a voice with the bar line after it, and what changes with it."""
        speller = Speller(self.tune.key, voice.octave)
        meter = self.tune.meter
        texts: list[str] = []
        previous: BarLine | None = None
        for index, bar in enumerate(voice.bars):
            text = ""
            if bar.opening != previous:
                text += bar_line_text(bar.opening) + " "
            if bar.ending:
                text += f"[{_numbers(bar.ending)} "
            if bar.meter != meter:
                text += f"[M:{bar.meter}]"
                meter = bar.meter
            if bar.key != speller.key:
                text += f"[K:{bar.key}]"
            speller.key = bar.key
            speller.new_bar()
            text += self._bar(bar, speller, voice.bars[index - 1] if index else None)
            following = voice.bars[index + 1] if index + 1 < len(voice.bars) else None
            hidden = (
                bar.closing is not None and bar.closing.style == "none" and following and following.ending
            )
            texts.append(f"{text} {'' if hidden else bar_line_text(bar.closing)}".rstrip())
            previous = bar.closing
        return texts

    def _line_breaks(self, bars: Sequence[Bar]) -> list[tuple[int, int]]:
        """Which bars share a line: the first of each, and the one after its last."""
        if self.own_layout:
            own = (self._new_line(one.spot[0], two.spot[0]) for one, two in pairwise(bars))
            starts = [0] + [i for i, new in enumerate(own, 1) if new or bars[i].part]
        else:
            starts = idiomatic_lines(bars)
        starts = sorted({*starts, *(i for i, bar in enumerate(bars) if lines_before(bar))})
        return list(zip(starts, [*starts[1:], len(bars)], strict=True))

    def _new_line(self, before: int, after: int) -> bool:
        """Whether the text breaks between these lines of the file; a backslash joins them."""
        index = before - self.tune.line
        joined = 0 <= index < len(self.source) and self.source[index].rstrip().endswith("\\")
        return after != before and not joined

    def _words(self, bars: Sequence[Bar], *, sung_later: bool) -> list[str]:
        """A `w:` line a verse; an empty one where none of the notes is sung, but later ones are."""
        sung = [event.marks.lyrics for bar in bars for event in bar.events if not isinstance(event, Rest)]
        verses = max(map(len, sung), default=0)
        if not verses:
            return ["w:"] if sung and sung_later else []
        return [
            f"w:{words_text([s[verse] if verse < len(s) else '' for s in sung], self.encode)}"
            for verse in range(verses)
        ]

    def _bar(self, bar: Bar, speller: Speller, before: Bar | None, written: int = 0) -> str:
        """The layers of a bar, each beamed by beats, with their marks; `before` is the bar before it.

        So many of its events are `written` already.
        """
        tied = [carried(layer) for layer in (before.events, *before.overlays)] if before else []
        speller.tied = tied[0] if tied else {}
        text = self._layer(bar.events, bar, speller, dict(bar.keys), inline_remarks(bar), written)
        if bar.keys:
            speller.key = bar.keys[-1][1]  # it holds in what is written after it, overlays too
        for index, layer in enumerate(bar.overlays, 1):
            speller.new_bar()
            speller.tied = tied[index] if index < len(tied) else {}
            text += " & " + self._layer(layer, bar, speller, {}, {})
        return text

    def _layer(
        self,
        events: Sequence[Event],
        bar: Bar,
        speller: Speller,
        keys: dict[int, Key],
        remarks: dict[int, list[Field]],
        written: int = 0,
    ) -> str:
        parts: list[str] = []
        spaced = self._spaces(events, bar)
        broken = broken_pairs(events, bar)
        if broken.get(written) == "second":  # its first event has its own length already
            del broken[written]
        for index, event in enumerate(events):
            if index == written:
                parts.clear()
            if index in spaced:
                parts.append(" ")
            if index in keys:
                speller.key = keys[index]
                parts.append(f"[K:{speller.key}]")
            if index in remarks:
                parts += [f"[{self._field(field)}]" for field in remarks[index]]
            parts.append(self._event(event, speller, bar, broken.get(index, "")))
            speller.tied = {}
        if len(events) in keys:
            parts.append(f" [K:{keys[len(events)]}]")
        parts += [f" [{self._field(field)}]" for field in remarks.get(len(events), ())]
        return "".join(parts)

    def _spaces(self, events: Sequence[Event], bar: Bar) -> set[int]:
        """Before which events a space ends the beam."""
        if self.own_layout:
            return {i for i, event in enumerate(events) if i and not event.marks.beamed}
        starts = set(beam_starts(bar.meter))
        whole = bar.meter.bar_ticks or ticks_of(beam_group(bar.meter))
        found: set[int] = set()
        for index, now in enumerate(onsets(events, bar)):
            if index and (now % whole in starts or is_long(events[index]) or is_long(events[index - 1])):
                found.add(index)
        return found

    def _event(self, event: Event, speller: Speller, bar: Bar, broken: str) -> str:
        """An event with what hangs on it."""
        marks = event.marks
        text = ""
        if event.tuplet is not None and event.tuplet.index == 0:
            text += plain_tuplet_text(event.tuplet.p, event.tuplet.q, event.tuplet.r, bar.meter)
        if marks is not NO_MARKS:
            text += self._before(marks, speller)
        if broken and isinstance(event, Note):
            sign = broken if broken != "second" else "-" if event.tie else ""
            text += speller.pitch(event.pitch) + length_text(Fraction(1, 8) / self.unit) + sign
        else:
            text += event_text(event, speller, self.unit)
        return text + ")" * marks.slurs_closed

    def _before(self, marks: Marks, speller: Speller) -> str:
        """What stands before a note, in the order of ABC 2.1, section 4.20."""
        text = "(" * marks.slurs_opened
        if marks.grace:
            inside = "".join(event_text(note, speller, self.unit) for note in marks.grace)
            text += "{" + ("/" if marks.acciaccatura else "") + inside + "}"
        text += f'"{self._quoted(marks.chord_symbol)}"' if marks.chord_symbol else ""
        text += "".join(
            f'"{annotation[:1]}{self._quoted(annotation[1:])}"' for annotation in marks.annotations
        )
        return text + "".join(_SHORTHANDS.get(name, f"!{name}!") for name in marks.decorations)

    def _quoted(self, text: str) -> str:
        return self.encode(text).replace('"', "&quot;")


def _numbers(ending: tuple[int, ...]) -> str:
    return ",".join(map(str, ending))
