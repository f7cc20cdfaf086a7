"""Going on from a model with tunes of one's own: a corpus made of them, and what is forgotten by it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from abcgen.corpus import build_corpus, find_sources, load_manifest
from abcgen.errors import AbcgenError, CorpusError
from abcgen.evaluation.compare import compare
from abcgen.evaluation.overlap import train_hashes
from abcgen.files import cores
from abcgen.training.folder import RECIPE
from abcgen.training.recipe import read_recipe

Say = Callable[[str], object]


def corpus_of(given: Path, built: Path, say: Say) -> Path:
    """`given` when it is a corpus, or is not there; else `built`, a corpus of the tunes in `given`.

    It is built once; raises CorpusError when it is there and `given` is no longer what it was built from, and
    what building a corpus raises, and when it is not built and this is one of several processes.
    """
    if not given.exists() or (given / "dataset_dict.json").is_file():
        return given
    sources = find_sources([str(given)])
    if not built.exists():
        if int(os.environ.get("WORLD_SIZE", "1")) > 1:
            raise CorpusError(
                f"{given} is no built corpus, and several processes would each build one: "
                f"begin with abcgen corpus build {given} --out {built}, and train on that"
            )
        report = build_corpus(sources, built, workers=cores())
        counts = ", ".join(f"{count} for {split}" for split, count in report.kept.items())
        say(
            f"{built}: a corpus of the tunes in {given}, {counts}; dropped.jsonl there says what was left out"
        )
        return built
    known = [source["sha256"] for source in load_manifest(built)["sources"]]
    if known != [source.info().sha256 for source in sources]:
        raise CorpusError(
            f"{given} has changed since {built} was built from it: remove that folder, or give another --out"
        )
    return built


def tell_what_changed(before: Path, after: Path, corpus: Path, old_corpus: Path | None, say: Say) -> None:
    """Say bits per byte of the model that a run went on from and of its own, on the new corpus and the old.

    The test splits are what is measured. Where that cannot be, why not is said instead.
    """
    old = old_corpus or _trained_on(before)
    for name, folder in (("new", corpus), ("old", old)):
        if folder is None:
            say(
                f"{name} tunes: not measured, since {before} does not say what it was trained on, or that is "
                "not there; name it with --old-corpus"
            )
            continue
        try:
            found = compare([before, after], folder, leave_out=train_hashes(before) or ())
        except AbcgenError as error:
            say(f"{name} tunes ({folder}): not measured: {error}")
            continue
        first, second = found.entries
        change = second.difference
        say(
            f"{name} tunes ({folder}), the {found.tunes} of the test split that {before} was not made with, "
            f"bits per byte: {first.bits_per_byte.shown('.4f')} before, {second.bits_per_byte.shown('.4f')} "
            f"after, change {change.shown('+.4f') if change else '-'}"
        )


def _trained_on(model: Path) -> Path | None:
    """The corpus that a model's recipe names, if it is there."""
    try:
        folder = Path(read_recipe(model / RECIPE).corpus)
    except AbcgenError:
        return None
    return folder if folder.is_dir() else None
