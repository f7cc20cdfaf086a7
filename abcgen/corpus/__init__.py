"""Tunes gathered, cleaned, freed of near-duplicates and split, each with its provenance."""

from abcgen.corpus.build import build_corpus
from abcgen.corpus.columns import Columns, parse_columns
from abcgen.corpus.report import Report
from abcgen.corpus.sources import PUBLIC_DOMAIN, find_sources, known_sources
from abcgen.corpus.store import load_corpus, load_manifest, whole_corpus
from abcgen.corpus.tables import TableSource
from abcgen.corpus.tunebooks import TunebookSource

__all__ = [
    "PUBLIC_DOMAIN",
    "Columns",
    "Report",
    "TableSource",
    "TunebookSource",
    "build_corpus",
    "find_sources",
    "known_sources",
    "load_corpus",
    "load_manifest",
    "parse_columns",
    "whole_corpus",
]
