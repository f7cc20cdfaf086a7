"""ABC notation: text into values, values into text, and what is wrong with either.

Stands on the standard library alone and starts in milliseconds.
"""

from abcgen.notation.dialect import DialectTune, from_dialect, to_dialect
from abcgen.notation.parser import parse_book, parse_tune, read_tunes
from abcgen.notation.problems import Problem
from abcgen.notation.sounding import sounding_notes
from abcgen.notation.splice import InFile
from abcgen.notation.tune import Book, Tune
from abcgen.notation.writer import write_abc

__all__ = [
    "Book",
    "DialectTune",
    "InFile",
    "Problem",
    "Tune",
    "from_dialect",
    "parse_book",
    "parse_tune",
    "read_tunes",
    "sounding_notes",
    "to_dialect",
    "write_abc",
]
