"""One call that makes a model with fresh weights, whatever its architecture.

It knows names and numbers, not recipes: training hands them over as plain values.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from abcgen.errors import UsageError
from abcgen.models.transformer import MAX_POSITIONS, TRANSFORMER_SIZES, build_transformer

if TYPE_CHECKING:
    from transformers import GenerationConfig, PreTrainedModel, PreTrainedTokenizerBase


@dataclass(frozen=True)
class LstmSize:
    """Layers, units a layer, and the width of the embedding."""

    layers: int
    units: int
    embedding: int


#: About 0.9, 3.4 and 18 M parameters beside the embeddings: those of the Transformer of the same name.
LSTM_SIZES: dict[str, LstmSize] = {
    "tiny": LstmSize(layers=2, units=240, embedding=128),
    "small": LstmSize(layers=2, units=480, embedding=256),
    "base": LstmSize(layers=3, units=912, embedding=512),
}

#: Every size by architecture.
SIZES: dict[str, tuple[str, ...]] = {"gpt_neox": tuple(TRANSFORMER_SIZES), "lstm": tuple(LSTM_SIZES)}

#: How a model is sampled unless told otherwise; its `generation_config.json` says so too.
TEMPERATURE = 0.8
TOP_P = 0.95


def build_model(
    tokenizer: PreTrainedTokenizerBase,
    architecture: str = "gpt_neox",
    size: str = "small",
    *,
    dropout: float = 0.0,
    attention_dropout: float = 0.0,
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
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(seed)
        if architecture == "lstm":
            model = _build_lstm(tokenizer, LSTM_SIZES[size], dropout, tie_word_embeddings)
        else:
            model = build_transformer(
                tokenizer,
                size,
                dropout=dropout,
                attention_dropout=attention_dropout,
                tie_word_embeddings=tie_word_embeddings,
            )
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
        max_length=MAX_POSITIONS,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )


def _build_lstm(
    tokenizer: PreTrainedTokenizerBase, shape: LstmSize, dropout: float, tied: bool
) -> PreTrainedModel:
    from abcgen.models.lstm import AbcLstmConfig, AbcLstmForCausalLM

    config = AbcLstmConfig(
        vocab_size=len(tokenizer),
        embedding_size=shape.embedding,
        hidden_size=shape.units,
        num_hidden_layers=shape.layers,
        hidden_dropout=dropout,
        tie_word_embeddings=tied,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    return AbcLstmForCausalLM(config)
