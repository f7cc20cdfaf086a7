"""The texts of cards: an error in one is told with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from abcgen import templates
from abcgen.cli import run
from abcgen.errors import InputError
from abcgen.resources import embedded_model


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ("one\n{% if x %}\n", 2, "endif"),
        ("one\ntwo {{ absent }}\n", 2, "'absent' is undefined"),
        ("{{ name | nothing }}", 1, "nothing"),
        ("one\n{{ '%d' | format(name) }}", 2, "number is required"),
        ("one\n\n{{ name.first.last }}", 3, "first"),
    ],
)
def test_an_error_is_told_with_its_line(
    text: str, line: int, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "cards").mkdir()
    (tmp_path / "cards" / "a.jinja").write_text(text)
    monkeypatch.setattr(templates, "resource", lambda name: tmp_path / name)
    with pytest.raises(InputError, match=rf"a\.jinja:{line}: this template has an error: .*{told}"):
        templates.filled("a.jinja", name="x")


def test_publishing_with_it_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "cards").mkdir()
    (tmp_path / "cards" / "model.md.jinja").write_text("{% for %}")
    monkeypatch.setattr(templates, "resource", lambda name: tmp_path / name)
    out = tmp_path / "out"
    assert run(["publish", "model", str(embedded_model()), "me/m", "--dry-run", "--out", str(out)]) == 2
    assert "model.md.jinja:1: this template has an error" in capsys.readouterr().err.splitlines()[-1]
    assert not out.exists()


@pytest.mark.parametrize(("text", "shown"), [("a\nb", "`a b`"), ("`a`", "`` `a` ``"), ("a``b", "```a``b```")])
def test_code_in_markdown_is_one_span(text: str, shown: str) -> None:
    assert templates._code(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("- a", "\\- a"),
        ("12. a", "12\\. a"),
        ("1) a", "1\\) a"),
        ("===", "\\==="),
        ("1.5", "1.5"),
        ("~~~ a", "\\~\\~\\~ a"),
        ("&lt;b> $x$", "\\&lt;b\\> \\$x\\$"),
        ("a - b", "a - b"),
    ],
)
def test_a_cell_is_text_wherever_it_stands(text: str, shown: str) -> None:
    assert templates._cell(text) == shown
