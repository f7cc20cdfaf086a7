"""Fresh models of other stock architectures, for studies that compare with them or were made with them."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import torch
import transformers

from abcgen.models import build_model, load_tokenizer
from abcgen.models.transformer import TransformerSize


def stock_model(
    architecture: str, shape: TransformerSize, tokenizer_folder: Path, folder: Path, seed: int
) -> Path:
    """A folder with a fresh model of the depth and width of `shape`, and its tokenizer."""
    tokenizer = load_tokenizer(tokenizer_folder)
    settings: dict[str, Any] = {
        "vocab_size": len(tokenizer),
        "hidden_size": shape.width,
        "num_hidden_layers": shape.layers,
        "num_attention_heads": shape.heads,
        "max_position_embeddings": 2048,
        "tie_word_embeddings": True,
        "bos_token_id": tokenizer.bos_token_id,
        "eos_token_id": tokenizer.eos_token_id,
        "pad_token_id": tokenizer.pad_token_id,
    }
    whole_head = {"rope_type": "default", "rope_theta": 10_000.0, "partial_rotary_factor": 1.0}
    more: dict[str, dict[str, Any]] = {
        "gpt_neox": {"intermediate_size": 4 * shape.width, "rope_parameters": whole_head},
        "llama": {"intermediate_size": shape.inner},
        "qwen3": {
            "intermediate_size": shape.inner,
            "num_key_value_heads": shape.heads,
            "head_dim": shape.width // shape.heads,
        },
        "gpt2": {"n_inner": 4 * shape.width, "n_positions": 2048},
    }
    config = transformers.AutoConfig.for_model(architecture, **settings, **more[architecture])
    torch.manual_seed(seed)
    model = transformers.AutoModelForCausalLM.from_config(config)
    model.generation_config = build_model(tokenizer, size="tiny").generation_config
    model.save_pretrained(folder)
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copyfile(tokenizer_folder / name, folder / name)
    return folder
