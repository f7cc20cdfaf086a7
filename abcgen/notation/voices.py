"""What `V:` says of a tune's voices, and what one voice says for all. ABC 2.1, section 7."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from abcgen.notation.key import clef_shift, is_clef, key_settings
from abcgen.notation.problems import ProblemLog
from abcgen.notation.tune import Bar

MAX_VOICES = 16


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
            _, octave, transpose, clef = key_settings(properties)
        except ValueError as error:
            at = self._declared_at.get(name, number)
            self._report("bad-voice", str(error), at, 3, f"{name} {properties}")
            return 0, 0
        bare = next((word for word in properties.split() if clef_shift(word) and is_clef(word)), "")
        return octave, transpose + clef_shift(clef or bare)


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
