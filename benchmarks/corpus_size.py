"""How building a corpus scales: time a tune and peak memory for 5,000 to 50,000 synthetic tunes.

    python benchmarks/corpus_size.py [--sizes 5000,50000] [--seed 7] [--workers 2] [--out FILE.png]

The tunes are made up, seeded, and distinct: melodies that walk over a scale in the rhythms of jigs, reels and
waltzes, and of every tenth a second setting, a step up and with some notes changed, which has to be found.
Each size is one `abcgen corpus build` in a process of its own: read, cleaned, deduplicated, split, written.
"""

from __future__ import annotations

import argparse
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from abcgen.corpus import load_manifest
from abcgen.files import write_whole
from abcgen.plots import new_figure, png

_NOTES = ["G,", "A,", "B,", *"CDEFGABcdefgab", "c'", "d'"]
_RHYTHMS = {
    "6/8": ("jig", ("111111", "2121", "11121", "3111", "21111", "33")),
    "4/4": ("reel", ("11111111", "2111111", "112211", "22211", "4211", "21221")),
    "3/4": ("waltz", ("222", "42", "2211", "3111", "11211", "6")),
}
_KEYS = ("G", "D", "A", "C", "F", "Em", "Am", "Ador", "Dmix")


def section(rng: random.Random, patterns: tuple[str, ...]) -> list[list[tuple[int, str]]]:
    """Eight bars: for each note its place on the scale, and its length."""
    place = rng.randrange(5, 12)
    bars = []
    for _ in range(8):
        bar = []
        for length in rng.choice(patterns):
            place = min(16, max(1, place + rng.choice((-4, -3, -2, -2, -1, -1, -1, 0, 1, 1, 1, 2, 2, 3, 4))))
            bar.append((place, length))
        bars.append(bar)
    return bars


def spelled(bars: list[list[tuple[int, str]]], shift: int = 0) -> str:
    texts = (
        "".join(_NOTES[place + shift] + length.replace("1", "") for place, length in bar) for bar in bars
    )
    return "|:" + "|".join(texts) + ":|"


def tunebook(count: int, seed: int) -> str:
    """So many tunes as ABC."""
    rng = random.Random(seed)  # noqa: S311 - not for secrets
    tunes: list[str] = []
    while len(tunes) < count:
        meter, (rhythm, patterns) = rng.choice(list(_RHYTHMS.items()))
        key = rng.choice(_KEYS)
        parts = [section(rng, patterns), section(rng, patterns)]
        settings = [(key, parts, 0)]
        if rng.random() < 0.1:
            again = [[list(bar) for bar in part] for part in parts]
            for part in again:
                bar = rng.choice(part)
                at = rng.randrange(len(bar))
                bar[at] = (min(16, bar[at][0] + 1), bar[at][1])
            settings.append(
                (key, again, 1 if max(p for part in again for b in part for p, _ in b) < 16 else 0)
            )
        for tonic, music, shift in settings:
            number = len(tunes) + 1
            header = f"X:{number}\nT:Made up {number:,}\nR:{rhythm}\nM:{meter}\nL:1/8\nK:{tonic}\n"
            tunes.append(header + "\n".join(spelled(part, shift) for part in music) + "\n")
    return "\n".join(tunes[:count])


def build(count: int, seed: int, workers: int, folder: Path) -> dict[str, float]:
    """Build one corpus; its seconds, its peak memory in MiB, what was kept."""
    source, out = folder / f"{count}.abc", folder / f"corpus-{count}"
    source.write_text(tunebook(count, seed), "utf-8")
    command = [sys.executable, "-m", "abcgen", "corpus", "build", "--source", str(source), "--out", str(out)]
    began = time.perf_counter()
    subprocess.run([*command, "--workers", str(workers)], check=True, capture_output=True)
    seconds = time.perf_counter() - began
    manifest = load_manifest(out)
    return {
        "tunes": count,
        "seconds": seconds,
        "ms": 1000 * seconds / count,
        "mib": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024,
        "kept": sum(manifest["kept"].values()),
        "duplicates": manifest["dropped"].get("near-duplicate", 0),
    }


def draw(found: list[dict[str, float]], picture: Path) -> None:
    """Milliseconds a tune, and peak memory, against the number of tunes."""
    figure = new_figure(7, 4)
    axes = figure.add_subplot()
    axes.plot([row["tunes"] for row in found], [row["ms"] for row in found], "o-", color="#33658a")
    axes.set_ylim(0, 1.4 * max(row["ms"] for row in found))
    axes.set_xlabel("tunes")
    axes.set_ylabel("milliseconds a tune", color="#33658a")
    other = axes.twinx()
    other.plot([row["tunes"] for row in found], [row["mib"] for row in found], "s--", color="#888888")
    other.set_ylim(0, 1.4 * max(row["mib"] for row in found))
    other.set_ylabel("peak memory, MiB", color="#666666")
    write_whole(picture, png(figure), overwrite=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="5000,10000,20000,50000")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    print(f"seed {arguments.seed} | workers {arguments.workers}")
    print(f"{'tunes':>7}{'seconds':>9}{'ms a tune':>11}{'peak MiB':>10}{'kept':>8}{'near-duplicates':>17}")
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for size in map(int, arguments.sizes.split(",")):
            row = build(size, arguments.seed, arguments.workers, Path(folder))
            found.append(row)
            print(
                f"{row['tunes']:>7,}{row['seconds']:>9.1f}{row['ms']:>11.2f}{row['mib']:>10,.0f}"
                f"{row['kept']:>8,}{row['duplicates']:>17,}",
                flush=True,
            )
    if arguments.out:
        draw(found, arguments.out)


if __name__ == "__main__":
    main()
