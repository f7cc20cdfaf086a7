"""Made-up titles: told by seed and number, none twice, none that an old tune has."""

from math import gcd

from abcgen.generation import titles
from abcgen.generation.titles import made_up_title


def nothing(title: str) -> bool:
    return False


def test_a_title_hangs_on_seed_and_number():
    assert made_up_title(7, 3, "reel", nothing) == made_up_title(7, 3, "reel", nothing)
    assert made_up_title(7, 3, "reel", nothing) != made_up_title(8, 3, "reel", nothing)


def test_no_title_comes_twice():
    pairs = len(titles._LIKE) * len(titles._NAMED)
    assert gcd(pairs, titles._STEP) == 1
    numbers = [*range(1, 2001), *range(pairs - 1000, pairs + 1001), 1_000_000]
    assert len({made_up_title(7, number, "jig", nothing) for number in numbers}) == len(numbers)


def test_a_known_title_gives_way():
    first = made_up_title(7, 3, "reel", nothing)
    second = made_up_title(7, 3, "reel", lambda title: title == first.lower())
    assert second != first
    assert made_up_title(7, 3, "reel", lambda title: True) not in {first, second}


def test_titles_are_plain_words():
    for number in range(1, 200):
        title = made_up_title(1, number, "" if number % 2 else "slip jig", nothing)
        assert title.isascii()
        assert title[0].isupper()
        assert "{" not in title
