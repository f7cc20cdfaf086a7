"""Tunes gathered, cleaned, freed of near-duplicates and split, each with its provenance."""

from abcgen.corpus.build import Report, build_corpus, corpus_hash, load_corpus
from abcgen.corpus.sources import PUBLIC_DOMAIN, FolderSource, find_sources

__all__ = [
    "PUBLIC_DOMAIN",
    "FolderSource",
    "Report",
    "build_corpus",
    "corpus_hash",
    "find_sources",
    "load_corpus",
]
