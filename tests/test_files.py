"""Files are written whole or not at all, and nothing that is there is lost."""

from __future__ import annotations

import fcntl
import os
import sys
from pathlib import Path

import pytest

from abcgen import files
from abcgen.encodings import decode, encoded_like
from abcgen.errors import InputError, OutputError
from abcgen.files import folder_whole, read_text, text_lines, write_whole


def test_an_existing_file_stays(tmp_path: Path) -> None:
    write_whole(tmp_path / "a", "old")
    with pytest.raises(OutputError, match="already there"):
        write_whole(tmp_path / "a", "new")
    assert (tmp_path / "a").read_text() == "old"
    write_whole(tmp_path / "a", "new", overwrite=True)
    assert [p.name for p in tmp_path.iterdir()] == ["a"]
    assert (tmp_path / "a").read_text() == "new"


def test_a_name_that_is_taken_meanwhile_stays_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process writes the same file between our look and our rename."""

    def look(paths: list[Path], *, overwrite: bool) -> None:
        paths[0].write_text("theirs")

    monkeypatch.setattr(files, "refuse_existing", look)
    with pytest.raises(OutputError, match="already there"):
        write_whole(tmp_path / "a", "ours")
    assert (tmp_path / "a").read_text() == "theirs"
    assert [p.name for p in tmp_path.iterdir()] == ["a"]


def test_a_folder_that_is_taken_meanwhile_stays_taken(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="already there"), folder_whole(tmp_path / "c") as ours:
        (ours / "x").write_text("ours")
        (tmp_path / "c").mkdir()
        (tmp_path / "c" / "x").write_text("theirs")
    assert (tmp_path / "c" / "x").read_text() == "theirs"
    assert [p.name for p in tmp_path.iterdir()] == ["c"]


def test_a_folder_whose_swap_was_cut_short_is_put_back(tmp_path: Path) -> None:
    """The process died when the old folder had made room, and the new one had not its name yet."""
    for name, text in ((".c.x.old", "old"), (".c.x.tmp", "new")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "whole").write_text(text)
    handle = os.open(tmp_path / ".c.x.tmp", os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    assert not files.put_back(tmp_path / "c")  # somebody is at it
    os.close(handle)
    assert files.put_back(tmp_path / "c")
    assert not files.put_back(tmp_path / "c")
    assert (tmp_path / "c" / "whole").read_text() == "old"
    (tmp_path / ".c.y.old").mkdir()
    os.utime(tmp_path / ".c.x.tmp", (0, 0))
    with folder_whole(tmp_path / "c", overwrite=True) as folder:
        (folder / "whole").write_text("newest")
    assert [path.name for path in tmp_path.iterdir()] == ["c"]


def test_a_link_leads_to_the_folder_that_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    with folder_whole(tmp_path / "link", overwrite=True) as folder:
        (folder / "x").write_text("x")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real" / "x").read_text() == "x"


def test_a_folder_that_only_looks_like_ours_stays(tmp_path: Path) -> None:
    (tmp_path / "c").mkdir()
    (tmp_path / "c" / "README.md").write_text("mine")
    for _ in range(2):
        with (
            pytest.raises(OutputError, match=r"no manifest\.json"),
            folder_whole(tmp_path / "c", overwrite=True, owned=["README.md"], proof="manifest.json"),
        ):
            pass
    assert (tmp_path / "c" / "README.md").read_text() == "mine"


def test_a_name_that_is_no_text(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="letters that are text"), folder_whole(tmp_path / "c\udcff"):
        pass


def test_a_failed_folder_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), folder_whole(tmp_path / "c") as folder:
        (folder / "x").write_text("half")
        _ = 1 / 0
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="there are no devices here")
def test_devices_are_no_files() -> None:
    with pytest.raises(InputError, match="is a device"):
        read_text(Path("/dev/zero"))


def test_a_pipe_is_read(tmp_path: Path) -> None:
    if sys.platform == "win32":
        pytest.skip("there are no named pipes in the file system here")
    os.mkfifo(tmp_path / "pipe")
    if os.fork() == 0:
        (tmp_path / "pipe").write_text("X:1\n")
        os._exit(0)
    assert read_text(tmp_path / "pipe") == "X:1\n"


def test_a_nul_before_any_tune_is_binary(tmp_path: Path) -> None:
    path = tmp_path / "a.abc"
    path.write_bytes(b"\x89PNG\r\n" * 9000 + b"\0\nX:1\n")
    with pytest.raises(InputError, match="binary"):
        read_text(path)
    with pytest.raises(InputError, match="binary"):
        list(text_lines(path))
    path.write_bytes(b"X:1\nK:C\nC|]\n" * 9000 + b"\0")
    assert read_text(path).endswith("\0")
    assert list(text_lines(path))[-1] == "\0"


def test_too_large_a_file_is_not_read_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAX_TEXT_BYTES", 2**20)
    (tmp_path / "a.abc").write_bytes(b"x" * (2**20 + 1))
    with pytest.raises(InputError, match="larger than 1 MiB"):
        read_text(tmp_path / "a.abc")


def test_lines_that_end_with_a_carriage_return_alone_are_whole_in_a_large_file(tmp_path):
    lines = [f"{number:07}" + "x" * (number % 50) for number in range(60_000)]
    path = tmp_path / "old.abc"
    path.write_bytes("\r".join(lines).encode())
    assert path.stat().st_size > 1.5 * 2**20
    assert list(files.text_lines(path)) == lines


def test_what_a_killed_process_left_is_cleared_and_what_another_holds_is_not(tmp_path: Path) -> None:
    left, held = tmp_path / ".c.killed.tmp", tmp_path / ".c.held.tmp"
    for folder in (left, held):
        folder.mkdir()
        (folder / "half").write_text("half")
        os.utime(folder, (0, 0))
    handle = os.open(held, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    try:
        with folder_whole(tmp_path / "c") as ours:
            (ours / "whole").write_text("whole")
            os.utime(ours, (0, 0))
            with folder_whole(tmp_path / "c", overwrite=True) as other:
                (other / "other").write_text("other")
            assert (ours / "whole").exists()
            (tmp_path / "c" / "other").unlink()
    finally:
        os.close(handle)
    assert not left.exists()
    assert held.exists()
    assert (tmp_path / "c" / "whole").read_text() == "whole"


def test_lines_of_two_encodings_are_both_read(tmp_path: Path) -> None:
    (tmp_path / "m.abc").write_bytes("T:Café\n".encode() + "T:Café\r\n".encode("latin-1"))
    assert read_text(tmp_path / "m.abc") == "T:Café\nT:Café\n"


def test_letters_of_windows_and_what_is_no_utf_8_at_all(tmp_path: Path) -> None:
    path = tmp_path / "w.abc"
    path.write_bytes("T:L\u2019\u0153uvre \u00e9toil\u00e9e\n".encode("cp1252"))
    assert read_text(path) == "T:L\u2019\u0153uvre \u00e9toil\u00e9e\n"
    path.write_bytes("X:1\nK:C\n".encode("utf-16"))
    with pytest.raises(InputError, match=r"w\.abc is text in UTF-16 or UTF-32; save it as UTF-8"):
        read_text(path)
    path.write_bytes(b"PK\x03\x04\0\0")
    with pytest.raises(InputError, match="is a damaged zip"):
        list(text_lines(path))


def test_a_line_keeps_its_encoding_and_its_end_and_a_new_one_gets_those_of_the_old() -> None:
    old = "X:1\r\nT:S\xe9an\r\n".encode() + b"C:Caf\xe9\r\nT:Paddy\x92s\nABC|\n% caf\xe9\nxyz"
    text = decode(old)
    assert encoded_like(text, old) == old
    assert encoded_like(text.replace("ABC|", "DEF|\nGAB|"), old) == old.replace(
        b"ABC|\n", b"DEF|\r\nGAB|\r\n"
    )
    assert encoded_like(text.replace("S\xe9an", "Se\xe1n"), old) == old.replace(b"\xc3\xa9an", b"e\xc3\xa1n")
    assert encoded_like(text.replace("% caf\xe9", "% caf\xe9\u2019"), old).endswith(b"% caf\xe9\x92\r\nxyz")
    assert encoded_like(text + "\n", old) == old + b"\r\n"


def test_a_file_of_one_encoding_keeps_it() -> None:
    for encoding, letter in (("latin-1", "\xe9"), ("cp1252", "\u2019"), ("utf-8", "\u4e2d")):
        old = f"T:{letter}\nABC|\n".encode(encoding)
        assert encoded_like(f"T:{letter}\nDEF|\n", old) == f"T:{letter}\nDEF|\n".encode(encoding)
