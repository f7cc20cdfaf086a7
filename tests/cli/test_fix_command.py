"""`abcgen fix` changes what it mends and nothing else of a file."""

from __future__ import annotations

import stat
import sys
from pathlib import Path

import pytest

from abcgen.cli import run

OPEN = b"X:1\nT:t\nM:4/4\nL:1/4\nK:C\nCDEF|GABc\n"
MENDED = OPEN.replace(b"GABc", b"GABc |]")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (OPEN, MENDED),
        (OPEN.replace(b"\n", b"\r\n"), MENDED.replace(b"\n", b"\r\n")),
        (OPEN.replace(b"\n", b"\r"), MENDED.replace(b"\n", b"\r")),
        (OPEN.replace(b"\nM", b"\r\nM"), MENDED.replace(b"\nM", b"\r\nM")),
        (OPEN[:-1], MENDED[:-1]),
        (b"\xef\xbb\xbf" + OPEN, b"\xef\xbb\xbf" + MENDED),
        (OPEN.replace(b"T:t", b"T:\xe9"), MENDED.replace(b"T:t", b"T:\xe9")),
        (b"L:1/4\n\n" + OPEN.replace(b"L:1/4\n", b""), b"L:1/4\n\n" + MENDED.replace(b"L:1/4\n", b"")),
        (b"%%pagewidth 20cm\n\n" + OPEN, b"%%pagewidth 20cm\n\n" + MENDED),
    ],
)
def test_all_else_stays_as_it_was(old: bytes, new: bytes, tmp_path: Path) -> None:
    path = tmp_path / "t.abc"
    path.write_bytes(old)
    assert run(["fix", "--write", str(path)]) == 0
    assert path.read_bytes() == new
    assert run(["fix", "--write", str(path)]) == 0
    assert path.read_bytes() == new


@pytest.mark.skipif(sys.platform == "win32", reason="permissions and links are others there")
def test_links_and_permissions_stay(tmp_path: Path) -> None:
    (tmp_path / "t.abc").write_bytes(OPEN)
    (tmp_path / "t.abc").chmod(0o600)
    (tmp_path / "link.abc").symlink_to("t.abc")
    assert run(["fix", "--write", str(tmp_path / "link.abc")]) == 0
    assert (tmp_path / "link.abc").readlink() == Path("t.abc")
    assert (tmp_path / "t.abc").read_bytes() == MENDED
    assert stat.S_IMODE((tmp_path / "t.abc").stat().st_mode) == 0o600


def test_a_file_that_is_no_text_stops_no_other(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.abc").write_bytes(b"\0")
    (tmp_path / "b.abc").write_bytes(OPEN)
    assert run(["fix", "--write", str(tmp_path)]) == 2
    assert (tmp_path / "b.abc").read_bytes() == MENDED
    assert "a.abc is a binary file" in capsys.readouterr().err


def test_the_diff_can_be_applied(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "t.abc").write_bytes(OPEN[:-1].replace(b"T:t", b"T:a\x0cb"))
    assert run(["fix", str(tmp_path / "t.abc")]) == 0
    said = capsys.readouterr().out
    assert said.count("\\ No newline at end of file\n") == 2
    assert said.splitlines()[-2] == "+CDEF|GABc |]"
