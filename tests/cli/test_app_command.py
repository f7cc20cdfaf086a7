"""`abcgen app`: what keeps it from starting is said in one line."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path


def app(*arguments: str, cwd: Path, code: str = "") -> subprocess.CompletedProcess[str]:
    start = f"{code}\nfrom abcgen.cli import main\nmain(['app', '--no-browser', *{list(arguments)!r}])"
    command = [sys.executable, "-c", start]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, cwd=cwd)


def test_port_in_use(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        made = app("--port", str(port), "--shelf", "s.sqlite", cwd=tmp_path)
    assert made.returncode == 2
    assert f"port {port} cannot be used" in made.stderr
    assert "--port" in made.stderr
    assert len(made.stderr.splitlines()) == 1


def test_shelf_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    made = app("--port", "0", "--shelf", "file/shelf.sqlite", cwd=tmp_path)
    assert made.returncode == 2
    assert "the shelf file/shelf.sqlite cannot be opened" in made.stderr


def test_without_the_extra_it_says_what_to_install(tmp_path: Path) -> None:
    made = app("--shelf", "s.sqlite", cwd=tmp_path, code="import sys; sys.modules['uvicorn'] = None")
    assert made.returncode == 2
    assert "pip install 'abcgen[app]'" in made.stderr
    assert not (tmp_path / "s.sqlite").exists()
