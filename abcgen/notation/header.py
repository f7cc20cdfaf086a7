"""What the header of a tune says of how its music is read: metre, unit length, key, voices, settings."""

from __future__ import annotations

from fractions import Fraction

from abcgen.notation.key import Key, doubt, parse_key
from abcgen.notation.meter import Meter, default_unit_length, parse_meter, parse_unit_length
from abcgen.notation.parts import parse_parts
from abcgen.notation.problems import ProblemLog
from abcgen.notation.settings import Settings
from abcgen.notation.tune import Field
from abcgen.notation.voices import Declarations

#: The fields that are taken here.
MEANT = frozenset("MLKPVUmI%")
_CODES = {
    "M": "bad-meter",
    "L": "bad-unit-length",
    "K": "bad-key",
    "P": "bad-parts",
    "m": "bad-macro",
    "U": "bad-field",
}
_FREE = parse_meter("none")
_C = parse_key("C")


class Header:
    """The header as far as it has been read; `settings` may change among the music, too."""

    def __init__(self, log: ProblemLog) -> None:
        self._report = log.report
        self.meter: Meter = _FREE
        self.key: Key = _C
        self._unit: Fraction | None = None
        self.declared = Declarations(log)
        self.settings = Settings()

    @property
    def unit(self) -> Fraction:
        """The unit length; the one that follows from the metre when no L: says it."""
        return self._unit or default_unit_length(self.meter)

    def take(self, field: Field, column: int) -> None:
        """A field of one of the letters of `MEANT`, whose text begins at `column`."""
        letter, text = field.letter, field.text
        try:
            if letter == "M":
                self.meter = parse_meter(text)
            elif letter == "L":
                self._unit = parse_unit_length(text)
            elif letter == "K":
                self.key = parse_key(text)
                if found := doubt(text):
                    self._report("unclear-key", found[0], field.line, column, text, found[1])
            elif letter == "P":
                parse_parts(text)
            elif letter == "V":
                self.declared.declare(text, field.line)
            elif letter in "UmI%":
                self.settings.take(letter, text)
        except ValueError as error:
            self._report(_CODES[letter], str(error), field.line, column, text)
