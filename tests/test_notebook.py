"""The notebook of the documents runs from its first cell to its last, and shows scores.

`ABCGEN_RUN_NOTEBOOK=1 python -m pytest -m slow tests/test_notebook.py` puts what it showed into the file.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).parents[1]
NOTEBOOK = ROOT / "docs" / "notebook.ipynb"


@pytest.mark.slow
def test_notebook_runs_and_shows_scores(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("recipes", "tokenizer"):
        (tmp_path / name).symlink_to(ROOT / name)
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    notebook = nbformat.read(NOTEBOOK, 4)
    client = NotebookClient(notebook, timeout=1200, resources={"metadata": {"path": str(tmp_path)}})
    client.coalesce_streams = True
    client.execute()
    shown = [
        output.data.keys()
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if output.output_type in {"display_data", "execute_result"}
    ]
    assert sum("image/png" in kinds for kinds in shown) == 4  # the curves, three scores
    assert sum("text/html" in kinds for kinds in shown) == 1  # the player
    if os.environ.get("ABCGEN_RUN_NOTEBOOK"):
        for cell in notebook.cells:
            cell.metadata.pop("execution", None)
            for output in cell.get("outputs", []):
                output.get("data", {}).pop("text/html", None)  # a megabyte of sound
        nbformat.write(notebook, NOTEBOOK)


def test_notebook_is_committed_as_it_ran() -> None:
    """Its outputs are there for those who only read it, and name no folder of anybody's machine."""
    notebook = nbformat.read(NOTEBOOK, 4)
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    text = NOTEBOOK.read_text("utf-8")
    assert not re.search(r"[^\w.~](?:/home|/root|/tmp|/work|/Users|C:)[/\\]|Traceback", text)
