"""A small Hub on this machine, over a folder: as much of its protocol as reading a repository takes.

`root/datasets/user/name` and `root/models/user/name` are the repositories, all at the commit COMMIT.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

#: The commit that every repository is at.
COMMIT = "c0ffee" + "0" * 34


class Hub(ThreadingHTTPServer):
    """`asked` are the requests so far."""

    daemon_threads = True
    root: Path
    asked: list[str]

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    server: Hub

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        self.server.asked.append(f"{self.requestline} {code}")

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        path = unquote(urlsplit(self.path).path)
        parts = path.strip("/").split("/")
        if parts[0] == "api" and len(parts) >= 4:
            self._api(parts[1], "/".join(parts[2:4]), parts[4:])
        elif "resolve" in parts:
            at = parts.index("resolve")
            kind = "models" if at == 2 else parts[0]
            self._file(Path(self.server.root, kind, *parts[at - 2 : at], *parts[at + 2 :]))
        else:
            self._missing()

    def do_POST(self) -> None:
        sent = self.rfile.read(int(self.headers.get("content-length", 0))).decode()
        parts = unquote(urlsplit(self.path).path).strip("/").split("/")
        if len(parts) < 5 or parts[4] != "paths-info":
            self._missing()
            return
        try:
            wanted = json.loads(sent)["paths"]
        except ValueError:
            wanted = parse_qs(sent)["paths"]
        folder = self.server.root / parts[1] / parts[2] / parts[3]
        self._json([_entry(folder, folder / name) for name in wanted if (folder / name).exists()])

    def _api(self, kind: str, name: str, rest: list[str]) -> None:
        folder = self.server.root / kind / name
        if not folder.is_dir():
            self._missing()
        elif rest[:1] == ["revision"] and rest[1:] not in ([COMMIT], ["main"]):
            self._missing("RevisionNotFound")
        elif not rest or rest[0] == "revision":
            files = [{"rfilename": p.relative_to(folder).as_posix()} for p in _files(folder)]
            told = {
                "id": name,
                "sha": COMMIT,
                "siblings": files,
                "tags": [],
                "private": False,
                "downloads": 0,
            }
            self._json(told)
        elif rest[0] == "tree":
            below = folder / "/".join(rest[2:])
            query = parse_qs(urlsplit(self.path).query)
            deep = query.get("recursive", ["false"])[0].lower() in ("true", "1")
            if not below.exists():
                self._missing("EntryNotFound")
                return
            self._json(
                [_entry(folder, path) for path in sorted(below.rglob("*") if deep else below.iterdir())]
            )
        else:
            self._missing()

    def _file(self, path: Path) -> None:
        if not path.is_file():
            self._missing("EntryNotFound")
            return
        data = path.read_bytes()
        first, last, status = 0, len(data) - 1, 200
        asked = self.headers.get("range", "")
        if asked.startswith("bytes="):
            begin, _, end = asked[6:].partition("-")
            first, last, status = int(begin or 0), min(int(end or last), last), 206
        self.send_response(status)
        self.send_header("etag", f'"{_oid(data)}"')
        self.send_header("x-repo-commit", COMMIT)
        self.send_header("accept-ranges", "bytes")
        self.send_header("content-length", str(last - first + 1))
        if status == 206:
            self.send_header("content-range", f"bytes {first}-{last}/{len(data)}")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data[first : last + 1])

    def _json(self, value: object) -> None:
        data = json.dumps(value).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def _missing(self, code: str = "RepoNotFound") -> None:
        self.send_response(404)
        self.send_header("x-error-code", code)
        self.send_header("content-length", "0")
        self.end_headers()


def _files(folder: Path) -> list[Path]:
    return sorted(p for p in folder.rglob("*") if p.is_file())


def _entry(folder: Path, path: Path) -> dict[str, object]:
    name = path.relative_to(folder).as_posix()
    if path.is_dir():
        return {"type": "directory", "oid": "0" * 40, "size": 0, "path": name}
    data = path.read_bytes()
    return {"type": "file", "oid": _oid(data), "size": len(data), "path": name}


def _oid(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:40]


@contextmanager
def serving(root: Path) -> Iterator[Hub]:
    """The Hub while the block lasts."""
    server = Hub(("127.0.0.1", 0), _Handler)
    server.root, server.asked = root, []
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


def asked_of_the_hub(endpoint: str, home: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own, for the Hub's address is read when its library is imported."""
    hub = {"HF_ENDPOINT": endpoint, "HF_HOME": str(home), "HF_HUB_DISABLE_XET": "1"}
    return subprocess.run(
        [sys.executable, "-m", "abcgen", *command],
        env={**os.environ, **hub},
        capture_output=True,
        text=True,
        check=False,
    )
