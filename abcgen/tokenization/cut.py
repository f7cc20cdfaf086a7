"""How a tokenizer cuts a text: its pieces with their numbers, and how well they keep notes whole."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from abcgen.errors import InputError
from abcgen.notation.fields import is_field
from abcgen.tokenization.atoms import atoms, bars

if TYPE_CHECKING:
    from tokenizers import Tokenizer


@dataclass(frozen=True, slots=True)
class Cut:
    """A text as a tokenizer sees it. `pieces` joined are the text; one token may be a part of a character.

    `notes` counts the atoms of its music, fields and comments left out, `notes_cut` those that a token's end
    falls into.
    """

    pieces: tuple[str, ...]
    ids: tuple[int, ...]
    notes: int
    notes_cut: int

    @property
    def characters(self) -> int:
        return sum(map(len, self.pieces))


def open_tokenizer(folder: Path) -> Tokenizer:
    """The fast tokenizer in a folder, without transformers. Raises InputError."""
    from tokenizers import Tokenizer

    path = folder / "tokenizer.json"
    if not path.is_file():
        raise InputError(f"{folder} holds no tokenizer: tokenizer.json is not there")
    with _as_input_error(f"cannot load the tokenizer in {folder}"):
        tokenizer = Tokenizer.from_file(str(path))
        tokenizer.no_truncation()  # else a text is not cut but cut off
        tokenizer.no_padding()
        return tokenizer


@contextmanager
def _as_input_error(what: str) -> Iterator[None]:
    """Whatever a crafted file makes of a tokenizer, as an InputError; a panic of it is no Exception."""
    try:
        yield
    except BaseException as error:
        if isinstance(error, Exception) or type(error).__name__ == "PanicException":
            raise InputError(f"{what}: {error}") from error
        raise


def cut(tokenizer: Tokenizer, text: str, body_at: int = 0) -> Cut:
    """How `tokenizer` cuts `text`, whose music begins at `body_at`. Raises InputError when it cannot."""
    with _as_input_error("this tokenizer cannot cut the text"):
        encoding = tokenizer.encode(text, add_special_tokens=False)
    pieces, at = [], 0
    for begin, end in encoding.offsets:
        pieces.append(text[max(begin, at) : end])
        at = max(at, end)
    ends = {end for _, end in encoding.offsets}
    notes = notes_cut = 0
    at = body_at
    for line in text[body_at:].splitlines(keepends=True):
        if is_field(line) or line.startswith("%"):
            at += len(line)
            continue
        for atom in (atom for stretch in bars(line) for atom in atoms(stretch)):
            if any(letter.isalpha() for letter in atom):
                notes += 1
                notes_cut += any(place in ends for place in range(at + 1, at + len(atom)))
            at += len(atom)
    return Cut(tuple(pieces), tuple(encoding.ids), notes, notes_cut)
