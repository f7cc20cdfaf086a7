"""How many tunes become MIDI and MusicXML, here and by music21 alone.

    python benchmarks/exports.py [--corpus data/pd] [--beside 10] [--jobs 2]

Every tune of the corpus, all splits, and those of its collections as they stand in their files. Ours count
where a file is written, which is only if it holds the notes that were read; a tune in which our reader finds
errors is refused, as `abcgen render` does. music21 takes long, and is given one tune in `--beside`; it
counts where it reads the ABC and writes a file, whatever that holds.
"""

from __future__ import annotations

import argparse
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import chain
from pathlib import Path
from typing import Any

from abcgen.corpus import find_sources, load_corpus
from abcgen.errors import ScoreError
from abcgen.evaluation import wilson
from abcgen.notation import parse_tune
from abcgen.plots import table
from abcgen.scores import to_midi, to_musicxml
from abcgen.scores.m21 import music21


def of_corpus(corpus: Path) -> Iterator[str]:
    for row in chain.from_iterable(load_corpus(corpus).values()):
        yield f"X:1\nT:Tune\n{row['header'].partition(chr(10))[2]}{row['body']}"


def as_they_stand() -> Iterator[str]:
    for source in find_sources([]):
        for raw in source.tunes():
            yield raw.text.read().source


def exported(text: str) -> Counter[str]:
    """What became of a tune here: what was written, or why not."""
    tune = parse_tune(text)
    errors = [problem.code for problem in tune.problems if problem.is_error]
    found = Counter(tunes=1)
    for kind, write in (("MIDI", to_midi), ("MusicXML", to_musicxml)):
        try:
            if errors:
                found[f"refused: {errors[0]}"] = 1
            else:
                write(tune)
                found[kind] = 1
        except ScoreError as error:
            found[f"refused: {error}"] += 1
    return found


def by_music21(text: str) -> Counter[str]:
    """What became of a tune with music21 alone."""
    found, m21 = Counter(tunes=1), music21()
    writers: dict[str, Callable[[Any], object]] = {
        "MIDI": lambda score: m21.midi.translate.streamToMidiFile(score).writestr(),
        "MusicXML": lambda score: m21.musicxml.m21ToXml.GeneralObjectExporter(score).parse(),
    }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for kind, write in writers.items():
            try:
                write(m21.converter.parseData(text, format="abc"))
                found[kind] = 1
            except Exception as error:  # whatever music21 raises
                found[f"{kind}: {type(error).__name__}"] = 1
    return found


def counted(work: Callable[[str], Counter[str]], texts: Iterable[str], jobs: int) -> Counter[str]:
    every: Counter[str] = Counter()
    with ProcessPoolExecutor(jobs) as pool:
        for found in pool.map(work, texts, chunksize=16):
            every += found
    return every


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--corpus", type=Path, default=Path("data/pd"))
    parser.add_argument("--beside", type=int, default=10)
    parser.add_argument("--jobs", type=int, default=2)
    arguments = parser.parse_args()
    rows: list[tuple[str, ...]] = [("", "tunes", "MIDI", "MusicXML")]
    reasons: list[str] = []
    for name, source in (("corpus", of_corpus(arguments.corpus)), ("as they stand", as_they_stand())):
        texts = list(source)
        for tool, work, some in (
            ("here", exported, texts),
            ("music21 alone", by_music21, texts[:: arguments.beside]),
        ):
            found = counted(work, some, arguments.jobs)
            total = found["tunes"]
            shares = [wilson(found[kind], total).shown(".1%") for kind in ("MIDI", "MusicXML")]
            rows.append((f"{name}, {tool}", str(total), *shares))
            whys = ((why, count) for why, count in found.most_common() if ": " in why)
            reasons += [f"{name}, {tool}, {why}: {count}" for why, count in whys]
    print(table(rows))
    print("\n".join(reasons))


if __name__ == "__main__":
    main()
