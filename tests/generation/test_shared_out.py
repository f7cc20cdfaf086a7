"""Several processes write the tunes that one writes, in order, and one of them writes the files."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from abcgen.cli import run

ROOT = Path(__file__).parents[2]
TORCHRUN = ["torch.distributed.run", "--standalone", "--nproc_per_node", "2"]
#: More than one batch, so that both processes have some.
COUNT = "70"


def written(folder: Path) -> list[str]:
    return [path.read_text("utf-8") for path in sorted(folder.glob("*.abc"))]


def launched(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", *TORCHRUN, "-m", "abcgen", "generate", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False, timeout=300)


@pytest.mark.slow
@pytest.mark.skipif(torch.accelerator.is_available(), reason="processes of a CPU")
def test_two_processes_write_what_one_writes(tmp_path: Path) -> None:
    asked = ["-n", COUNT, "--seed", "4", "--meter", "6/8", "--form", "AB", "--bars", "4", "--to", "abc"]
    done = launched(*asked, "--out", str(tmp_path / "two"))
    assert done.returncode == 0, done.stderr
    assert run(["generate", *asked, "--out", str(tmp_path / "one")]) == 0
    one, two = written(tmp_path / "one"), written(tmp_path / "two")
    assert len(two) == int(COUNT)
    # in batches of other sizes a draw in a few thousand may fall the other way, by the noise of floats
    assert sum(mine != its for mine, its in zip(one, two, strict=True)) <= 2
    told = [json.loads(line) for line in (tmp_path / "two" / "report.jsonl").read_text("utf-8").splitlines()]
    assert [line["number"] for line in told] == list(range(1, int(COUNT) + 1))
    assert done.stdout.count(f"{COUNT} tunes in") == 1


@pytest.mark.slow
def test_processes_must_draw_from_one_seed(tmp_path: Path) -> None:
    done = launched("-n", "2", "--to", "abc", "--out", str(tmp_path / "two"))
    assert done.returncode != 0
    assert "several processes need a --seed" in done.stderr
    assert not (tmp_path / "two").exists()
