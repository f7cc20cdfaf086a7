"""ABC text into tunes: where one tune ends and the next begins, and what a file header says for all.

`parse_book` never raises for bad data: every tune it could read is there, with its problems.
ABC 2.1, section 2.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from abcgen.errors import NotationError
from abcgen.notation.fields import field_text, in_text_block, is_field
from abcgen.notation.lexer import comment_start
from abcgen.notation.reader import MAX_TUNE_CHARACTERS, TuneReader
from abcgen.notation.tune import Book, Field, Tune

#: Fields that a file header may hold for all tunes. ABC 2.1, section 3.
_FILE_FIELDS = frozenset("ABCDFHILMmNORrSUZ")
_MOST = 2 * MAX_TUNE_CHARACTERS
#: What lies beyond this many lines of a file header is passed over.
MAX_FILE_HEADER = 200


def parse_book(text: str) -> Book:
    """Every tune of a tunebook; see `read_tunes`."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return Book(tuple(read_tunes(text.split("\n"))))


def parse_tune(text: str) -> Tune:
    """The only tune in `text`. Raises NotationError when there is none or more than one."""
    tunes = parse_book(text).tunes
    if len(tunes) != 1:
        raise NotationError(f"one tune is needed, {len(tunes)} were found; a tune begins with X:")
    return tunes[0]


@dataclass(frozen=True, slots=True)
class TuneText:
    """A tune that is still to be read: its `lines`, the first of which is line `start` of the file.

    `defaults` are the fields of its file's header; not all of its lines are here when it is not `whole`.
    """

    lines: tuple[str, ...]
    start: int = 1
    defaults: tuple[Field, ...] = ()
    whole: bool = True

    def read(self) -> Tune:
        return TuneReader(self.start, self.defaults).read(self.lines, whole=self.whole)


def read_tunes(lines: Iterable[str]) -> Iterator[Tune]:
    """The tunes in the lines of a tunebook, one by one, so that a file of any size can be read."""
    for text in split_tunes(lines):
        yield text.read()


def split_tunes(lines: Iterable[str]) -> Iterator[TuneText]:
    """The texts of the tunes in the lines of a tunebook.

    A tune begins at `X:` and ends at an empty line or the next `X:`. Text between tunes is free and passed
    over, but for a block of fields with a `K:` among them: that is a tune without its number, and told so.
    The fields with which the file opens hold for all its tunes, unless they are a tune themselves.
    """
    defaults: tuple[Field, ...] | None = None
    for start, block, whole in _blocks(lines):
        found = _tune_starts(block)
        if defaults is None:
            defaults = _defaults(block, start)
        for begin, end in zip(found, [*found[1:], len(block)], strict=False):
            yield TuneText(tuple(block[begin:end]), start + begin, defaults, whole)


def file_defaults(lines: Iterable[str]) -> tuple[Field, ...]:
    """The fields of the file header, which hold for all tunes."""
    start, block, _ = next(_blocks(lines), (1, [], True))
    return _defaults(block, start) if block else ()


def _defaults(block: list[str], start: int) -> tuple[Field, ...]:
    """What the first run of lines in a file says for all its tunes."""
    found = _tune_starts(block)
    header = block[: found[0]] if found else block
    return tuple(_file_header(header[:MAX_FILE_HEADER], start))


def _blocks(lines: Iterable[str]) -> Iterator[tuple[int, list[str], bool]]:
    """Runs of lines that are not blank: the number of the first, from 1, the lines, and whether all is there.

    Of a run far longer than any tune the rest is left out, so that no file fills the memory.
    """
    block: list[str] = []
    start = size = 0
    in_text = False  # a block of typeset text may hold empty lines
    for number, raw in enumerate(lines, 1):
        line = raw.rstrip("\r\n")
        if number == 1:
            line = line.removeprefix("\ufeff")
        starts_tune = line[:2] == "X:"
        blank = not (line and not line.isspace()) and not in_text
        if block and (starts_tune or blank):
            yield start, block, size <= _MOST
            block, size, in_text = [], 0, False
        if not blank:
            if in_text or line[:2] == "%%":
                in_text = in_text_block(line, inside=in_text)
            start = start if block else number
            size += len(line) + 1
            if size <= _MOST or not block:  # what is beyond the bound is not kept
                block.append(line)
    if block:
        yield start, block, size <= _MOST


def _tune_starts(block: list[str]) -> list[int]:
    """Where tunes begin in a run of lines."""
    if block[0][:2] == "X:":
        return [0]
    if any(line[:2] == "K:" for line in block):
        return [next(i for i, line in enumerate(block) if is_field(line))]
    return []


def _file_header(lines: list[str], start: int) -> Iterator[Field]:
    in_text = False
    for number, raw in enumerate(lines, start):
        line = raw.replace("\0", " ")
        was_in_text, in_text = in_text, in_text_block(line, inside=in_text)
        if was_in_text or in_text:
            continue
        if line.startswith("%%"):
            yield Field("%", line[2 : comment_start(line[2:]) + 2].strip(), line=number)
        elif is_field(line) and line[0] in _FILE_FIELDS:
            yield Field(line[0], field_text(line), line=number)
