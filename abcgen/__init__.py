"""abcgen: folk tunes in ABC notation, from tunebooks to language models to tunes that can be played.

Importing it loads nothing heavy; what needs torch or music21 loads them when first used.
"""

__version__ = "0.1.0"

from abcgen.notation import Book, Problem, Tune, parse_book, parse_tune, write_abc

__all__ = ["Book", "Problem", "Tune", "__version__", "parse_book", "parse_tune", "write_abc"]
