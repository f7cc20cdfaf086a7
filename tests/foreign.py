"""A model that is not of music."""

# ruff: noqa: S106 - the names of marks, not passwords
from __future__ import annotations

from pathlib import Path

import torch
from tokenizers import Tokenizer, pre_tokenizers
from tokenizers.decoders import ByteLevel
from tokenizers.models import BPE
from tokenizers.trainers import BpeTrainer
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast


def a_foreign_model(folder: Path, **settings: int) -> None:
    """A language model of somebody else, who never saw a tune: bytes, and pairs of them."""
    pieces = Tokenizer(BPE())
    pieces.pre_tokenizer, pieces.decoder = pre_tokenizers.ByteLevel(add_prefix_space=False), ByteLevel()
    trainer = BpeTrainer(
        vocab_size=300, special_tokens=["<|end|>"], initial_alphabet=pre_tokenizers.ByteLevel.alphabet()
    )
    pieces.train_from_iterator(["the quick brown fox jumps over the lazy dog"] * 9, trainer)
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=pieces, eos_token="<|end|>", bos_token="<|end|>")
    tokenizer.save_pretrained(folder)
    sizes = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 2}
    ends = {"bos_token_id": tokenizer.bos_token_id, "eos_token_id": tokenizer.eos_token_id}
    torch.manual_seed(1)
    LlamaForCausalLM(LlamaConfig(vocab_size=len(tokenizer), **sizes, **ends, **settings)).save_pretrained(
        folder
    )
