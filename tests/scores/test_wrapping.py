"""Texts in lines that are no wider than they may be, with nothing lost."""

from __future__ import annotations

import pytest

from abcgen.scores.wrapping import em_width, wrapped


@pytest.mark.parametrize("width", [4.0, 9.0, 40.0])
@pytest.mark.parametrize(
    "text",
    ["The Ferry Across the Wide Water", "Donaudampfschifffahrtsgesellschaft", "茉莉花" * 12, "a", "W" * 30],
)
def test_lines_fit_and_hold_all(text: str, width: float) -> None:
    lines = list(wrapped(text, width))
    assert all(0 < em_width(line) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    if em_width(text) <= width:
        assert lines == [text]


def test_words_stay_whole_where_they_fit() -> None:
    assert list(wrapped("one two three", 6.0)) == ["one two", "three"]


def test_no_text_is_an_empty_line() -> None:
    assert list(wrapped("", 10)) == [""]
