"""`abcgen tokenizer`: train the tokenizer from a corpus."""

from __future__ import annotations

from pathlib import Path

import click


@click.group()
def tokenizer() -> None:
    """Make tokenizers that know ABC."""


@tokenizer.command()
@click.option("--corpus", default="data/pd", show_default=True, metavar="DIR", help="A built corpus.")
@click.option("--out", default="tokenizer", show_default=True, metavar="DIR", help="The folder to write.")
@click.option(
    "--vocabulary", type=click.IntRange(256, 65536), metavar="N", help="Tokens in all; default 768."
)
@click.option("--overwrite", is_flag=True, help="Replace a tokenizer that is already there.")
def train(corpus: str, out: str, vocabulary: int | None, overwrite: bool) -> None:
    """Train a tokenizer on the train split of a corpus; every tune of the corpus must survive it."""
    from abcgen.corpus import corpus_hash, load_corpus
    from abcgen.tokenization import train_from_corpus
    from abcgen.tokenization.train import VOCABULARY

    path = Path(corpus)
    loaded = load_corpus(path)
    rate = train_from_corpus(
        loaded, corpus_hash(path), Path(out), vocabulary or VOCABULARY, overwrite=overwrite
    )
    click.echo(f"tokenizer written to {out}: {rate:.2f} characters a token, every tune survives it")
