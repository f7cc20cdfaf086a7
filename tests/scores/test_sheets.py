"""Pages: how many, what is on them, that their fonts travel along."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from absent import absent

from abcgen.errors import ScoreError, UsageError
from abcgen.notation import Tune, parse_tune
from abcgen.scores.fonts import foreign_characters, pictographs
from abcgen.scores.sheets import Pages, to_pdf, to_png


def tool(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        absent(f"{name} (poppler-utils) is not on this machine")
    return found


def text_of(pdf: bytes, folder: Path) -> list[str]:
    """The text of every page."""
    (folder / "t.pdf").write_bytes(pdf)
    command = [tool("pdftotext"), str(folder / "t.pdf"), "-"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split("\f")[:-1]


def test_one_tune_one_page_without_a_number(ferry: Tune, tmp_path: Path) -> None:
    pages = text_of(to_pdf(ferry), tmp_path)
    assert len(pages) == 1
    assert "The Ferry Across" in pages[0]
    assert "the abcgen authors" in pages[0]


def test_many_tunes_break_between_tunes_and_pages_have_numbers(ferry: Tune, tmp_path: Path) -> None:
    tunes = [replace(ferry, titles=(f"The Ferry{i} Across",)) for i in range(12)]
    pages = text_of(to_pdf(tunes), tmp_path)
    assert len(pages) == 3
    for number, page in enumerate(pages, 1):
        assert str(number) in page.splitlines()
    whole = "".join(pages)
    assert [whole.count(f"The Ferry{i} Across") for i in range(12)] == [1] * 12


def test_fonts_are_embedded(ferry: Tune, tmp_path: Path) -> None:
    (tmp_path / "t.pdf").write_bytes(to_pdf(ferry))
    command = [tool("pdffonts"), str(tmp_path / "t.pdf")]
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()[2:]
    fonts = {line.split()[0].partition("+")[2]: line.split()[-5] for line in lines}
    assert "abc2svg" in fonts
    assert any(name.startswith("LibertinusSerif") for name in fonts)
    assert set(fonts.values()) == {"yes"}


def test_music_is_drawn_on_the_page(ferry: Tune, tmp_path: Path) -> None:
    """The clef is there: the left edge of the staff is blacker than five lines can make it."""
    image = pytest.importorskip("PIL.Image")
    (tmp_path / "t.png").write_bytes(to_png(ferry))
    with image.open(tmp_path / "t.png") as opened:
        grey = opened.convert("L")
        assert grey.width == 1191
        assert grey.height < 700
        dark = sum(pixel < 128 for pixel in grey.crop((100, 0, 135, grey.height)).tobytes())
        assert dark > 1000


def test_same_tunes_same_pages(two: tuple[Tune, ...]) -> None:
    assert to_pdf(two, "A book") == to_pdf(two, "A book")
    assert to_png(two) == to_png(two)


def test_typst_sees_titles_as_text(tmp_path: Path) -> None:
    title = '#panic("x") $ [ ] * _ ` \\ "'
    tune = parse_tune(f"X:1\nT:{title}\nM:2/4\nL:1/4\nK:C\nCD|]\n")
    (page,) = text_of(to_pdf([tune], title), tmp_path)
    assert '#panic("x")' in page


def test_no_tune_and_a_tune_that_fails_are_said(ferry: Tune) -> None:
    with pytest.raises(ScoreError, match="no tune"):
        to_pdf([])
    broken = parse_tune("X:2\nT:Broken\nM:2/4\nK:C\nC2öD2|]\n")
    with pytest.raises(ScoreError, match="Broken: line 5"):
        to_pdf([ferry, broken])


def test_a_book_has_contents_running_titles_and_indexes(
    ferry: Tune, two: tuple[Tune, ...], tmp_path: Path
) -> None:
    tunes = [replace(ferry, titles=(f"Ferry{i}",)) for i in range(7)] + [
        replace(two[0], titles=("Čaj na pláži",))
    ]
    pages = text_of(to_pdf(tunes, "Tunes & Airs", pages=Pages(contents=True)), tmp_path)
    assert len(pages) == 4
    contents, index = pages[0], pages[-1]
    assert contents.startswith("Tunes & Airs")
    for number, title in enumerate(tune.title for tune in tunes):
        (line,) = [line for line in contents.splitlines() if line.startswith(title)]
        begins_on = int(line.split()[-1])
        assert title in pages[begins_on - 1], number
        assert line in index.splitlines()
    assert pages[1].startswith("Tunes & Airs\n\nFerry0\n")
    assert pages[2].startswith("Tunes & Airs\n\nFerry4\n")
    assert index.startswith("Tunes & Airs\n\nBy key\nD\nFerry0")
    assert "By rhythm\nreel\nFerry0" in index


@pytest.mark.parametrize(
    ("paper", "size"), [("a4", "595.276 x 841.89"), ("letter", "612 x 792"), ("tablet", "459.213")]
)
def test_papers(paper: str, size: str, ferry: Tune, tmp_path: Path) -> None:
    (tmp_path / "t.pdf").write_bytes(to_pdf([ferry] * 9, pages=Pages(paper)))
    told = subprocess.run(
        [tool("pdfinfo"), str(tmp_path / "t.pdf")], capture_output=True, text=True, check=True
    ).stdout
    assert f"Page size:       {size}" in told


def test_there_is_no_such_paper(ferry: Tune) -> None:
    with pytest.raises(UsageError, match="there is no paper 'wall'; there are a4, letter, tablet"):
        to_pdf(ferry, pages=Pages("wall"))


CHINESE = 'X:1\nT:茉莉花 Ünïcødé Λόγος Привет\nM:4/4\nL:1/4\nK:C\n"^歌"CDEF|GABc|]\nw: 好 一 朵 美\n'


def test_titles_in_scripts_that_the_machine_has_fonts_for(tmp_path: Path) -> None:
    tune = parse_tune(CHINESE)
    try:
        pdf = to_pdf([tune, tune], "茉莉花的书", pages=Pages(contents=True))
    except ScoreError:
        absent("no font of this machine has Chinese; Debian has one in the package fonts-wqy-microhei")
    text = "".join(text_of(pdf, tmp_path))
    for word in ("茉莉花的书", "茉莉花", "Λόγος", "歌", "好"):
        assert word in text


def test_script_without_a_font_is_refused_by_name() -> None:
    reason = "no font on this machine has \U00013000; install one, such as Noto Sans Egyptian"
    with pytest.raises(ScoreError, match=reason):
        to_pdf(parse_tune(CHINESE.replace("茉莉花", "\U00013000")))


def test_emoji_keep_no_tune_from_its_page(tmp_path: Path) -> None:
    assert pictographs("Party \U0001f389 in C♯, 茉") == frozenset("\U0001f389")
    tune = parse_tune("X:1\nT:Party \U0001f389 Tune\nM:4/4\nL:1/4\nK:C\nCDEF|G4|]\n")
    assert "Party" in "".join(text_of(to_pdf(tune), tmp_path))


def test_scripts_of_the_fonts_inside_need_no_other() -> None:
    text = "Über Bán Łódź Đường Λόγος Привет ﬁ ª º µ ♯ ♭ ● — … “” 3/4 é"
    assert foreign_characters(text) == frozenset()
    assert foreign_characters("茉 שלום ไทย") == frozenset("茉שלוםไทย") - {"\u0e31"}
