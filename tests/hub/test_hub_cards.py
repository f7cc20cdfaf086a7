"""Cards filled anew: what people wrote into them stays."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from abcgen.errors import InputError
from abcgen.hub.cards import is_untouched, merged_card, read_card

CARD = """---
license: apache-2.0
tags: [music]
---

# A model

What it is.

## Figures

1.0

## Use

```bash
## this is no heading
```
"""
NEWER = (
    CARD.replace("What it is.", "What it is now.").replace("1.0", "2.0").replace("[music]", "[music, abc]")
)


def sections(text: str) -> dict[str, str]:
    return {name: text.partition("\n")[2].strip() for name, text in read_card(text).sections.items()}


def test_first_card_holds_what_was_filled_and_is_the_same_again() -> None:
    card = merged_card(CARD, None)
    assert sections(card) == sections(CARD)
    assert read_card(card).values == {"license": "apache-2.0", "tags": ["music"]}
    assert merged_card(CARD, card) == card
    assert "## this is no heading" in sections(card)["## Use"]


def test_what_nobody_changed_is_filled_anew() -> None:
    assert merged_card(NEWER, merged_card(CARD, None)) == merged_card(NEWER, None)


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_what_somebody_wrote_stays(line_end: str) -> None:
    edited = (
        merged_card(CARD, None)
        .replace("\n1.0", "\n1.0, said I")
        .replace("license: apache-2.0", "license: mit\nlanguage: ga")
        .replace("\n## Use", "\n## Thanks\n\nTo all.\n\n## Use")
    ).replace("\n", line_end)
    for filled in (NEWER, CARD, NEWER):
        edited = merged_card(filled, edited)
        found = sections(edited)
        assert list(found) == ["", "# A model", "## Figures", "## Thanks", "## Use"]
        assert (found["## Figures"], found["## Thanks"]) == ("1.0, said I", "To all.")
        assert found["# A model"] == sections(filled)["# A model"]
        entries = read_card(edited).values
        assert (entries["license"], entries["language"]) == ("mit", "ga")
        assert entries["tags"] == read_card(filled).values["tags"]


def test_what_somebody_took_out_stays_out() -> None:
    edited = merged_card(CARD, None).replace("\n## Figures\n\n1.0\n", "\n").replace("tags: [music]\n", "")
    found = merged_card(NEWER, edited)
    assert "## Figures" not in sections(found)
    assert "tags" not in read_card(found).values
    assert merged_card(NEWER, found) == found


def test_yaml_stays_as_it_was_written() -> None:
    mine = 'language: [no, en] # both\n# of the catalogue\nnumber: 012\ndate: 2026-11-24\nquoted: "é"'
    edited = merged_card(CARD, None).replace("license: apache-2.0", f"license: apache-2.0\n{mine}")
    found = merged_card(NEWER, edited)
    assert f"license: apache-2.0\n{mine}\ntags: [music, abc]\n" in found
    assert merged_card(NEWER, found) == found


def test_what_somebody_changed_stays_where_the_new_card_has_none() -> None:
    edited = merged_card(CARD, None).replace("\n1.0", "\n1.0, said I").replace("[music]", "[mine]")
    bare = CARD.replace("tags: [music]\n", "").replace("\n## Figures\n\n1.0\n", "")
    found = merged_card(bare, edited)
    assert sections(found)["## Figures"] == "1.0, said I"
    assert list(sections(found)) == ["", "# A model", "## Figures", "## Use"]
    assert read_card(found).values["tags"] == ["mine"]
    dropped = merged_card(bare, merged_card(CARD, None))
    assert "## Figures" not in sections(dropped)
    assert "tags" not in read_card(dropped).values


@pytest.mark.parametrize(
    "text",
    [
        "```a``` is code\n\n## Next\n",
        "~~~ `\n## none\n~~~\n\n## Next\n",
        "````\n```\n## none\n````\n\n## Next\n",
        "<!--\n## none\n-->\n\n## Next\n",
        "<!-- x --> y\n\n## Next\n",
        "In `<!--` and ``a ` <!--`` nothing begins\n\n## Next\n",
    ],
)
def test_headings_are_those_that_a_reader_sees(text: str) -> None:
    assert list(read_card(f"# Mine\n\n{text}").sections) == ["", "# Mine", "## Next"]


def test_files_that_were_published_are_told() -> None:
    card = merged_card(CARD, None, files=["README.md", "data/a b.json"])
    assert read_card(card).files == ("README.md", "data/a b.json")
    again = merged_card(CARD, card.replace("-->", "--> and more"), files=["README.md"])
    assert read_card(again).files == ("README.md",)
    assert read_card(again).added == " and more"


def test_a_card_that_is_all_by_hand_keeps_all_of_it() -> None:
    found = merged_card(CARD, "---\nlicense: mit\n---\n# Mine\n\nAll of it.\n\n## Figures\n\nNone.\n")
    assert read_card(found).values == {"license": "mit", "tags": ["music"]}
    kept = sections(found)
    assert (kept["# Mine"], kept["## Figures"], kept["# A model"]) == ("All of it.", "None.", "What it is.")


@pytest.mark.parametrize(
    "change", [lambda text: f"{text}\n## Thanks\n\nTo all.\n", lambda text: f"{text}By me."]
)
def test_what_stands_after_the_mark_stays_and_freezes_nothing(change: Callable[[str], str]) -> None:
    edited = change(merged_card(CARD, None))
    found = merged_card(NEWER, edited)
    assert sections(found) == sections(NEWER)
    assert read_card(found).added == change("").strip("\n")
    assert merged_card(NEWER, found) == found


@pytest.mark.parametrize(
    "front",
    [
        "\ufeff---\nlicense: mit\n---\n",
        "\n\n---\nlicense: mit\n---\n",
        "--- \nlicense: mit\n---\t\n",
        "---\nlicense: mit\n...\n",
        "---\rlicense: mit\r---\r",
        "---\n{license: mit, tags: [a]}\n---\n",
        "---\n  license: mit\n  mine: |\n    a\n      b\n---\n",
        "---\n # of mine\n license: mit\n---\n",
    ],
)
def test_front_matter_as_people_write_it(front: str) -> None:
    assert read_card(merged_card(CARD, f"{front}# Mine\n")).values["license"] == "mit"


@pytest.mark.parametrize(
    ("front", "line"),
    [
        ("a: 1\n[: no yaml", "line 3"),
        ("a: &x [1]\nb: *x", "aliases"),
        ("a: &x [*x]", "aliases"),
        (f"a: {'[' * 5000}", "cannot be read"),
        ("date: 2026-99-99", "cannot be read"),
        ('a: !!int ""', "cannot be read"),
        ("a: !!bool maybe", "cannot be read"),
        ("a: !!timestamp x", "cannot be read"),
        ("[a, b]: 1", "cannot be read"),
        ("- a", "no list of names"),
    ],
)
def test_yaml_that_cannot_be_read_is_never_thrown_away(front: str, line: str) -> None:
    with pytest.raises(InputError, match=r"me/x README\.md: .*" + line):
        merged_card(CARD, f"---\n{front}\n---\n\nText\n", place="me/x README.md")


def test_every_sign_that_ends_a_line_of_yaml_stays() -> None:
    mine = "".join(f'{name}: "a{sign}  b"\n' for name, sign in zip("xyz", "\x85\u2028\u2029", strict=True))
    edited = merged_card(CARD, None).replace("license: apache-2.0\n", f"license: apache-2.0\n{mine}")
    found = merged_card(NEWER, edited)
    assert f"license: apache-2.0\n{mine}tags: [music, abc]\n---" in found
    assert merged_card(NEWER, found) == found


def test_a_mark_that_is_quoted_marks_nothing() -> None:
    card = merged_card(CARD, None, files=["a"])
    quoted = f"{card}\nOnce it was:\n\n```\n{card.splitlines()[-1].replace('[', '[1')}\n```\n"
    found = read_card(merged_card(NEWER, quoted))
    assert found.sections == read_card(NEWER).sections
    assert found.added.startswith("Once it was:")
    twice = f"{card}<!-- abcgen {{broken}} -->\n"
    assert read_card(twice).files == ("a",)


@pytest.mark.parametrize(
    ("change", "is_it"),
    [
        (lambda card: card, True),
        (lambda card: card.replace("What it is.", "What it was."), False),
        (lambda card: card.replace("license: apache-2.0\n", ""), False),
        (lambda card: card.replace("## Figures\n\n1.0\n", ""), False),
        (lambda card: f"{card}\nMine.\n", False),
        (lambda card: card.replace("## Figures", "## Mine\n\n## Figures"), False),
    ],
)
def test_whether_somebody_changed_a_card(change: Callable[[str], str], is_it: bool) -> None:
    assert is_untouched(read_card(change(merged_card(CARD, None)))) == is_it


@pytest.mark.parametrize("broken", ["---\nno end", "", "<!-- abcgen {bad} -->"])
def test_broken_cards_lose_nothing_else(broken: str) -> None:
    found = merged_card(CARD, broken)
    assert set(sections(CARD)) <= set(sections(found))
    assert "<!-- abcgen {bad}" not in found
    assert merged_card(CARD, found) == found


def test_equal_headings_are_told_apart() -> None:
    card = "## Use\n\none\n\n## Use\n\ntwo\n"
    assert sections(merged_card(card, merged_card(card, None)))["## Use (2)"] == "two"
