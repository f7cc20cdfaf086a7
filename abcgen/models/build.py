"""One call that makes a model with fresh weights, whatever its architecture.

It knows names and numbers, not recipes: training hands them over as plain values.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from abcgen.errors import UsageError
from abcgen.models.dropout import set_dropout
from abcgen.models.loading import hush_fallbacks
from abcgen.models.transformer import (
    MAX_POSITIONS,
    TRANSFORMER_SIZES,
    TransformerSize,
    build_transformer,
)

if TYPE_CHECKING:
    from transformers import GenerationConfig, PreTrainedModel, PreTrainedTokenizerBase


#: Gates of each recurrent cell: matrices a layer has for its input, and as many for its state.
_GATES = {"lstm": 4, "gru": 3, "rnn": 1}

#: Every size by architecture.
SIZES: dict[str, tuple[str, ...]] = {
    architecture: tuple(TRANSFORMER_SIZES) for architecture in ("lfm2", *_GATES)
}

#: How a model is sampled unless told otherwise; its `generation_config.json` says so too.
TEMPERATURE = 0.8
TOP_P = 0.95


def build_model(
    tokenizer: PreTrainedTokenizerBase,
    architecture: str = "lfm2",
    size: str = "small",
    *,
    dropout: float = 0.0,
    tie_word_embeddings: bool = True,
    seed: int = 0,
) -> PreTrainedModel:
    """A model for the vocabulary of `tokenizer` whose fresh weights follow from `seed` alone.

    Raises UsageError for an architecture or a size that is not in `SIZES`.
    """
    import torch

    if architecture not in SIZES:
        raise UsageError(f"no architecture {architecture!r}; there are {', '.join(SIZES)}")
    if size not in SIZES[architecture]:
        raise UsageError(f"no {architecture} of size {size!r}; there are {', '.join(SIZES[architecture])}")
    hush_fallbacks()
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(seed)
        if architecture in _GATES:
            model = _build_recurrent(tokenizer, architecture, size, dropout, tie_word_embeddings)
        else:
            model = build_transformer(tokenizer, size, tie_word_embeddings=tie_word_embeddings)
            set_dropout(model, dropout)
    model.generation_config = _generation_config(tokenizer)
    return model


def _generation_config(tokenizer: PreTrainedTokenizerBase) -> GenerationConfig:
    """What plain `model.generate()` does when told nothing: whole tunes, sampled. 0 turns top-k off."""
    from transformers import GenerationConfig

    return GenerationConfig(  # type: ignore[no-untyped-call]
        do_sample=True,
        temperature=TEMPERATURE,
        top_p=TOP_P,
        top_k=0,
        max_new_tokens=MAX_POSITIONS // 2,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )


@dataclass(frozen=True)
class RecurrentSize:
    """A recurrent network with the parameters and the embedding of the Transformer of the same name."""

    cell: str
    like: TransformerSize

    @property
    def layers(self) -> int:
        return 2 if self.like.width <= 256 else 3

    @property
    def embedding(self) -> int:
        return self.like.width

    @property
    def units(self) -> int:
        """Units a layer, in eights: what a quadratic equation over its matrices leaves.

        Gates times units times (embedding + (2 layers - 1) units), and the projection back, are the
        parameters; biases are left out on both sides.
        """
        gates = _GATES[self.cell]
        square = gates * (2 * self.layers - 1)
        line = (gates + 1) * self.embedding
        root = math.sqrt(line**2 + 4 * square * self.like.layer_parameters)
        return 8 * round((root - line) / (2 * square) / 8)


def _build_recurrent(
    tokenizer: PreTrainedTokenizerBase, cell: str, size: str, dropout: float, tied: bool
) -> PreTrainedModel:
    from abcgen.models.recurrent import AbcRecurrentConfig, AbcRecurrentForCausalLM

    shape = RecurrentSize(cell, TRANSFORMER_SIZES[size])
    config = AbcRecurrentConfig(
        vocab_size=len(tokenizer),
        cell=cell,
        embedding_size=shape.embedding,
        hidden_size=shape.units,
        num_hidden_layers=shape.layers,
        hidden_dropout=dropout,
        tie_word_embeddings=tied,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    return AbcRecurrentForCausalLM(config)
