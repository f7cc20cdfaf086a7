"""Leave a draw as soon as it cannot become valid: a bar that is too long, or too short where none may be.

Saves time and changes nothing else, since such a draw would be thrown away at its end.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import torch
from transformers import StoppingCriteria

from abcgen.generation.sampling import is_header_line
from abcgen.notation.parser import parse_tune

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase


class HopelessRows(StoppingCriteria):
    """Stops the rows of a batch that hold a bar of the wrong length; `rows` are their numbers."""

    def __init__(self, tokenizer: PreTrainedTokenizerBase, rows: int) -> None:
        self.rows: set[int] = set()
        self._tokenizer = tokenizer
        self._pieces: dict[int, str] = {}
        self._meter = [""] * rows
        self._bar = [""] * rows  # the music since the last bar line
        self._line = [":"] * rows  # that bar line; a tune begins as a section does

    def __call__(self, input_ids: torch.LongTensor, scores: torch.FloatTensor, **_: Any) -> torch.BoolTensor:
        """input_ids: (batch, time) int64. Gives (batch,): True for rows that are to stop."""
        for row, token in enumerate(input_ids[:, -1].tolist()):
            if row not in self.rows and self._is_hopeless(row, self._piece(token)):
                self.rows.add(row)
        stop = torch.zeros(input_ids.shape[0], dtype=torch.bool, device=input_ids.device)
        stop[list(self.rows)] = True
        return stop  # type: ignore[return-value]

    def _piece(self, token: int) -> str:
        if token not in self._pieces:
            self._pieces[token] = str(self._tokenizer.convert_ids_to_tokens(token))
        return self._pieces[token]

    def _is_hopeless(self, row: int, piece: str) -> bool:
        """Take one more token of a row, and judge the bar it closes."""
        if piece.startswith("M:"):
            self._meter[row] = piece[2:].strip()
        if is_header_line(piece):
            return False
        if piece[:1] not in {"|", ":"}:
            self._bar[row] += piece
            return False
        music, before = self._bar[row], self._line[row]
        self._bar[row], self._line[row] = "", piece
        if not self._meter[row] or not music:
            return False
        verdict = bar_verdict(self._meter[row], music)
        return verdict > 0 or (verdict < 0 and before == "|" and piece == "|")


@lru_cache(maxsize=4096)
def bar_verdict(meter: str, music: str) -> int:
    """1 when a bar is longer than the metre says, -1 when shorter, 0 when right or unreadable."""
    tune = parse_tune(f"X:1\nM:{meter}\nL:1/8\nK:C\n{music}|]\n")
    expected = tune.meter.bar_length
    if expected is None or len(tune.bars) != 1:
        return 0
    length = tune.bars[0].duration
    return (length > expected) - (length < expected)
