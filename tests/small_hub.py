"""A small Hub on this machine: as much of its protocol as it takes to make, write and read repositories.

`root/datasets/user/name` and `root/models/user/name` are repositories from the start, at the commit COMMIT;
those that are made, and what is committed, is kept in memory. Files with a NUL in their beginning go by LFS.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from card_rules import faults_of

#: The commit that every repository of the root is at.
COMMIT = "c0ffee" + "0" * 34
#: Who may write where, by token.
TOKENS = {"hf_of_me": "me", "hf_of_you": "you"}
#: LFS files of more bytes are sent in parts.
PART = 2_000_000
_KINDS = {"model": "models", "dataset": "datasets", "space": "spaces"}


@dataclass(frozen=True)
class Commit:
    oid: str
    title: str
    files: Mapping[str, bytes]
    description: str = ""


@dataclass
class Repository:
    """`commits`: the oldest first; a new repository has an empty one."""

    kind: str
    name: str
    private: bool = False
    commits: list[Commit] = field(default_factory=list)
    sdk: str = ""

    @property
    def files(self) -> Mapping[str, bytes]:
        return self.commits[-1].files

    def at(self, revision: str) -> Commit | None:
        found = [commit for commit in self.commits if commit.oid == revision]
        return self.commits[-1] if revision == "main" else found[0] if found else None

    def add(self, title: str, files: Mapping[str, bytes], description: str = "") -> Commit:
        told = f"{self.kind}/{self.name} {len(self.commits)} {title}"
        oid = hashlib.sha1(told.encode()).hexdigest()  # noqa: S324
        self.commits.append(Commit(oid, title, files, description))
        return self.commits[-1]


@dataclass
class Fault:
    """What goes wrong at the next `times` requests of which `method` and `path` are a part.

    `status` is an HTTP status, or 0: then the connection is cut, when as much of the body was read as fits,
    or, with `done`, when all was done that was asked for.
    """

    method: str
    path: str
    status: int
    times: int = 1
    headers: Mapping[str, str] = field(default_factory=dict)
    done: bool = False


class Hub(ThreadingHTTPServer):
    """`asked` are the requests so far; `faults` those that are to fail."""

    daemon_threads = True
    repositories: dict[tuple[str, str], Repository]
    objects: dict[str, bytes]
    parts: dict[str, bytes]
    asked: list[str]
    faults: list[Fault]

    def make(self, kind: str, name: str, *, private: bool = False) -> Repository:
        """A new repository, with its first commit."""
        made = Repository(kind, name, private)
        made.add("initial commit", {".gitattributes": b"*.safetensors filter=lfs\n"})
        self.repositories[kind, name] = made
        return made

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away is no news."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class _Handler(BaseHTTPRequestHandler):
    server: Hub
    protocol_version = "HTTP/1.1"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        self.server.asked.append(f"{self.requestline} {code}")

    def log_message(self, *told: object) -> None:
        pass

    def handle_one_request(self) -> None:
        self.sent, self.mute = b"", False
        super().handle_one_request()

    def do_HEAD(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def do_PUT(self) -> None:
        self._answer()

    # -- what every request goes through -----------------------------------------------------------

    def _answer(self) -> None:
        if self._fails():
            return
        self.sent = self._body()
        path = unquote(urlsplit(self.path).path).strip("/")
        parts = path.split("/")
        if parts[0] == "api":
            self._api(parts[1:])
        elif parts[0] == "lfs":
            self._object(parts[1:])
        elif path.endswith(".git/info/lfs/objects/batch"):
            self._batch()
        elif "resolve" in parts:
            at = parts.index("resolve")
            self._file("models" if at == 2 else parts[0], "/".join(parts[at - 2 : at]), parts[at + 1 :])
        else:
            self._refuse(404)

    def _body(self) -> bytes:
        if "chunked" not in self.headers.get("transfer-encoding", ""):
            return self.rfile.read(int(self.headers.get("content-length", 0)))
        found = b""
        while size := int(self.rfile.readline().split(b";")[0], 16):
            found += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return found

    def _fails(self) -> bool:
        for fault in self.server.faults:
            if fault.times and fault.method == self.command and fault.path in self.path:
                fault.times -= 1
                if fault.status:
                    self._body()
                    self._refuse(fault.status, headers=fault.headers)
                elif fault.done:
                    self.mute = True
                    return False
                else:
                    self.server.asked.append(f"{self.requestline} cut")
                    self.rfile.read(min(1000, int(self.headers.get("content-length", 0))))
                    self._cut()
                return True
        return False

    def _cut(self) -> None:
        self.connection.shutdown(2)
        self.close_connection = True

    @property
    def _user(self) -> str:
        """Who asks; "" for somebody."""
        return TOKENS.get(self.headers.get("authorization", "").removeprefix("Bearer "), "")

    def _repository(self, kind: str, name: str, *, write: bool = False) -> Repository | None:
        """The repository; None when the request has been refused."""
        found = self.server.repositories.get((kind, name))
        mine = self._user == name.split("/")[0]
        if found is None or (found.private and not mine):
            self._refuse(404 if self._user else 401, "RepoNotFound")
            return None
        if write and not mine:
            self._refuse(403 if self._user else 401, said="You don't have the rights to write here")
            return None
        return found

    # -- /api --------------------------------------------------------------------------------------

    def _api(self, parts: list[str]) -> None:
        if "authorization" in self.headers and not self._user:
            self._refuse(401, said="Invalid credentials in Authorization header")
        elif parts == ["whoami-v2"]:
            self._json({"type": "user", "name": self._user, "orgs": []}) if self._user else self._refuse(401)
        elif parts == ["repos", "create"]:
            self._create(json.loads(self.sent))
        elif parts == ["validate-yaml"]:
            asked = json.loads(self.sent)
            wrong = [{"message": fault} for fault in faults_of(asked["content"], asked["repoType"])]
            self._json({"errors": wrong, "warnings": []}, 400 if wrong else 200)
        elif len(parts) >= 3:
            kind, name, rest = parts[0], "/".join(parts[1:3]), parts[3:] or ["revision", "main"]
            what = {"preupload": self._preupload, "commit": self._commit}.get(rest[0])
            repository = self._repository(kind, name, write=what is not None)
            if repository is None:
                return
            if what is not None:
                what(repository)
                return
            commit = repository.at(rest[1])
            known = {
                "revision": self._revision,
                "tree": self._tree,
                "paths-info": self._paths_info,
                "commits": self._commits,
            }
            if commit is None or rest[0] not in known:
                self._refuse(404, "RevisionNotFound")
            else:
                known[rest[0]](repository, commit, "/".join(rest[2:]))
        else:
            self._refuse(404)

    def _create(self, asked: dict[str, Any]) -> None:
        owner = asked.get("organization") or self._user
        kind, name = _KINDS[asked.get("type", "model")], f"{owner}/{asked['name']}"
        shown = f"{self.server.endpoint}/{'' if kind == 'models' else kind + '/'}{name}"
        if not self._user:
            self._refuse(401)
        elif owner != self._user:
            self._refuse(
                403, said=f'You don\'t have the rights to create a model under the namespace "{owner}"'
            )
        elif (kind, name) in self.server.repositories:
            self._json({"error": "You already created this repo", "url": shown}, 409)
        else:
            private = asked.get("visibility") == "private"
            made = self.server.make(kind, name, private=private)
            made.sdk = asked.get("sdk", "")
            self._json({"url": shown, "name": name, "id": name})

    def _preupload(self, repository: Repository) -> None:
        told = []
        for file in json.loads(self.sent)["files"]:
            large = b"\0" in base64.b64decode(file["sample"])
            known = repository.files.get(file["path"])
            oid = None if known is None else hashlib.sha256(known).hexdigest() if large else _blob(known)
            mode = "lfs" if large else "regular"
            told.append({"path": file["path"], "uploadMode": mode, "shouldIgnore": False, "oid": oid})
        self._json({"files": told})

    def _commit(self, repository: Repository) -> None:
        lines = [json.loads(line) for line in self.sent.splitlines()]
        header = lines[0]["value"]
        if header.get("parentCommit", repository.commits[-1].oid) != repository.commits[-1].oid:
            self._refuse(412, said="A commit has happened since. Please refresh and try again.")
            return
        files = dict(repository.files)
        for line in lines[1:]:
            path, value = line["value"]["path"], line["value"]
            if line["key"] == "file":
                files[path] = base64.b64decode(value["content"])
            elif line["key"] == "lfsFile":
                if value["oid"] not in self.server.objects:
                    self._refuse(400, said=f"{path}: its object was never uploaded")
                    return
                files[path] = self.server.objects[value["oid"]]
            elif line["key"] == "deletedFile":
                del files[path]
            else:
                self._refuse(400, said=f"unknown operation {line['key']}")
                return
        made = repository.add(header["summary"], files, header["description"])
        shown = f"{self.server.endpoint}/{repository.name}/commit/{made.oid}"
        self._json({"success": True, "commitOid": made.oid, "commitUrl": shown})

    def _revision(self, repository: Repository, commit: Commit, rest: str) -> None:
        told: dict[str, object] = {
            "id": repository.name,
            "sha": commit.oid,
            "siblings": [{"rfilename": path} for path in sorted(commit.files)],
            "tags": [],
            "private": repository.private,
            "downloads": 0,
        }
        self._json(told)

    def _commits(self, repository: Repository, commit: Commit, rest: str) -> None:
        until = repository.commits[: repository.commits.index(commit) + 1]
        told = [
            {
                "id": each.oid,
                "title": each.title,
                "message": each.description,
                "authors": [],
                "date": "2026-01-01T00:00:00.000Z",
            }
            for each in reversed(until)
        ]
        self._json(told)

    def _tree(self, repository: Repository, commit: Commit, below: str) -> None:
        query = parse_qs(urlsplit(self.path).query)
        deep = query.get("recursive", ["false"])[0].lower() in ("true", "1")
        found = [path for path in _places(commit.files) if path.startswith(f"{below}/" if below else "")]
        if not found:
            self._refuse(404, "EntryNotFound")
            return
        depth = below.count("/") + 1 if below else 0
        self._json([_entry(commit, path) for path in sorted(found) if deep or path.count("/") == depth])

    def _paths_info(self, repository: Repository, commit: Commit, rest: str) -> None:
        try:
            wanted = json.loads(self.sent)["paths"]
        except ValueError:
            wanted = parse_qs(self.sent.decode())["paths"]
        self._json([_entry(commit, path) for path in wanted if path in _places(commit.files)])

    # -- LFS and files -----------------------------------------------------------------------------

    def _batch(self) -> None:
        told = []
        for asked in json.loads(self.sent)["objects"]:
            oid, size, at = asked["oid"], asked["size"], f"{self.server.endpoint}/lfs/{asked['oid']}"
            if oid in self.server.objects:
                told.append(asked)
                continue
            upload: dict[str, Any] = {"href": at}
            if size > PART:
                count = -(-size // PART)
                upload["header"] = {str(n): f"{at}/{n}" for n in range(1, count + 1)}
                upload["header"]["chunk_size"] = str(PART)
            actions = {"upload": upload, "verify": {"href": f"{at}/verify"}}
            told.append({**asked, "actions": actions})
        self._json({"transfer": "basic", "objects": told})

    def _object(self, parts: list[str]) -> None:
        oid, rest = parts[0], parts[1:]
        if self.command == "PUT" and rest:
            self.server.parts[f"{oid}/{int(rest[0]):06}"] = self.sent
            self._empty({"etag": f'"{_blob(self.sent)}"'})
        elif self.command == "PUT":
            self._keep(oid, self.sent)
        elif rest == ["verify"]:
            known = len(self.server.objects.get(oid, b"")) == json.loads(self.sent)["size"]
            self._empty({}) if known else self._refuse(404)
        else:
            pieces = (self.server.parts.pop(key) for key in sorted(self.server.parts) if key.startswith(oid))
            self._keep(oid, b"".join(pieces))

    def _keep(self, oid: str, data: bytes) -> None:
        if hashlib.sha256(data).hexdigest() != oid:
            self._refuse(422, said="another checksum")
            return
        self.server.objects[oid] = data
        self._empty({})

    def _file(self, kind: str, name: str, rest: list[str]) -> None:
        repository = self._repository(kind, name)
        if repository is None:
            return
        commit, path = repository.at(rest[0]), "/".join(rest[1:])
        if commit is None or path not in commit.files:
            self._refuse(404, "RevisionNotFound" if commit is None else "EntryNotFound")
            return
        data = commit.files[path]
        first, last, status = 0, len(data) - 1, 200
        asked = self.headers.get("range", "")
        if asked.startswith("bytes="):
            begin, _, end = asked[6:].partition("-")
            first, last, status = int(begin or 0), min(int(end or last), last), 206
        headers = {"etag": f'"{_blob(data)}"', "x-repo-commit": commit.oid, "accept-ranges": "bytes"}
        if status == 206:
            headers["content-range"] = f"bytes {first}-{last}/{len(data)}"
        self._send(status, headers, data[first : last + 1])

    # -- answers -----------------------------------------------------------------------------------

    def _json(self, value: object, status: int = 200) -> None:
        self._send(status, {"content-type": "application/json"}, json.dumps(value).encode())

    def _empty(self, headers: Mapping[str, str]) -> None:
        self._send(200, headers, b"")

    def _refuse(self, status: int, code: str = "", said: str = "", headers: Mapping[str, str] = {}) -> None:
        told = {"x-error-code": code, "x-error-message": said}
        self._send(status, {**headers, **{key: text for key, text in told.items() if text}}, b"")

    def _send(self, status: int, headers: Mapping[str, str], data: bytes) -> None:
        if self.mute:
            self._cut()
            return
        self.send_response(status)
        for key, text in headers.items():
            self.send_header(key, text)
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)


def _places(files: Mapping[str, bytes]) -> set[str]:
    """Its files, and the folders that they lie in."""
    folders = {str(parent) for path in files for parent in Path(path).parents}
    return {*files, *folders} - {"."}


def _entry(commit: Commit, path: str) -> dict[str, object]:
    if path not in commit.files:
        return {"type": "directory", "oid": "0" * 40, "size": 0, "path": path}
    data = commit.files[path]
    found: dict[str, object] = {"type": "file", "oid": _blob(data), "size": len(data), "path": path}
    if b"\0" in data[:512]:
        oid = hashlib.sha256(data).hexdigest()
        found["lfs"] = {"oid": oid, "size": len(data), "pointerSize": 134}
    return found


def _blob(data: bytes) -> str:
    """What git calls a file."""
    return hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()  # noqa: S324


@contextmanager
def serving(root: Path | None = None) -> Iterator[Hub]:
    """The Hub while the block lasts."""
    server = Hub(("127.0.0.1", 0), _Handler)
    server.repositories, server.objects, server.parts = {}, {}, {}
    server.asked, server.faults = [], []
    for folder in sorted(root.glob("*/*/*")) if root else ():
        kind, *name = folder.relative_to(root or folder).parts
        files = {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
        commits = [Commit(COMMIT, "all", files)]
        server.repositories[kind, "/".join(name)] = Repository(kind, "/".join(name), commits=commits)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


def asked_of_the_hub(
    endpoint: str, home: Path, *command: str, token: str = "", cwd: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own, for the Hub's address is read when its library is imported."""
    hub = {"HF_ENDPOINT": endpoint, "HF_HOME": str(home), "HF_HUB_DISABLE_XET": "1", "HF_TOKEN": token}
    return subprocess.run(
        [sys.executable, "-m", "abcgen", *command],
        env={**os.environ, **hub},
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
    )
