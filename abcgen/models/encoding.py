"""Tunes as token ids, and ids as padded batches: what training and evaluation have in common.

A tune's text is its header and its body; a model reads both and is judged on the body and on the end.
This module knows the tokenizer only by its call, and nothing of ABC.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from abcgen.errors import ModelError

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

#: The label that costs nothing: padding, and the tokens that are given.
IGNORED = -100


@dataclass(frozen=True)
class EncodedTune:
    """`ids`: begin mark, header, body, end mark. `body_start`: index of the first token of the body."""

    ids: tuple[int, ...]
    body_start: int

    def __len__(self) -> int:
        return len(self.ids)


def encode_tunes(tokenizer: PreTrainedTokenizerBase, rows: Iterable[Mapping[str, str]]) -> list[EncodedTune]:
    """Encode `header` + `body` of every row as the tokenizer naturally does; mark where the body begins.

    Raises ModelError when a token straddles header and body, or the tokenizer has no end mark.
    """
    headers, texts = [], []
    for row in rows:
        headers.append(row["header"])
        texts.append(row["header"] + row["body"])
    if not texts:
        return []
    end = tokenizer.eos_token_id
    if not isinstance(end, int):
        raise ModelError("the tokenizer has no end-of-text token (eos), so the end of a tune cannot be told")
    distinct = sorted(set(headers))
    header_ids = dict(zip(distinct, tokenizer(distinct, add_special_tokens=False)["input_ids"], strict=True))
    encoded = []
    for header, ids in zip(headers, tokenizer(texts)["input_ids"], strict=True):
        begins = 1 if ids and ids[0] == tokenizer.bos_token_id else 0
        start = begins + len(header_ids[header])
        if ids[begins:start] != header_ids[header]:
            raise ModelError(f"the tokenizer joins the end of the header to the music: {header!r}")
        if start == 0:
            raise ModelError("a tune needs a begin mark or a header to be predicted from")
        encoded.append(EncodedTune(tuple(ids) if ids[-1] == end else (*ids, end), start))
    return encoded


def pad_tunes(tunes: Sequence[EncodedTune], pad_id: int, *, body_only: bool) -> tuple[Tensor, Tensor]:
    """Right-padded `ids` and `labels`, both (batch, longest) int64.

    `labels` repeat the ids and are IGNORED at padding, and before the body when `body_only`. Under causal
    attention (or recurrence) padding on the right needs no mask: nothing real comes after it.
    """
    longest = max(len(tune) for tune in tunes)
    ids = torch.full((len(tunes), longest), pad_id, dtype=torch.int64)
    labels = torch.full((len(tunes), longest), IGNORED, dtype=torch.int64)
    for row, tune in enumerate(tunes):
        values = torch.tensor(tune.ids, dtype=torch.int64)
        ids[row, : len(values)] = values
        start = tune.body_start if body_only else 0
        labels[row, start : len(values)] = values[start:]
    return ids, labels


def cut_by_budget(lengths: Sequence[int], budget: int) -> list[range]:
    """Cut tunes, already in order, into runs whose padded size (rows times longest) keeps to `budget` tokens.

    A tune longer than the budget is a run of its own.
    """
    runs, begin, longest = [], 0, 0
    for index, length in enumerate(lengths):
        longest = max(longest, length)
        if index > begin and longest * (index + 1 - begin) > budget:
            runs.append(range(begin, index))
            begin, longest = index, length
    if begin < len(lengths):
        runs.append(range(begin, len(lengths)))
    return runs
