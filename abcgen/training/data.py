"""What a run reads: the corpus and the tokenizer of a recipe, encoded once and fingerprinted.

It knows columns and token ids; it does not know the notation, nor where a corpus came from.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from abcgen.errors import ModelError
from abcgen.evaluation.likelihood import body_bytes
from abcgen.evaluation.rows import load_rows, rows_sha256
from abcgen.files import file_digest
from abcgen.models.encoding import EncodedTune, encode_tunes
from abcgen.models.loading import load_tokenizer
from abcgen.notation.infill import FILL, HOLE
from abcgen.training.start import named_folder
from abcgen.training.variants import Variants, Variation

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

    from abcgen.training.recipe import Recipe


#: The columns that decide what is trained on.
_READ = ("id", "header", "body", "steering", "cluster")


@dataclass(frozen=True)
class TrainingData:
    """`train` by epochs; `validation` encoded, its bodies' bytes (tunes,); `ids` of both, sorted."""

    tokenizer: PreTrainedTokenizerBase
    train: Variants
    validation: list[EncodedTune]
    validation_bytes: np.ndarray
    ids: tuple[str, ...]
    corpus_sha256: str
    tokenizer_sha256: str


def tokenizer_digest(folder: Path) -> str:
    """A digest of what a tokenizer is loaded from."""
    return file_digest([folder / "tokenizer.json", folder / "tokenizer_config.json"])


def _variation(recipe: Recipe, tokenizer: PreTrainedTokenizerBase) -> Variation:
    """What the recipe varies. Raises ModelError when the tokenizer has no token for a gap."""
    if recipe.infill_rate and not {HOLE, FILL} <= set(tokenizer.get_vocab()):
        raise ModelError(f"infill_rate needs a tokenizer with the tokens {HOLE} and {FILL}; train one anew")
    return Variation(recipe.augment_keys, recipe.steering_rate, recipe.infill_rate)


def load_data(recipe: Recipe) -> TrainingData:
    """Read and encode what `recipe` names. Raises CorpusError or ModelError."""
    rows = load_rows(recipe.corpus, ("train", "validation"))
    place = named_folder(recipe.tokenizer)
    tokenizer = load_tokenizer(place)
    return TrainingData(
        tokenizer=tokenizer,
        train=Variants(rows["train"], tokenizer, _variation(recipe, tokenizer), recipe.seed),
        validation=encode_tunes(tokenizer, rows["validation"]),
        validation_bytes=body_bytes(rows["validation"]),
        ids=tuple(sorted({row["id"] for tunes in rows.values() for row in tunes})),
        corpus_sha256=rows_sha256(rows, _READ),
        tokenizer_sha256=tokenizer_digest(place),
    )
