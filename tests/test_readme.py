"""What the README shows in Python runs as it stands there."""

import re
from pathlib import Path

import pytest

README = Path(__file__).parents[1] / "README.md"
BLOCKS = re.findall(r"```python\n(.*?)```", README.read_text("utf-8"), re.DOTALL)
JIG = """X:1
T:The Cold Kettle
M:6/8
L:1/8
K:Edor
|:E2E EFG|B2B BAF|E2E EFG|AFD D2B|E2E EFG|B2B BAF|dBG AFD|E3 E2z:|
|:e2e efg|f2d BAF|e2e efg|afd d2B|e2e efg|f2d BAF|dBG AFD|E3 E2z:|
"""


@pytest.mark.parametrize("block", BLOCKS)
def test_the_python_of_the_readme_runs(block, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("reel.abc").write_text(JIG, "utf-8")
    exec(compile(block, str(README), "exec"), {})  # noqa: S102 - our own text
    assert capsys.readouterr().out.strip()


def test_the_readme_shows_python():
    assert len(BLOCKS) >= 3
