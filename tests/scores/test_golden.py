"""More than a dozen scores look as they did when somebody looked at them.

`ABCGEN_DRAW_GOLDEN=1 python -m pytest tests/scores/test_golden.py` draws them anew; look at every one then.
"""

from __future__ import annotations

import io
import os
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from matplotlib.image import imread

from abcgen.notation import parse_tune
from abcgen.scores import Look, to_png

GOLDEN = Path(__file__).parent / "golden"
DOTS_PER_INCH = 72
LOOKS = {"titles": Look(scale=1.3), "pickup-endings": Look("tin-whistle-d"), "parts": Look("mandolin", True)}
#: Pixels that may be other than they were, of a thousand, by more than a tenth: the edges of lines.
MOST_CHANGED, BY = 0.2, 0.1


def drawn(path: Path) -> bytes:
    tune = parse_tune(path.read_text("utf-8"))
    assert tune.problems == (), tune.problems
    return to_png(tune, DOTS_PER_INCH, LOOKS.get(path.stem, Look()))


def pixels(png: bytes) -> npt.NDArray[np.float32]:
    return np.asarray(imread(io.BytesIO(png), format="png"), np.float32)[..., :3]


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.abc")), ids=lambda path: path.stem)
def test_score_looks_as_it_did(path: Path) -> None:
    found, golden = drawn(path), path.with_suffix(".png")
    if os.environ.get("ABCGEN_DRAW_GOLDEN"):
        golden.write_bytes(found)
    now, then = pixels(found), pixels(golden.read_bytes())
    assert now.shape == then.shape
    changed = 1000 * float((np.abs(now - then).max(-1) > BY).mean())
    assert changed <= MOST_CHANGED


def test_a_note_elsewhere_is_seen() -> None:
    path = GOLDEN / "two-voices.abc"
    other = to_png(parse_tune(path.read_text("utf-8").replace("F A c f", "F A c e")), DOTS_PER_INCH)
    now, then = pixels(other), pixels(path.with_suffix(".png").read_bytes())
    assert now.shape != then.shape or 1000 * float((np.abs(now - then).max(-1) > BY).mean()) > MOST_CHANGED


def test_what_stands_over_the_edge_of_a_staff_is_whole() -> None:
    head = "X:1\nT:T\nM:4/4\nL:1/4\nK:C\n"
    plain, over = (
        pixels(to_png(parse_tune(f"{head}CDEF|GABc|cBAG|FED{sign}C|\nCDEF|]\n"), DOTS_PER_INCH))
        for sign in ("", "!D.C.alfine!")
    )

    def right_edge(image: npt.NDArray[np.float32]) -> int:
        return int(np.nonzero((image < 0.5).any((0, 2)))[0].max())

    assert right_edge(over) > right_edge(plain) + 2


def test_there_are_more_than_a_dozen() -> None:
    assert len(list(GOLDEN.glob("*.abc"))) == len(list(GOLDEN.glob("*.png"))) > 12
