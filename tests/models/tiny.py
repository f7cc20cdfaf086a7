# ruff: noqa: S106 - the names of marks, not passwords
"""A corpus and a tokenizer small enough to train on in a test, and models of a few thousand weights."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, processors
from transformers import PreTrainedTokenizerFast

LETTERS = "\n |:]/0123456789ABCDEFGKLMRXabcdefgijlmorz"


def make_rows(count: int, seed: int = 0) -> list[dict[str, str]]:
    """Tunes of four bars that go up and down a scale; no two are the same."""
    rng = random.Random(seed)
    rows = []
    for number in range(count):
        rhythm, meter, beats = rng.choice([("jig", "6/8", 6), ("reel", "4/4", 8)])
        at, bars = rng.randrange(7), []
        for _ in range(rng.choice([2, 3, 4])):
            notes = ""
            for _ in range(beats):
                at = min(13, max(0, at + rng.choice([-1, 1])))
                notes += "CDEFGABcdefgab"[at]
            bars.append(notes)
        header = f"X:1\nR:{rhythm}\nM:{meter}\nL:1/8\nK:{rng.choice('CDG')}\n"
        rows.append({"id": f"{seed:02}{number:04}", "header": header, "body": f"|:{'|'.join(bars)}:|\n"})
    return rows


def make_tokenizer() -> PreTrainedTokenizerFast:
    """One token a character, `<s>` before and `</s>` after, padding on the left."""
    names = ["<pad>", "<s>", "</s>", "<unk>", *LETTERS]
    tokenizer = Tokenizer(
        models.WordLevel({name: place for place, name in enumerate(names)}, unk_token="<unk>")
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex(r"[\s\S]"), "isolated")
    tokenizer.decoder = decoders.Fuse()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 1), ("</s>", 2)]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token="<s>",
        eos_token="</s>",
        pad_token="<pad>",
        unk_token="<unk>",
        padding_side="left",
    )


def make_workplace(
    folder: Path, *, train: int = 48, validation: int = 8, test: int = 8, seed: int = 1
) -> dict[str, Any]:
    """Write a corpus and a tokenizer under `folder`; gives the paths as a recipe wants them."""
    from datasets import Dataset, DatasetDict

    splits = {
        "train": make_rows(train, seed),
        "validation": make_rows(validation, seed + 1),
        "test": make_rows(test, seed + 2),
    }
    corpus = DatasetDict({name: Dataset.from_list(rows) for name, rows in splits.items()})
    corpus.save_to_disk(str(folder / "corpus"))
    make_tokenizer().save_pretrained(folder / "tokenizer")
    return {"corpus": str(folder / "corpus"), "tokenizer": str(folder / "tokenizer")}


def make_recurrent(cell: str = "lstm") -> Any:
    """A small recurrent network for `make_tokenizer`, weights from a fixed seed, large enough to matter."""
    import torch

    from abcgen.models.recurrent import AbcRecurrentConfig, AbcRecurrentForCausalLM

    tokenizer = make_tokenizer()
    with torch.random.fork_rng():
        torch.manual_seed(3)
        config = AbcRecurrentConfig(
            cell=cell,
            vocab_size=len(tokenizer),
            embedding_size=16,
            hidden_size=24,
            num_hidden_layers=2,
            hidden_dropout=0.3,
            initializer_range=0.7,
            bos_token_id=1,
            eos_token_id=2,
            pad_token_id=0,
        )
        return AbcRecurrentForCausalLM(config).train(False)
