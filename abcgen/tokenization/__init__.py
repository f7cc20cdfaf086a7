"""The tokenizer: ABC in the dialect cut into notes, bar lines and header lines."""

from abcgen.tokenization.corpus import read_recipe, train_from_corpus

__all__ = ["read_recipe", "train_from_corpus"]
