"""Edits of a tune's lines, and versions of it read again, within bounds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from abcgen.notation.reader import TuneReader
from abcgen.notation.tune import Field, Tune

#: Characters that are read again to try edits out, a tune; what would take more is left as it is.
MAX_READ = 2**18
#: As many characters of good ABC are read in the time that a problem takes.
_READ_OF_PROBLEM = 16


@dataclass(frozen=True, slots=True)
class Edit:
    """One change of one line of the tune, whose lines count from 1: `new` for `old`, "" for no line."""

    line: int
    old: str
    new: str
    reason: str
    inserted: bool = False  # `new` is a line of its own, before the old one


class TooMuchReadError(Exception):
    """More edits were tried on a tune than it is worth."""


class Versions:
    """Reads versions of one tune until there were too many. Raises TooMuchReadError.

    `defaults` are the fields of its file's header, `reference` is the number that it gets if it has none.
    """

    def __init__(self, defaults: Sequence[Field], reference: int) -> None:
        self.defaults, self.reference = defaults, reference
        self._read = 0

    def __call__(self, lines: list[str]) -> Tune:
        self._read += sum(map(len, lines))
        if self._read > MAX_READ:
            raise TooMuchReadError
        tune = TuneReader(1, self.defaults).read(lines)
        self._read += _READ_OF_PROBLEM * len(tune.problems)
        return tune


def applied(lines: list[str], edit: Edit) -> list[str]:
    """The lines with the edit."""
    at = edit.line - 1
    if edit.inserted:
        return [*lines[:at], edit.new, *lines[at:]]
    return [*lines[:at], *([edit.new] if edit.new else []), *lines[at + 1 :]]
