"""The one protocol for every likelihood in abcgen.

Counted are the bits of the body of a tune and of its end, given its header, in the model's natural
tokenization (no sum over other ways to cut the text). They are divided by the UTF-8 bytes of the body, its
final newline included; the end of the tune costs bits and adds no byte. The header conditions and is not
counted. An n-gram over bytes is measured in the same way. A figure for a set of tunes is the sum of bits over
the sum of bytes, not the mean of the tunes' figures.

The module knows models and tunes as plain rows; it knows nothing of how either was made.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch.nn.functional import cross_entropy

from abcgen.errors import ModelError
from abcgen.models.encoding import IGNORED, cut_by_budget, encode_tunes, pad_tunes
from abcgen.models.loading import refuse_longer

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

    from abcgen.models.encoding import EncodedTune

#: Tokens a batch, padding included: enough to fill two cores, little enough for any machine.
TOKENS_PER_BATCH = 8192


def body_bytes(rows: Sequence[Mapping[str, str]]) -> np.ndarray:
    """UTF-8 bytes of every body: (tunes,) int64."""
    return np.array([len(row["body"].encode("utf-8")) for row in rows], dtype=np.int64)


@dataclass(frozen=True)
class Scores:
    """What a model makes of tunes, every field (tunes,). Counted are the tokens of bodies and ends.

    `bits` they cost; `tokens` there are; `top1` and `top5`: how many of them were the likeliest, or among
    the five likeliest, of all that the model could say there.
    """

    bits: np.ndarray
    tokens: np.ndarray
    top1: np.ndarray
    top5: np.ndarray


def body_scores(
    model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, rows: Sequence[Mapping[str, str]]
) -> Scores:
    """The scores of the body and of the end of every row (`header`, `body`), given its header.

    Raises ModelError when a tune is longer than the model's context, cannot be encoded for it, or is given a
    likelihood that is no number.
    """
    return encoded_scores(model, encode_tunes(tokenizer, rows), pad_id=tokenizer.pad_token_id or 0)


def body_bits(
    model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, rows: Sequence[Mapping[str, str]]
) -> np.ndarray:
    """The bits of `body_scores`: (tunes,) float64."""
    return body_scores(model, tokenizer, rows).bits


@torch.inference_mode()
def encoded_scores(
    model: PreTrainedModel,
    tunes: Sequence[EncodedTune],
    *,
    pad_id: int = 0,
    tokens_per_batch: int = TOKENS_PER_BATCH,
) -> Scores:
    """`body_scores` of tunes that are already encoded.

    Which tunes share a batch changes nothing but the last bits of the floats.
    """
    refuse_longer(model, max(map(len, tunes), default=0))
    order = sorted(range(len(tunes)), key=lambda index: (len(tunes[index]), index))
    found = np.zeros((4, len(tunes)), dtype=np.float64)
    training = model.training
    model.train(False)
    try:
        for run in cut_by_budget([len(tunes[index]) for index in order], tokens_per_batch):
            chosen = [order[place] for place in run]
            found[:, chosen] = _batch_scores(model, [tunes[index] for index in chosen], pad_id)
    finally:
        model.train(training)
    bits, *counts = found
    if not np.isfinite(bits).all():
        first = int(np.flatnonzero(~np.isfinite(bits))[0])
        raise ModelError(
            f"tune {first + 1} of {len(tunes)} is given {bits[first]} bits: the weights are no numbers"
        )
    return Scores(bits, *(count.astype(np.int64) for count in counts))


def bits_per_byte(bits: np.ndarray, byte_counts: np.ndarray) -> float:
    """Sum of bits over sum of bytes."""
    return float(bits.sum() / byte_counts.sum())


def _batch_scores(model: PreTrainedModel, tunes: Sequence[EncodedTune], pad_id: int) -> np.ndarray:
    """Bits, tokens, top-1 and top-5 of each tune: (4, tunes) float64."""
    ids, labels = pad_tunes(tunes, pad_id, body_only=True)
    ids, labels = ids.to(model.device), labels[:, 1:].to(model.device)
    logits = model(input_ids=ids, use_cache=False).logits[:, :-1].float()  # (batch, time - 1, vocabulary)
    nats = cross_entropy(logits.flatten(0, 1), labels.flatten(), ignore_index=IGNORED, reduction="none")
    counted = labels != IGNORED
    own = logits.gather(2, labels.clamp(min=0)[..., None])
    # how many tokens are likelier than the one that came, or as likely and before it
    before = torch.arange(logits.shape[2], device=logits.device) < labels[..., None]
    above = ((logits > own) | ((logits == own) & before)).sum(2)
    columns = (
        nats.view(labels.shape).double().sum(1) / math.log(2),
        counted.sum(1),
        ((above < 1) & counted).sum(1),
        ((above < 5) & counted).sum(1),
    )
    return np.stack([column.double().cpu().numpy() for column in columns])
