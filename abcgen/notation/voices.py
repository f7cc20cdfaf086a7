"""What `V:` says of a tune's voices, and what one voice says for all. ABC 2.1, section 7."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from abcgen.notation.key import clef_shift, is_clef, key_settings
from abcgen.notation.problems import ProblemLog
from abcgen.notation.tune import Bar, Voice

MAX_VOICES = 16
_NAMED_CLEF = re.compile(r'\bclef\s*=\s*"?([^\s"]+)')
#: `name=` or `nm=`, and `subname=`, `sname=` or `snm=` for later staves.
_NAME = re.compile(r'\b(name|nm|subname|sname|snm)\s*=\s*(?:"([^"]*)"|([^\s"]+))')
#: Letters of a voice's name that are shown.
MAX_NAME = 40
_QUOTED = re.compile(r'"[^"]*"')


class Declarations:
    """The properties of voices by their names, as far as the tune is read."""

    def __init__(self, log: ProblemLog) -> None:
        self._report = log.report
        self.properties: dict[str, str] = {}
        self._declared_at: dict[str, int] = {}

    def declare(self, text: str, line: int) -> tuple[str, bool]:
        """What V: says of a voice; the first time that it says anything counts.

        Gives the voice's name, and whether its properties are those of this line.
        """
        name, _, properties = text.partition(" ")
        name, properties = name or "1", properties.strip()
        counts = not self.properties.get(name) and len(self.properties) < 4 * MAX_VOICES
        if counts:
            self.properties[name] = properties
            self._declared_at[name] = line
        return name, counts and bool(properties)

    def shifts(self, name: str, number: int) -> tuple[int, int]:
        """Octaves and semitones that the properties of a voice ask for."""
        properties = self.properties.get(name, "")
        if not properties:
            return 0, 0
        try:
            _, octave, transpose, _ = key_settings(properties)
        except ValueError as error:
            at = self._declared_at.get(name, number)
            self._report("bad-voice", str(error), at, 3, f"{name} {properties}")
            return 0, 0
        return octave, transpose + clef_shift(declared_clef(properties))


def declared_clef(properties: str) -> str:
    """The clef among the properties of a voice, after `clef=` or by itself; "" where there is none."""
    named = _NAMED_CLEF.search(properties)
    words = [named[1]] if named else _QUOTED.sub(" ", properties).split()
    return next((word for word in words if is_clef(word)), "")


def transposition(voice: Voice) -> int:
    """Semitones by which a voice sounds off its notes, but for its clef."""
    declared = clef_shift(declared_clef(voice.properties))
    return voice.bars[0].key.transpose + voice.transpose - declared if voice.bars else 0


def declared_names(properties: str) -> tuple[str, str]:
    """What a voice is called before its first staff, and before the others; "" where that is not said."""
    found: dict[str, str] = {}
    for match in _NAME.finditer(properties):
        text = match[2] if match[2] is not None else match[3]
        found.setdefault("short" if match[1].startswith("s") else "full", text.strip()[:MAX_NAME])
    return found.get("full", ""), found.get("short", "")


def clef_of(voice: Voice, bar: Bar) -> str:
    """The clef in a bar of a voice, "" where none is said."""
    return bar.key.clef or declared_clef(voice.properties)


def share_parts(voices: Sequence[list[Bar]]) -> None:
    """A part that begins in the first voice begins in the others too, where a bar of theirs does."""
    begins: dict[int, str] = {}
    now = 0
    for bar in voices[0]:
        if bar.part:
            begins[now] = bar.part
        now += bar.ticks
    for bars in voices[1:]:
        if any(bar.part for bar in bars[1:]):
            continue  # it has labels of its own
        now = 0
        for index, bar in enumerate(bars):
            if now in begins and not bar.part:
                bars[index] = replace(bar, part=begins[now])
            now += bar.ticks
