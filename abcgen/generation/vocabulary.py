"""What the tokens of a tokenizer stand for, so that a mask over them can be built.

A token is a whole header line, a piece of a bar or of a bar line, or none of these; the latter are never
drawn. Knows the tokenizer by its calls, and the shape of tokens, but no music.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt

from abcgen.errors import ModelError
from abcgen.models.loading import read_settings
from abcgen.notation.frame import CHARACTERS
from abcgen.notation.steering import LINES
from abcgen.tokenization.cut import open_tokenizer

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

#: Which tokens may come: (tokens,) bool.
Mask: TypeAlias = npt.NDArray[np.bool_]
#: Characters that go on with a pitch, a length or a tuplet sign.
GO_ON = "0123456789/:,'-"
#: A single note: its pitch, which may be no more than an accidental, and its length, which may be cut off.
_NOTE = re.compile(r"((?:\^\^?|__?|=)[A-Ga-g]?[,']*|[A-Ga-g][,']*)([\d/]*)")


@dataclass
class Trie:
    """Token texts by their characters: `ends` are the tokens whose text ends here."""

    ends: list[int] = field(default_factory=list)
    further: dict[str, Trie] = field(default_factory=dict)

    def add(self, text: str, token: int) -> None:
        node = self
        for char in text:
            node = node.further.setdefault(char, Trie())
        node.ends.append(token)


@dataclass(frozen=True)
class Notes:
    """Tokens that are single notes: `pitches` and `tails` are their texts, `tokens` each with its two places.

    `plain` tells which tokens have no tail.
    """

    tokens: npt.NDArray[np.int64]
    pitches: tuple[str, ...]
    tails: tuple[str, ...]
    pitch_of: npt.NDArray[np.int64]
    tail_of: npt.NDArray[np.int64]
    plain: Mask


class Vocabulary:
    """A tokenizer's tokens, sorted. Raises ModelError for one whose tokens are no header lines.

    `texts` has None for tokens that stand for no text of their own; `size` is the number of tokens; `begin`
    and `end` are the marks of a text. `goes_on` tells which can go on with a pitch, a length, a tuplet sign.
    """

    def __init__(self, tokenizer: PreTrainedTokenizerBase) -> None:
        self._fill(tokenizer.backend_tokenizer, tokenizer.bos_token_id, tokenizer.eos_token_id)

    @classmethod
    def read(cls, folder: Path) -> Vocabulary:
        """The vocabulary of the tokenizer in a model's folder, without a line of transformers.

        Raises InputError when there is none, ModelError when it cannot steer.
        """
        backend = open_tokenizer(folder)
        settings = read_settings(folder / "tokenizer_config.json")
        marks = [settings.get(f"{mark}_token") for mark in ("bos", "eos")]
        names = [mark.get("content") if isinstance(mark, dict) else mark for mark in marks]
        found = cls.__new__(cls)
        found._fill(backend, *(backend.token_to_id(str(name)) for name in names))
        return found

    def _fill(self, backend: Any, begin: int | None, end: int | None) -> None:
        if begin is None or end is None:
            raise ModelError("this model's tokenizer lacks a begin or an end token")
        self._backend = backend
        self.begin, self.end = int(begin), int(end)
        self.size = int(backend.get_vocab_size())
        special = {token for token, added in backend.get_added_tokens_decoder().items() if added.special}
        self.texts = tuple(None if token in special else self.decode([token]) for token in range(self.size))
        self.lines = {
            text[:-1]: token
            for token, text in enumerate(self.texts)
            if text is not None and _is_header_line(text)
        }
        self.goes_on = tuple((text or "?")[0] in GO_ON for text in self.texts)
        if not any(line.startswith("K:") for line in self.lines):
            raise ModelError("this model's tokenizer has no tokens for header lines; it cannot be steered")

    def decode(self, tokens: Iterable[int]) -> str:
        """The text of tokens, as they stand."""
        text: str = self._backend.decode(list(tokens), skip_special_tokens=False)
        return text

    def knows(self, *tokens: str) -> bool:
        """Whether the tokenizer has these tokens."""
        return all(self._backend.token_to_id(token) is not None for token in tokens)

    def encode(self, text: str) -> tuple[int, ...]:
        """The tokens of a text, without begin and end marks."""
        return tuple(self._backend.encode(text, add_special_tokens=False).ids)

    @cached_property
    def lines_of(self) -> tuple[dict[str, int], ...]:
        """For each of `LINES`, the values that are single tokens, with the token."""
        return tuple(
            {
                line[len(kind.begins) :]: token
                for line, token in self.lines.items()
                if line.startswith(kind.begins)
            }
            for kind in LINES
        )

    @cached_property
    def notes(self) -> Notes:
        """The tokens that are single notes."""
        found = [(token, str(match[1]), str(match[2])) for token, match in self._pieces() if match]
        pitches = sorted({pitch for _, pitch, _ in found})
        tails = sorted({tail for _, _, tail in found})
        return Notes(
            np.array([token for token, _, _ in found], dtype=np.int64),
            tuple(pitches),
            tuple(tails),
            np.array([pitches.index(pitch) for _, pitch, _ in found], dtype=np.int64),
            np.array([tails.index(tail) for _, _, tail in found], dtype=np.int64),
            np.array([not tail for _, _, tail in found], dtype=bool),
        )

    @cached_property
    def signs(self) -> Trie:
        """The tokens in which no note begins, and no tie: rests, lengths, tuplet signs, bar lines."""
        return self._trie(lambda text: not re.search(r"[A-Ga-g^_=-]", text))

    @cached_property
    def runs(self) -> Trie:
        """The tokens that hold notes and more than one of them, or something else; but no tie."""
        return self._trie(
            lambda text: re.search(r"[A-Ga-g^_=]", text) and "-" not in text and not _NOTE.fullmatch(text)
        )

    @cached_property
    def ties(self) -> Trie:
        """The tokens that hold a tie."""
        return self._trie(lambda text: "-" in text)

    @cached_property
    def tie(self) -> int | None:
        """The sign of a tie, where no other token holds one."""
        holding = [token for token, _ in self._pieces() if "-" in (self.texts[token] or "")]
        return holding[0] if [self.texts[token] for token in holding] == ["-"] else None

    @cached_property
    def pieces(self) -> Trie:
        """All tokens that can be a piece of a body."""
        return self._trie(lambda text: True)

    def _trie(self, takes: Any) -> Trie:
        trie = Trie()
        for token, _ in self._pieces():
            text = self.texts[token]
            if text and takes(text):
                trie.add(text, token)
        return trie

    def _pieces(self) -> Iterator[tuple[int, re.Match[str] | None]]:
        """The tokens that can be a piece of a body, and whether each is a note."""
        for token, text in enumerate(self.texts):
            if text and text[:-1] not in self.lines and all(char in CHARACTERS for char in text):
                yield token, _NOTE.fullmatch(text)


def _is_header_line(text: str) -> bool:
    line = text[:-1]
    return text.endswith("\n") and any(kind.whole(line) for kind in LINES)
