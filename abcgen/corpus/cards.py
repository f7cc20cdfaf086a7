"""What a corpus looks like to people: a page of tables and plots, and the card that the Hub shows.

The texts lie in `cards/`; a value in them stays text, whatever a tunebook wrote into it.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from abcgen.corpus.corpora import common_license, every_source
from abcgen.corpus.splits import SPLITS
from abcgen.corpus.stats import Table, corpus_tables
from abcgen.corpus.store import whole_corpus
from abcgen.errors import OutputError
from abcgen.files import folder_whole, write_whole
from abcgen.plots import new_figure, png
from abcgen.templates import filled

#: Tunes of the sample beside a card.
SAMPLE = 12
_STATISTICS = "statistics.html.jinja"
_DATASET = "dataset.md.jinja"
#: What a folder with a card holds; one that holds anything else is not replaced.
CARD_FILES = frozenset({"README.md", "manifest.json", "statistics.png", "sample.abc", "test-hashes.txt"})
#: Bars of a picture at most, and a dollar sign that is no formula.
_SHOWN = 20
_PLAIN = {"text.parse_math": False}
_OVERVIEW = ("Metres", "Modes", "Rhythms", "Bars")


def statistics_page(title: str, manifest: Mapping[str, Any], tables: Sequence[Table]) -> str:
    """An HTML page, self-contained: every table, and a plot of those that can be drawn."""
    shown = [(table, bars_svg(table) if table.drawn and table.rows else "") for table in tables]
    return filled(_STATISTICS, title=title, manifest=manifest, shown=shown)


def bars_svg(table: Table) -> str:
    """A table's counts as horizontal bars, an SVG element; the same table gives the same text."""
    from matplotlib import rc_context
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    with rc_context({**_PLAIN, "svg.fonttype": "none", "svg.hashsalt": table.title}):
        figure = Figure(figsize=(7, 0.6 + 0.24 * len(table.rows)), layout="constrained")
        FigureCanvasSVG(figure)
        _bars(figure.add_subplot(), table)
        buffer = io.StringIO()
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    text = buffer.getvalue()
    return text[text.index("<svg") :]


def corpus_overview(corpus: Path) -> bytes:
    """A PNG of what is in a corpus: metres, modes, rhythms and lengths."""
    return overview_png([table for table in corpus_tables(corpus) if table.title in _OVERVIEW])


def overview_png(tables: Sequence[Table]) -> bytes:
    """Tables as bars, two beside each other, in one PNG."""
    from matplotlib import rc_context

    with rc_context(_PLAIN):
        rows = (len(tables) + 1) // 2
        figure = new_figure(12, 5 * rows)
        for index, table in enumerate(tables, 1):
            axes = figure.add_subplot(rows, 2, index)
            _bars(axes, replace(table, rows=table.rows[:_SHOWN]))
            axes.set_title(table.title, fontsize=11)
        return png(figure)


def _bars(axes: Any, table: Table) -> None:
    names = [str(row[0])[:40] for row in table.rows]
    bars = axes.barh(range(len(names)), [int(row[-1]) for row in table.rows], color="#33658a", height=0.72)
    axes.bar_label(bars, padding=3, fontsize=8)
    axes.set_yticks(range(len(names)), names, fontsize=8)
    axes.invert_yaxis()
    axes.margins(x=0.1, y=0.01)
    axes.tick_params(axis="x", labelsize=8)
    axes.spines[["top", "right"]].set_visible(False)
    axes.set_xlabel(table.columns[-1], fontsize=8)


def write_card(corpus: Path, out: Path, *, name: str = "", overwrite: bool = False) -> list[str]:
    """Write a corpus's card, its manifest and a sample into the folder `out`; gives the files' names.

    The sample holds tunes of the training side, and only of sources whose licence lets them be handed on; a
    `test-hashes.txt` that is there stays. Raises CorpusError when there is no corpus, OutputError when `out`
    is taken.
    """
    rows, manifest = whole_corpus(corpus)
    free = {info["name"] for info in every_source(manifest) if info.get("license")}
    sample = [row for row in rows["train"] if row["source"] in free]
    sample = sample[:: max(1, len(sample) // SAMPLE)][:SAMPLE]
    kept = out / "test-hashes.txt"
    frozen = kept.read_bytes() if kept.is_file() else b""
    card = dataset_card(manifest, name=name or out.resolve().name, sampled=len(sample), frozen=bool(frozen))
    picture = corpus_overview(corpus)
    written = ["README.md", "statistics.png", "manifest.json"]
    if out.exists() and not out.is_dir():
        raise OutputError(f"{out} is a file; name a folder for the card")
    with folder_whole(out, overwrite=overwrite, owned=CARD_FILES, proof="manifest.json") as folder:
        write_whole(folder / "README.md", card)
        write_whole(folder / "manifest.json", (corpus / "manifest.json").read_bytes())
        write_whole(folder / "statistics.png", picture)
        if frozen:
            write_whole(folder / "test-hashes.txt", frozen)
        if sample:
            write_whole(folder / "sample.abc", _sample(sample))
            written.append("sample.abc")
    return written


def dataset_card(
    manifest: Mapping[str, Any], *, name: str, sampled: int = 0, frozen: bool = False, data: bool = False
) -> str:
    """The card of a corpus, from its manifest alone, with the YAML that the Hub reads.

    `sampled` tunes lie beside it; `frozen` when the test set is a list of hashes there; `data` when the rows
    themselves are published with it.
    """
    kept = sum(manifest["kept"].values())
    sizes = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (10**6, "100K<n<1M"))
    size = next((label for limit, label in sizes if kept < limit), "1M<n<10M")
    return filled(
        _DATASET,
        name=name,
        manifest=manifest,
        sources=list(every_source(manifest)),
        license_id=common_license(manifest) or "other",
        size=size,
        kept=kept,
        sampled=sampled,
        frozen=frozen,
        data=data,
        splits=SPLITS,
    )


def _sample(rows: Sequence[Mapping[str, Any]]) -> str:
    """Tunes as a tunebook."""
    tunes = []
    for number, row in enumerate(rows, 1):
        title = " ".join(str(row["title"]).split()) or "Untitled"
        tunes.append(
            f"X:{number}\nT:{title}\n"
            + str(row["header"]).removeprefix("X:1\n")
            + str(row["body"]).rstrip("\n")
        )
    return "\n\n".join(tunes) + "\n"
