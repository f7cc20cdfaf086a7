"""A tune's ABC made safe and plain for the engraver.

It is written anew from the values that were read, in the beams and lines of the tune's own text, so that
the score looks as its writer meant it. What could reach out of the score goes: directives (`%%`),
instructions (`I:`), names that are no decoration's. Accidentals that readers carry differently are written
out, so that the picture shows the pitches we read.
"""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction

from abcgen.notation.key import Key
from abcgen.notation.meter import Meter
from abcgen.notation.tune import Bar, Event, Field, Marks, Tune, Voice
from abcgen.notation.voices import declared_clef, declared_names
from abcgen.notation.writer import write_abc
from abcgen.scores.tempo import tempo_text
from abcgen.scores.wrapping import wrapped

_SHOWN_FIELDS = frozenset("CORWP")
_DECORATION = re.compile(r"[A-Za-z0-9.()<>+^,'/-]{1,40}")
_CLEF = re.compile(r"([a-z]{1,12}[1-5]?)([+_^-]8)?")
#: Clefs by the names that the engraver has for them: a C or F on another line.
_CLEFS = {"soprano": "alto1", "mezzosoprano": "alto2", "mezzo": "alto2", "baritone": "bass3"}
_FONT_SWITCH = re.compile(r"\$(?=[0-9])")  # the engraver takes $1 in a text for a change of font
#: Pixels a centimetre; sizes of the first title and of other texts, in pixels.
_PIXELS = 96 / 2.54
_TITLE, _TEXT = 20, 16
#: How much of a line a field may fill: rhythm and composer stand side by side.
_SHARES = {"R": 0.35, "C": 0.6, "O": 0.6, "W": 0.95}
_VOICE_NAME = re.compile(r"[A-Za-z0-9]{1,20}")

#: How wide a score is when nothing is scaled: A4 less its margins.
WIDTH_CENTIMETRES = 17.4
#: Our own settings: rhythm and composer below the title; words, and signs under notes, close to each other.
SETTINGS = """%%leftmargin 0
%%rightmargin 0
%%topspace 0
%%stretchlast 0.4
%%titleformat T, R-1 C1, P-1
"""


def engraver_text(tune: Tune, scale: float = 1.0, *, slurs: bool = True) -> str:
    """The text of `tune` for the engraver; `scale` makes notes larger on the same page.

    Without `slurs` they are left out.
    """
    width = WIDTH_CENTIMETRES / scale
    return f"%%pagewidth {width:.3f}cm\n{engraver_music(_within(tune, width), slurs=slurs)}"


def engraver_music(tune: Tune, *, slurs: bool = True) -> str:
    """As `engraver_text`, for a page whose width is yet to be said."""
    named, unit = len(tune.voices) > 1, tune.unit_length
    voices = tuple(
        _voice(voice, index, unit, named=named, slurs=slurs) for index, voice in enumerate(tune.voices, 1)
    )
    # who a tune is by, then where from: the engraver has one column for both
    told = sorted(tune.fields, key=lambda field: field.letter == "O")
    fields = tuple(kept for field in told if (kept := _field(field, unit)) is not None)
    safe = replace(tune, fields=fields, meter=_meter(tune.meter), key=_key(tune.key), voices=voices)
    return SETTINGS + write_abc(safe, own_layout=True, encode=_encode)


def _within(tune: Tune, centimetres: float) -> Tune:
    """The tune with texts above and below its score in as many lines as they need."""
    pixels = centimetres * _PIXELS

    def lines(text: str, size: float, share: float = 1.0) -> list[str]:
        return list(wrapped(text, share * pixels / size))

    sizes = (_TITLE, *(_TEXT for _ in tune.titles[1:]))
    titles = [line for title, size in zip(tune.titles, sizes, strict=False) for line in lines(title, size)]
    fields = [
        replace(field, text=line)
        for field in tune.fields
        for line in (
            lines(field.text, _TEXT, _SHARES[field.letter]) if field.letter in _SHARES else (field.text,)
        )
    ]
    return replace(tune, titles=tuple(titles), fields=tuple(fields))


def _encode(text: str) -> str:
    """Text that stays text: nothing in it means anything to the engraver."""
    flat = "".join(c if c.isprintable() else " " for c in " ".join(text.splitlines()))
    flat = flat.replace("&", "&amp;").replace("\\", "&#92;").replace("%", "&#37;").replace('"', "&quot;")
    return _FONT_SWITCH.sub("$\N{ZERO WIDTH NON-JOINER}", flat)


def _remark(field: Field, unit: Fraction) -> Field | None:
    """A field among the music as the engraver shall see it: a tempo, or the title of a section."""
    return field if field.letter == "T" else _field(field, unit) if field.letter == "Q" else None


def _field(field: Field, unit: Fraction) -> Field | None:
    """A field as the engraver shall see it; None for one that it shall not see."""
    if field.letter in _SHOWN_FIELDS:
        return replace(field, letter="C") if field.letter == "O" else field
    if field.letter != "Q":
        return None
    words, beats = tempo_text(field.text, unit)
    said = f'"{_encode(words).replace("<", "&lt;")}" {beats}' if words else beats
    return replace(field, text=said) if said else None


def _meter(meter: Meter) -> Meter:
    """A metre as the engraver reads it: of a sum it has to be told how much that is."""
    if len(meter.groups) < 2 or meter.symbol:
        return meter
    return replace(meter, symbol=f"{meter.plain()}={meter.numerator}/{meter.denominator}")


def _key(key: Key) -> Key:
    """A key as the engraver reads it: notes are shifted already."""
    return replace(key, octave=0, transpose=0, clef=_clef(key.clef))


def _clef(name: str) -> str:
    """A clef by the name that the engraver has for it."""
    match = _CLEF.fullmatch(name)
    return f"{_CLEFS.get(match[1], match[1])}{match[2] or ''}" if match else ""


def _voice(voice: Voice, index: int, unit: Fraction, *, named: bool, slurs: bool) -> Voice:
    """A voice as the engraver shall see it; its own name stands before its staff if it is to be `named`."""
    clef = _clef(declared_clef(voice.properties))
    said = [f"clef={clef}"] if clef else []
    if named:
        full, short = declared_names(voice.properties)
        said += [f'{key}="{_encode(text)}"' for key, text in (("name", full), ("subname", short)) if text]
    name = voice.name if _VOICE_NAME.fullmatch(voice.name) else f"v{index}"
    bars = tuple(_bar(bar, unit, slurs=slurs) for bar in voice.bars)
    return replace(voice, name=name, bars=bars, properties=" ".join(said), octave=0)


def _bar(bar: Bar, unit: Fraction, *, slurs: bool) -> Bar:
    return replace(
        bar,
        meter=_meter(bar.meter),
        key=_key(bar.key),
        keys=tuple((index, _key(key)) for index, key in bar.keys),
        events=tuple(_event(event, slurs=slurs) for event in bar.events),
        overlays=tuple(tuple(_event(event, slurs=slurs) for event in layer) for layer in bar.overlays),
        remarks=tuple(
            (index, kept) for index, field in bar.remarks if (kept := _remark(field, unit)) is not None
        ),
    )


def _event(event: Event, *, slurs: bool) -> Event:
    marks = event.marks
    if marks == Marks():
        return event
    decorations = tuple(name for name in marks.decorations if _DECORATION.fullmatch(name))
    if decorations != marks.decorations:
        marks = replace(marks, decorations=decorations)
    if not slurs:
        marks = replace(marks, slurs_opened=0, slurs_closed=0)
    return event if marks is event.marks else replace(event, marks=marks)
