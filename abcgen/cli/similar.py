"""`abcgen similar`: the old tunes that a tune is like, and the bars they share."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from abcgen.cli.output import say
from abcgen.errors import InputError, ModelError, UsageError

if TYPE_CHECKING:
    from abcgen.corpus.index import Copied, CorpusIndex, Likeness
    from abcgen.notation import Tune

#: Old tunes that may be asked for.
MAX_NEAREST = 50


@click.command()
@click.argument("file", metavar="FILE")
@click.option("--model", default="", metavar="MODEL", help="Whose tunes; the embedded model's when left out.")
@click.option("--corpus", default="", metavar="DIR", help="A built corpus, in place of a model's.")
@click.option("-k", "nearest", default=3, show_default=True, type=int, metavar="K", help="So many old tunes.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, for each tune.")
def similar(file: str, model: str, corpus: str, nearest: int, as_json: bool) -> None:
    """Find the tunes of a model's training corpus that the tunes of FILE are most like, in any key.

    A share of the tune's bars lies in the old tune; a bar that agrees only on its beats counts half.
    """
    from abcgen.files import read_text
    from abcgen.notation import parse_book

    if model and corpus:
        raise UsageError("say --model or --corpus, not both")
    if not 1 <= nearest <= MAX_NEAREST:
        raise UsageError(f"{nearest} old tunes cannot be named; ask for 1 to {MAX_NEAREST}")
    tunes = parse_book(read_text(Path(file))).tunes
    if not tunes:
        raise InputError(f"{file} holds no tune; a tune begins with a line such as X:1")
    index = _index(model, corpus)
    for tune in tunes:
        if not tune.bars:
            say(f"{file}: X:{tune.reference} has no music", err=True)
            continue
        found, copied = index.nearest(tune.bars, nearest), index.copied(tune.bars)
        click.echo(_as_json(tune, found, copied) if as_json else _as_text(tune, found, copied))


def _index(model: str, corpus: str) -> CorpusIndex:
    """The index of the corpus that is meant. Raises ModelError for a model that has none."""
    from abcgen.corpus.index import INDEX, CorpusIndex
    from abcgen.models.places import model_folder

    if corpus:
        from abcgen.corpus import load_corpus

        splits = load_corpus(Path(corpus))
        return CorpusIndex.build(splits["train"])
    folder = model_folder(model)
    if not (folder / INDEX).is_file():
        raise ModelError(
            f"{folder} has no index of the tunes that it was trained on; make one with "
            "abcgen corpus index CORPUS --out FOLDER, or name the corpus with --corpus"
        )
    return CorpusIndex.load(folder / INDEX)


def _as_text(tune: Tune, found: list[Likeness], copied: Copied) -> str:
    lines = [f"X:{tune.reference} {tune.title}".rstrip()]
    for likeness in found:
        bars = ", ".join(
            f"{_bars(shared.first, shared.bars)} = its {_bars(shared.its_first, shared.bars)}"
            for shared in likeness.shared
        )
        moved = f", {likeness.semitones:+d} semitones" if likeness.semitones else ""
        shown = f": {bars}" if bars else ": no bar is the same"
        lines.append(f"  {likeness.share:.0%} {likeness.title} ({likeness.source}){moved}{shown}")
    if not found:
        lines.append("  like none")
    if copied.run.bars:
        where = _bars(copied.run.first, copied.run.bars)
        lines.append(f"  longest copied run: {where}, from {copied.title} ({copied.source})")
    return "\n".join(lines)


def _bars(first: int, count: int) -> str:
    return f"bar {first + 1}" if count == 1 else f"bars {first + 1}-{first + count}"


def _as_json(tune: Tune, found: list[Likeness], copied: Copied) -> str:
    return json.dumps(
        {
            "reference": tune.reference,
            "title": tune.title,
            "nearest": [
                {
                    "title": likeness.title,
                    "source": likeness.source,
                    "share": round(likeness.share, 4),
                    "semitones": likeness.semitones,
                    "shared": [shared._asdict() for shared in likeness.shared],
                }
                for likeness in found
            ],
            "copied": {"title": copied.title, "source": copied.source, **copied.run._asdict()},
        },
        ensure_ascii=False,
    )
