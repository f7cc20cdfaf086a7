"""The tokenizer: ABC in the dialect cut into notes, bar lines and header lines."""

from abcgen.tokenization.corpus import train_from_corpus

__all__ = ["train_from_corpus"]
