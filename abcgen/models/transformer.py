"""The stock Transformer: a registry of sizes of GPT-NeoX, and nothing of our own inside.

A size becomes a `GPTNeoXConfig`, so that plain transformers and vLLM know the result; llama.cpp's converter
needs the output head written out as a tensor of its own, which a tied model does not do. This module knows
nothing of tunes, of files or of how a model is trained.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from abcgen.errors import UsageError

if TYPE_CHECKING:
    from transformers import GPTNeoXForCausalLM, PreTrainedTokenizerBase


@dataclass(frozen=True)
class TransformerSize:
    """Depth and width; everything else follows. Heads are 32 wide up to a width of 512, then 64."""

    layers: int
    width: int

    @property
    def heads(self) -> int:
        return self.width // (32 if self.width <= 512 else 64)

    @property
    def inner(self) -> int:
        """The width of the hidden layer of each MLP."""
        return 4 * self.width

    @property
    def layer_parameters(self) -> int:
        """Parameters outside the embeddings, in round numbers (12 width² a layer)."""
        return 12 * self.layers * self.width**2


#: About 0.8, 3.2, 19 and 85 M parameters beside the embeddings.
TRANSFORMER_SIZES: dict[str, TransformerSize] = {
    "tiny": TransformerSize(layers=4, width=128),
    "small": TransformerSize(layers=4, width=256),
    "base": TransformerSize(layers=6, width=512),
    "large": TransformerSize(layers=12, width=768),
}

#: The base of the rotary angles, and the share of each head that is turned: all of it.
_ROTARY_BASE, _ROTARY_SHARE = 10_000, 1.0

#: Positions the rotary embedding is laid out for; it costs no parameters.
MAX_POSITIONS = 2048


def build_transformer(
    tokenizer: PreTrainedTokenizerBase,
    size: str = "small",
    *,
    dropout: float = 0.0,
    attention_dropout: float = 0.0,
    tie_word_embeddings: bool = True,
) -> GPTNeoXForCausalLM:
    """A GPT-NeoX with fresh weights for the vocabulary of `tokenizer`.

    `dropout` acts on the embeddings and on both branches of every layer, `attention_dropout` on the
    attention weights. Weights come from torch's global generator: seed it first.
    Raises UsageError for a size that is not in `TRANSFORMER_SIZES`.
    """
    from transformers import GPTNeoXConfig, GPTNeoXForCausalLM

    if size not in TRANSFORMER_SIZES:
        raise UsageError(f"no transformer of size {size!r}; there are {', '.join(TRANSFORMER_SIZES)}")
    shape = TRANSFORMER_SIZES[size]
    config = GPTNeoXConfig(
        vocab_size=len(tokenizer),
        hidden_size=shape.width,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        intermediate_size=shape.inner,
        max_position_embeddings=MAX_POSITIONS,
        hidden_dropout=dropout,
        attention_dropout=attention_dropout,
        rope_parameters={
            "rope_type": "default",
            "rope_theta": float(_ROTARY_BASE),
            "partial_rotary_factor": _ROTARY_SHARE,
        },
        tie_word_embeddings=tie_word_embeddings,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    # transformers 4 and llama.cpp read these names instead, and without them turn a quarter of each head
    config.rotary_pct, config.rotary_emb_base = _ROTARY_SHARE, _ROTARY_BASE
    return GPTNeoXForCausalLM(config)
