"""Seconds for the main job, cold: a new process that writes four tunes in every format.

    python benchmarks/main_job.py [--runs 5]

Beside it, in the same run, a process that only imports what the job stands on.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

JOBS: dict[str, list[str]] = {
    "generate -n 4, all formats": ["-m", "abcgen", "generate", "-n", "4", "--seed", "7", "--out"],
    "generate -n 4 --to abc": ["-m", "abcgen", "generate", "-n", "4", "--seed", "7", "--to", "abc", "--out"],
    "import torch, transformers, music21": ["-c", "import torch, transformers, music21"],
    "abcgen --help": ["-m", "abcgen", "--help"],
}


def seconds(arguments: list[str]) -> float:
    """Wall seconds of one process; raises if it fails."""
    with tempfile.TemporaryDirectory() as folder:
        tail = [str(Path(folder) / "tunes")] if arguments[-1] == "--out" else []
        started = time.perf_counter()
        subprocess.run([sys.executable, *arguments, *tail], check=True, capture_output=True)
        return time.perf_counter() - started


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    for arguments in JOBS.values():
        seconds(arguments)  # warm the disk cache alike for all
    taken = {name: [] for name in JOBS}
    for _ in range(runs):
        for name, arguments in JOBS.items():
            taken[name].append(seconds(arguments))
    print(f"{'command':<38}{'min':>8}{'median':>8}{'max':>8}   seconds, {runs} runs")
    for name, values in taken.items():
        print(f"{name:<38}{min(values):>8.2f}{statistics.median(values):>8.2f}{max(values):>8.2f}")


if __name__ == "__main__":
    main()
