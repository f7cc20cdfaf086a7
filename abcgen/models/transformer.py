"""The stock causal model: a registry of sizes of LFM2, and nothing of our own inside.

Layers alternate between a short convolution, which sees the last few tokens, and attention, which sees all;
each is followed by a gated MLP. (Liquid AI, "LFM2 technical report", 2025.) A size becomes an `Lfm2Config`,
so that plain transformers, vLLM and llama.cpp know the result. This module knows nothing of tunes, of files
or of how a model is trained.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from abcgen.errors import UsageError

if TYPE_CHECKING:
    from transformers import Lfm2ForCausalLM, PreTrainedTokenizerBase


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
        """The width of the hidden layer of each MLP, whose three matrices hold 8 width² in all, in eights."""
        return 8 * round(self.width / 3)

    @property
    def kinds(self) -> list[str]:
        """What each layer is, in the words of the configuration: a convolution first, then by turns."""
        return ["full_attention" if layer % 2 else "conv" for layer in range(self.layers)]

    @property
    def layer_parameters(self) -> int:
        """Parameters outside the embeddings, in round numbers (12 width² a layer)."""
        return 12 * self.layers * self.width**2


#: About 1, 5, 28 and 106 M parameters beside the embeddings.
TRANSFORMER_SIZES: dict[str, TransformerSize] = {
    "tiny": TransformerSize(layers=5, width=128),
    "small": TransformerSize(layers=6, width=256),
    "base": TransformerSize(layers=9, width=512),
    "large": TransformerSize(layers=15, width=768),
}

#: Tokens that a convolution sees, and the base of attention's rotary angles.
_KERNEL, _ROTARY_BASE = 4, 10_000.0

#: Positions the rotary embedding is laid out for; it costs no parameters.
MAX_POSITIONS = 2048


def build_transformer(
    tokenizer: PreTrainedTokenizerBase, size: str = "small", *, tie_word_embeddings: bool = True
) -> Lfm2ForCausalLM:
    """An LFM2 with fresh weights for the vocabulary of `tokenizer`.

    Weights come from torch's global generator: seed it first.
    Raises UsageError for a size that is not in `TRANSFORMER_SIZES`.
    """
    from transformers import Lfm2Config, Lfm2ForCausalLM

    if size not in TRANSFORMER_SIZES:
        raise UsageError(f"no transformer of size {size!r}; there are {', '.join(TRANSFORMER_SIZES)}")
    shape = TRANSFORMER_SIZES[size]
    config = Lfm2Config(
        vocab_size=len(tokenizer),
        hidden_size=shape.width,
        num_hidden_layers=shape.layers,
        layer_types=shape.kinds,
        num_attention_heads=shape.heads,
        num_key_value_heads=shape.heads,
        intermediate_size=shape.inner,
        block_auto_adjust_ff_dim=False,
        conv_L_cache=_KERNEL,
        max_position_embeddings=MAX_POSITIONS,
        rope_parameters={"rope_type": "default", "rope_theta": _ROTARY_BASE},
        tie_word_embeddings=tie_word_embeddings,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    return Lfm2ForCausalLM(config)
