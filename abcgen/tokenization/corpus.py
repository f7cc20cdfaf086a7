"""A tokenizer folder from a corpus folder, checked by a round trip of every tune."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import datasets
import tokenizers
import yaml

from abcgen import __version__
from abcgen.errors import CorpusError, InputError
from abcgen.files import read_text
from abcgen.tokenization.train import VOCABULARY, music_tokens, save_tokenizer, train_tokenizer

_BATCH = 1000


def train_from_corpus(
    corpus: datasets.DatasetDict,
    manifest: Mapping[str, Any],
    out: Path,
    vocabulary: int | None = None,
    *,
    joined: bool = True,
    overwrite: bool = False,
) -> float:
    """Train on the `train` split and write the folder `out`; gives characters a token on validation.

    The recipe keeps what the corpus's `manifest` says of its rows, and of whose permission it was built with.
    Without a `vocabulary` it is `VOCABULARY`, or what a small corpus gives.
    Raises CorpusError when the tunes are too few for the vocabulary, or one does not survive encoding and
    decoding.
    """
    tokenizer = train_tokenizer(corpus["train"]["body"], vocabulary or VOCABULARY, joined=joined)
    learned = music_tokens(tokenizer)
    if vocabulary and joined and learned < vocabulary:
        raise CorpusError(
            f"{len(corpus['train'])} tunes are too few for a vocabulary of {vocabulary}: they give {learned} "
            f"tokens; ask for --vocabulary {learned}, or for fewer"
        )
    characters = tokens = 0
    for split, rows in corpus.items():
        texts = [header + body for header, body in zip(rows["header"], rows["body"], strict=True)]
        for at in range(0, len(texts), _BATCH):
            batch = texts[at : at + _BATCH]
            for text, encoding in zip(batch, tokenizer.encode_batch(batch), strict=True):
                if tokenizer.decode(encoding.ids) != text:
                    raise CorpusError(f"a tune does not survive the tokenizer: {text[:60]!r}")
                if split == "validation":
                    characters += len(text)
                    tokens += len(encoding.ids)
    rate = characters / tokens
    recipe = {
        "corpus_rows_sha256": manifest["rows_sha256"],
        "tunes": len(corpus["train"]),
        "vocabulary": learned if joined else vocabulary or VOCABULARY,
        "joined": joined,
        "seed": None,  # nothing is drawn
        "characters_per_token": round(rate, 2),
        "abcgen": __version__,
        "tokenizers": tokenizers.__version__,
    }
    if manifest.get("permission"):
        recipe["permission"] = manifest["permission"]
    save_tokenizer(tokenizer, out, recipe, overwrite=overwrite)
    return rate


def read_recipe(path: Path, corpus_hash: str) -> tuple[int, bool]:
    """The vocabulary of a `recipe.yaml`, and whether notes are joined.

    Raises InputError when it is no recipe, CorpusError when it was another corpus.
    """
    try:
        recipe = yaml.safe_load(read_text(path))
        vocabulary, joined = recipe["vocabulary"], recipe["joined"]
        wanted = str(recipe["corpus_rows_sha256"])
    except (yaml.YAMLError, KeyError, TypeError) as error:
        raise InputError(f"{path} is no recipe of a tokenizer: {type(error).__name__} {error}") from error
    if type(vocabulary) is not int or not 256 <= vocabulary <= 65536 or type(joined) is not bool:
        raise InputError(
            f"{path} is no recipe of a tokenizer: vocabulary should be 256 to 65536, joined true or false"
        )
    if wanted != corpus_hash:
        raise CorpusError(
            f"{path} was made from another corpus: its rows have the SHA-256 {wanted[:16]}, "
            f"these have {corpus_hash[:16]}"
        )
    return vocabulary, joined
