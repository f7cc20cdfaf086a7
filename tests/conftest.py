"""What several rooms' tests need: a small tunebook of our own making, and the command line."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

#: Tests in several processes share the cores; threads that wait for those of another process cost more than
#: they give.
_PROCESSES = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
if _PROCESSES > 1:
    os.environ.setdefault("OMP_NUM_THREADS", str(max(1, (os.cpu_count() or 1) // _PROCESSES)))


def made_up_tune(number: int, rng: random.Random) -> str:
    """A valid little tune of eight bars; different numbers give tunes that are not alike."""
    meter, unit, beats, rhythm = rng.choice(
        [
            ("6/8", "1/8", 6, "jig"),
            ("4/4", "1/8", 8, "reel"),
            ("3/4", "1/8", 6, "waltz"),
            ("2/4", "1/8", 4, "polka"),
        ]
    )
    key = rng.choice(["D", "G", "Am", "Edor", "Amix"])
    at = rng.randrange(4, 10)
    bars = []
    for _ in range(8):
        bar = ""
        left = beats
        while left:
            length = rng.choice([1, 1, 1, 2]) if left > 1 else 1
            at = min(13, max(0, at + rng.choice([-3, -2, -1, -1, 1, 1, 2, 3])))
            bar += "CDEFGABcdefgab"[at] + (str(length) if length > 1 else "")
            left -= length
        bars.append(bar)
    body = f"|:{'|'.join(bars[:4])}:|\n|:{'|'.join(bars[4:])}:|"
    head = f"X:{number}\nT:Made up {number}\nZ:nobody\nZ:somebody\nR:{rhythm}\n"
    return f"{head}M:{meter}\nL:{unit}\nK:{key}\n{body}\n"


@pytest.fixture(scope="session")
def tunebook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one tunebook of 200 made-up tunes."""
    rng = random.Random(1)
    folder = tmp_path_factory.mktemp("book")
    (folder / "made-up.abc").write_text("\n".join(made_up_tune(i, rng) for i in range(1, 201)), "utf-8")
    return folder
