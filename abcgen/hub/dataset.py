"""A corpus as a dataset of the Hub: Parquet by split, its card, and what says where its tunes are from."""

from __future__ import annotations

from pathlib import Path

from abcgen.corpus.cards import corpus_overview, dataset_card
from abcgen.corpus.corpora import every_source
from abcgen.corpus.splits import SPLITS
from abcgen.corpus.store import whole_corpus
from abcgen.errors import CorpusError
from abcgen.files import write_whole

#: The folder of the rows.
DATA = "data"


def fill_dataset(corpus: Path, name: str, folder: Path) -> None:
    """Put what is published of a corpus into a folder; `name` is how the card calls it.

    Raises CorpusError where there is no whole corpus, or a source of it may not be handed on.
    """
    import datasets

    rows, manifest = whole_corpus(corpus)
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
