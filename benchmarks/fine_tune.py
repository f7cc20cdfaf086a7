"""How long it takes to go on from the embedded model with a hundred tunes, and what is learned and forgotten.

    python benchmarks/fine_tune.py [--tunes FILE] [--count 100] [--old-corpus data/pd]

The tunes are the first of FILE, or of a collection of German folk songs that comes with music21 (its licence
allows non-commercial use; nothing of it is kept). What is timed is the whole command, as a user gives it.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path

_COLLECTION = "corpus/essenFolksong/erk10.abc"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tunes", type=Path)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--old-corpus", default="data/pd")
    arguments = parser.parse_args()
    book = arguments.tunes
    if book is None:
        music21 = find_spec("music21")
        assert music21 is not None
        assert music21.origin is not None
        book = Path(music21.origin).parent / _COLLECTION
    tunes = re.split(r"(?m)^(?=X:)", book.read_text(encoding="utf-8", errors="replace"))[1:][
        : arguments.count
    ]
    with tempfile.TemporaryDirectory() as folder:
        mine = Path(folder) / "my-tunes"
        mine.mkdir()
        (mine / "tunes.abc").write_text("".join(tunes), encoding="utf-8")
        command = [sys.executable, "-m", "abcgen", "train", "--from", "embedded", "--corpus", str(mine)]
        command += ["--out", f"{folder}/run", "--old-corpus", arguments.old_corpus]
        began = time.perf_counter()
        subprocess.run(command, check=True)
        print(f"{len(tunes)} tunes of {book.name}: {(time.perf_counter() - began) / 60:.1f} minutes")


if __name__ == "__main__":
    main()
