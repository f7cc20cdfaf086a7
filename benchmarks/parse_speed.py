"""How fast tunes are read: every tune of the sources at hand, in one file, in one run.

    python benchmarks/parse_speed.py [--tunes 200] [--megabytes 100]

abcgen reads and checks them as `abcgen check` does, one by one in one process. Beside it music21 reads a
sample, and abc2midi reads all: once alone, and once with MIDI written, which is when it checks bars. It gets
50 tunes a file, since some longer ones make it abort. Then the memory of a process that reads the file
copied until it is as large as asked for, and one a tenth of that; and the time of a tune twice as long.
"""

from __future__ import annotations

import argparse
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from abcgen.corpus.sources import find_sources
from abcgen.files import text_lines
from abcgen.notation import parse_book, read_tunes

RUNS = 5
BATCH = 50
#: Reads a file as a stream and prints the number of tunes and the peak of its own memory in MiB (Linux).
MEMORY = """
import re, sys
from pathlib import Path
from abcgen.files import text_lines
from abcgen.notation import read_tunes
count = sum(1 for _ in read_tunes(text_lines(Path(sys.argv[1]))))
peak = re.search(r"VmHWM:\\s*([0-9]+)", Path("/proc/self/status").read_text())
print(count, int(peak[1]) / 1024)
"""


def best(work: Callable[[], object]) -> float:
    """Seconds of the fastest of `RUNS` runs."""
    times = []
    for _ in range(RUNS):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return min(times)


def music21_seconds(texts: list[str]) -> tuple[float, int]:
    """Seconds in which music21 reads these tunes, and how many it failed on, which are left out."""
    from music21.abcFormat import ABCHandler
    from music21.abcFormat.translate import abcToStreamScore

    taken, failed = 0.0, 0
    for text in texts:
        started = time.perf_counter()
        try:
            handler = ABCHandler()
            handler.process(text)
            abcToStreamScore(handler)
        except Exception as error:  # a peer that fails on a tune is counted, not timed
            failed += 1
            print(f"music21: {type(error).__name__} on {text.splitlines()[1]!r}")
            continue
        taken += time.perf_counter() - started
    return taken, failed


def abc2midi_seconds(texts: list[str], folder: Path, *options: str) -> float:
    """Seconds in which abc2midi goes through all tunes, `BATCH` a file."""
    files = []
    for at in range(0, len(texts), BATCH):
        files.append(folder / f"{at}.abc")
        files[-1].write_text("\n".join(texts[at : at + BATCH]), encoding="utf-8")
    started = time.perf_counter()
    for file in files:
        subprocess.run(["abc2midi", file.name, *options], cwd=folder, capture_output=True, check=False)
    return time.perf_counter() - started


def memory(text: str, megabytes: int, folder: Path) -> tuple[int, float]:
    """Tunes and peak MiB of a process that reads `text` copied until it has so many megabytes."""
    path = folder / "large.abc"
    with path.open("w", encoding="utf-8") as stream:
        for _ in range(1 + megabytes * 10**6 // len(text.encode())):
            stream.write(text + "\n")
    done = subprocess.run(
        [sys.executable, "-c", MEMORY, str(path)], check=True, capture_output=True, text=True
    )
    count, peak = done.stdout.split()
    return int(count), float(peak)


def long_tune(bars: int) -> str:
    return "X:1\nT:long\nM:4/4\nL:1/8\nK:D\n" + "\n".join(["d2fa bafa|" * 4] * (bars // 4))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tunes", type=int, default=200)
    parser.add_argument("--megabytes", type=int, default=100)
    parser.add_argument("--seed", type=int, default=7)
    arguments = parser.parse_args()
    tunes = [raw.text.read() for source in find_sources([]) for raw in source.tunes()]
    texts = [tune.source for tune in tunes]
    valid = [tune.source for tune in tunes if tune.valid]
    sample = random.Random(arguments.seed).sample(valid, arguments.tunes)  # noqa: S311 - no secret

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "all.abc"
        path.write_text("\n".join(texts), encoding="utf-8")
        ours = best(lambda: sum(1 for _ in read_tunes(text_lines(path)))) / len(texts) * 1000
        print(f"{len(texts)} tunes in one file; ms a tune, best of {RUNS}")
        print(f"{'reader':<44}{'ms a tune':>10}{'abcgen is':>22}")
        print(f"{'abcgen, read and check':<44}{ours:>10.3f}")
        if shutil.which("abc2midi"):
            for what, options in {"read": ["-c"], "read, check bars, write MIDI": []}.items():
                theirs = min(abc2midi_seconds(texts, folder, *options) for _ in range(3)) / len(texts) * 1000
                print(f"{'abc2midi, ' + what:<44}{theirs:>10.3f}{ours / theirs:>15.1f} slower")
        else:
            print("abc2midi is not installed")
        one = best(lambda: [parse_book(text) for text in sample]) / len(sample) * 1000
        taken, failed = music21_seconds(sample)
        other = taken / (len(sample) - failed) * 1000
        what = f"abcgen, {len(sample)} of them one by one"
        print(f"{what:<44}{one:>10.3f}")
        what = f"music21, the same, read (failed on {failed})"
        print(f"{what:<44}{other:>10.3f}{other / one:>15.1f} faster")

        for megabytes in (arguments.megabytes // 10, arguments.megabytes):
            count, peak = memory("\n".join(texts), megabytes, folder)
            print(f"a file of {megabytes} MB, {count} tunes: peak memory {peak:.0f} MiB")
    for bars in (400, 800, 1600):
        text = long_tune(bars)
        print(f"a tune of {bars} bars: {best(lambda text=text: parse_book(text)) * 1000:.1f} ms")  # type: ignore[misc]


if __name__ == "__main__":
    main()
