"""What a run reads: the corpus and the tokenizer of a recipe, encoded once and fingerprinted.

It knows columns and token ids; it does not know the notation, nor where a corpus came from.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from abcgen.evaluation.likelihood import body_bytes
from abcgen.evaluation.rows import load_rows, rows_sha256
from abcgen.models.encoding import EncodedTune, encode_tunes
from abcgen.models.loading import load_tokenizer

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

    from abcgen.training.recipe import Recipe


@dataclass(frozen=True)
class TrainingData:
    """`train` and `validation` encoded; `ids` of both, sorted; bytes of the validation bodies (tunes,)."""

    tokenizer: PreTrainedTokenizerBase
    train: list[EncodedTune]
    validation: list[EncodedTune]
    validation_bytes: np.ndarray
    ids: tuple[str, ...]
    corpus_sha256: str
    tokenizer_sha256: str


def load_data(recipe: Recipe) -> TrainingData:
    """Read and encode what `recipe` names. Raises CorpusError or ModelError."""
    rows = load_rows(recipe.corpus, ("train", "validation"))
    tokenizer = load_tokenizer(recipe.tokenizer)
    return TrainingData(
        tokenizer=tokenizer,
        train=encode_tunes(tokenizer, rows["train"]),
        validation=encode_tunes(tokenizer, rows["validation"]),
        validation_bytes=body_bytes(rows["validation"]),
        ids=tuple(sorted({row["id"] for tunes in rows.values() for row in tunes})),
        corpus_sha256=rows_sha256(rows),
        tokenizer_sha256=hashlib.sha256((Path(recipe.tokenizer) / "tokenizer.json").read_bytes()).hexdigest(),
    )
