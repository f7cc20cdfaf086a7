"""A corpus as a dataset of the Hub: Parquet by split, its card, and what says where its tunes are from."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from abcgen.corpus.cards import corpus_overview, dataset_card
from abcgen.corpus.corpora import every_source
from abcgen.corpus.provenance import require_license
from abcgen.corpus.splits import SPLITS
from abcgen.corpus.store import whole_corpus
from abcgen.errors import CorpusError
from abcgen.files import write_whole

#: The folder of the rows.
DATA = "data"


def _refuse_untold(corpus: Path, rows: Mapping[str, Any], manifest: Mapping[str, Any]) -> None:
    """Raise CorpusError when the manifest of a corpus is not one of these rows, which decides over rights."""
    told = {str(info["name"]) for info in every_source(manifest)}
    if untold := {name for split in SPLITS for name in rows[split].unique("source")} - told:
        raise CorpusError(
            f"the manifest.json of {corpus} does not name the source {min(untold)!r} of its tunes"
        )
    if (counts := {split: len(rows[split]) for split in SPLITS}) != manifest["kept"]:
        raise CorpusError(f"the manifest.json of {corpus} tells of other numbers of tunes than {counts}")
    for info in every_source(manifest):
        if info.get("license"):
            require_license(info["license"])


def fill_dataset(corpus: Path, name: str, folder: Path) -> None:
    """Put what is published of a corpus into a folder; `name` is how the card calls it.

    Raises CorpusError where there is no whole corpus, or a source of it may not be handed on.
    """
    import datasets

    rows, manifest = whole_corpus(corpus)
    _refuse_untold(corpus, rows, manifest)
    barred = [info for info in every_source(manifest) if not info.get("license")]
    if barred:
        told = "; ".join(f"{info['name']} ({info['encoding_rights']})" for info in barred)
        raise CorpusError(
            f"{corpus} may not be handed on, the rights in its encodings do not let it: {told}. Its card may"
            " (abcgen corpus card); of tunes of your own say how: abcgen corpus build --license cc-by-4.0"
        )
    (folder / DATA).mkdir()
    datasets.disable_progress_bars()
    for split in SPLITS:
        rows[split].to_parquet(folder / DATA / f"{split}-00000-of-00001.parquet")
    write_whole(folder / "README.md", dataset_card(manifest, name=name, data=True))
    write_whole(folder / "manifest.json", (corpus / "manifest.json").read_bytes())
    write_whole(folder / "statistics.png", corpus_overview(corpus))
