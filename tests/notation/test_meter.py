"""Metres and unit lengths, with their bounds."""

from fractions import Fraction

import pytest

from abcgen.notation.meter import default_unit_length, parse_meter, parse_unit_length


@pytest.mark.parametrize(
    ("text", "length", "plain"),
    [
        ("6/8", Fraction(3, 4), "6/8"),
        ("C", Fraction(1), "4/4"),
        ("C|", Fraction(1), "2/2"),
        (" 9/8 ", Fraction(9, 8), "9/8"),
        ("(2+3+2)/8", Fraction(7, 8), "(2+3+2)/8"),
        ("2+3/8", Fraction(5, 8), "(2+3)/8"),
    ],
)
def test_bar_lengths(text: str, length: Fraction, plain: str) -> None:
    meter = parse_meter(text)
    assert meter.bar_length == length
    assert meter.plain() == plain


def test_free_metre_has_no_bars() -> None:
    assert parse_meter("none").bar_length is None


@pytest.mark.parametrize("text", ["0/4", "4/0", "4/3", "65/4", "4", "6-8", "M", "9999999999/4", "C||"])
def test_what_is_no_metre_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"metre|beats"):
        parse_meter(text)


def test_unit_lengths() -> None:
    assert parse_unit_length("1/16") == Fraction(1, 16)
    assert default_unit_length(parse_meter("2/4")) == Fraction(1, 16)
    assert default_unit_length(parse_meter("3/4")) == Fraction(1, 8)
    for text in ("0", "1/0", "1/7", "x", ""):
        with pytest.raises(ValueError, match="note length"):
            parse_unit_length(text)
