"""A repository of the Hugging Face Hub, as a place that files are committed to: all of them at once, or none.

Everything that can go wrong there becomes a HubError of one line, which never holds the token. What may pass
by itself (too many requests, a server in trouble, a connection that was cut) is tried again; what is uploaded
already is not uploaded twice.
"""

from __future__ import annotations

import contextlib
import hashlib
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from abcgen.errors import HubError, UsageError
from abcgen.files import file_digest
from abcgen.models.places import hide_bars_in_logs

if TYPE_CHECKING:
    from huggingface_hub import HfApi

KINDS = ("model", "dataset", "space")
#: How often something that may pass is tried, and how long is waited before, in seconds.
TRIES = 5
FIRST_WAIT, LONGEST_WAIT = 1.0, 60.0
#: Answers of a server that may be others a little later.
_PASSING = frozenset({408, 429, 500, 502, 503, 504})
_RATE_LIMITED, _CONFLICT = 429, 412
T = TypeVar("T")


class State(NamedTuple):
    """What a repository is like: its newest commit, whether only its owner sees it, its files."""

    head: str
    private: bool
    files: tuple[str, ...]


@dataclass(frozen=True)
class Remote:
    """`kind` is one of `KINDS`, `name` is `user/name`. Raises UsageError for a name that is none there."""

    kind: str
    name: str

    def __post_init__(self) -> None:
        from huggingface_hub.errors import HFValidationError

        try:
            _utils().validate_repo_id(self.name)
        except HFValidationError as error:
            raise UsageError(f"{self.name[:80]!r} is no name on the Hub: {_one_line(error)}") from error
        if self.name.count("/") != 1:
            raise UsageError(f"{self.name[:80]!r} is no name on the Hub; write it as user/name")

    @property
    def address(self) -> str:
        """Where people find it."""
        from huggingface_hub import constants

        place = {"dataset": "datasets/", "space": "spaces/"}.get(self.kind, "")
        return f"{constants.ENDPOINT}/{place}{self.name}"

    @cached_property
    def _api(self) -> HfApi:
        from huggingface_hub import HfApi

        _utils().logging.set_verbosity_error()  # what it tries again is no news
        hide_bars_in_logs()
        return HfApi(library_name="abcgen")

    def require_writer(self) -> None:
        """Raise HubError unless there is a token, and the Hub knows it."""
        from huggingface_hub import get_token

        token = get_token()
        if not token:
            raise HubError("publishing needs a token with the right to write; log in with: hf auth login")
        if not (token.isascii() and token.isprintable()):
            raise HubError("your token has signs that no token has; log in anew with: hf auth login")
        self._asked(self._api.whoami, "your token cannot be checked")

    def state(self, revision: str = "") -> State | None:
        """What the repository is like, at a revision or now; None where there is none. Raises HubError."""
        return self._state_of(self.kind, revision)

    def _state_of(self, kind: str, revision: str = "") -> State | None:
        from huggingface_hub.errors import RepositoryNotFoundError, RevisionNotFoundError

        def ask() -> State | None:
            try:
                found: Any = self._api.repo_info(self.name, repo_type=kind, revision=revision or None)
            except RepositoryNotFoundError:
                return None
            except RevisionNotFoundError as error:
                raise HubError(f"{self.name} on the Hub has no revision {revision}") from error
            files = tuple(sibling.rfilename for sibling in found.siblings or ())
            return State(str(found.sha), bool(found.private), files)

        return self._asked(ask, f"{self.name} cannot be looked up")

    def create(self, *, private: bool = False, sdk: str | None = None) -> None:
        """Make the repository. Raises HubError where that is refused, or one of another kind has the name."""
        for kind in KINDS:
            if kind != self.kind and self._state_of(kind) is not None:
                raise HubError(
                    f"{self.name} is a {kind} on the Hub already; give the {self.kind} another name"
                )
        self._asked(
            lambda: self._api.create_repo(
                self.name, repo_type=self.kind, private=private, space_sdk=sdk, exist_ok=True
            ),
            f"{self.name} cannot be made",
        )

    def read(self, path: str, revision: str) -> bytes | None:
        """A file as it is there; None where there is none. Raises HubError."""
        from huggingface_hub.errors import EntryNotFoundError

        def ask() -> bytes | None:
            try:
                found = self._api.hf_hub_download(self.name, path, repo_type=self.kind, revision=revision)
            except EntryNotFoundError:
                return None
            return Path(found).read_bytes()

        return self._asked(ask, f"{path} of {self.name} cannot be read")

    def commit(
        self, files: Mapping[str, Path], message: str, *, parent: str, gone: Collection[str] = ()
    ) -> str:
        """Put files there, and take those `gone` away, in one commit upon `parent`; gives its address.

        A checksum of all of it is in the commit's description, by which a commit that was made is known where
        the answer was lost. Raises HubError.
        """
        from huggingface_hub import CommitOperationAdd, CommitOperationDelete

        sums = {path: file_digest([file]) for path, file in sorted(files.items())}
        content = hashlib.sha256(repr((sums, sorted(gone))).encode()).hexdigest()

        def ask() -> str:
            operations: list[CommitOperationAdd | CommitOperationDelete] = [
                *(CommitOperationAdd(path, str(file)) for path, file in sorted(files.items())),
                *(CommitOperationDelete(path) for path in sorted(gone)),
            ]
            try:
                made = self._api.create_commit(
                    self.name,
                    operations,
                    commit_message=message,
                    commit_description=f"SHA-256 of what changes: {content}",
                    repo_type=self.kind,
                    parent_commit=parent,
                )
            except Exception:
                with contextlib.suppress(Exception):  # it is asked again, or told why not
                    newest = self._api.list_repo_commits(self.name, repo_type=self.kind)[0]
                    if content in newest.message:
                        return f"{self.address}/commit/{newest.commit_id}"
                raise
            return str(made.commit_url)

        return self._asked(ask, f"{self.name} cannot be written")

    def _asked(self, ask: Callable[[], T], what: str) -> T:
        """What the Hub answers; asked again where that may help."""
        wait = FIRST_WAIT
        for left in range(TRIES - 1, -1, -1):
            try:
                return ask()
            except HubError:
                raise
            except Exception as error:  # of many libraries below: each in its own words
                if not left or not _may_pass(error):
                    raise HubError(f"{what}: {self._reason(error)}") from error
                time.sleep(min(_told_to_wait(error) or wait, LONGEST_WAIT))
                wait *= 2
        raise AssertionError("the last try returns or raises")

    def _reason(self, error: Exception) -> str:
        from huggingface_hub import get_token
        from huggingface_hub.errors import OfflineModeIsEnabled

        status = _status(error)
        owner = self.name.partition("/")[0]
        reasons = {
            401: "the Hub does not take your token; log in with: hf auth login",
            403: f"you have no right to write for {owner} there; your token may only read, or is another's",
            404: "there is no such repository, or you may not see it",
            412: "somebody else changed it at the same time; the same command again takes that in",
            413: "the Hub takes no files as large as these",
            429: "the Hub is asked too often; wait a few minutes, then the same command goes on",
            507: "there is no room left for it on the Hub",
        }
        if isinstance(error, OfflineModeIsEnabled):
            return "HF_HUB_OFFLINE is set, so nothing is asked of the Hub"
        if isinstance(error, ValueError) and status is None:
            reason = f"the Hub refuses it: {' '.join(str(error).split())[:300]}"
        elif status is None:
            reason = f"the Hub is not reached ({_one_line(error)}); the same command again goes on"
        else:
            reason = reasons.get(status) or f"the Hub answers {status}: {_one_line(error)}"
        return reason.replace(get_token() or "\0", "…")


def _utils() -> Any:
    """What of the client has no types."""
    import huggingface_hub.utils

    return huggingface_hub.utils


def _status(error: Exception) -> int | None:
    """The HTTP status that it is about, if any."""
    response = getattr(error, "response", None)
    found = getattr(response, "status_code", None)
    return found if isinstance(found, int) else None


def _may_pass(error: Exception) -> bool:
    from huggingface_hub.errors import OfflineModeIsEnabled

    status = _status(error)
    if status is not None:
        return status in _PASSING
    # without an answer: a connection that failed, in whichever library's words
    kinds = {kind.__name__ for kind in type(error).__mro__}
    return not isinstance(error, OfflineModeIsEnabled) and bool(kinds & {"TransportError", "ConnectionError"})


def _told_to_wait(error: Exception) -> float | None:
    """Seconds that the Hub asks to wait, where it says so."""
    headers = getattr(getattr(error, "response", None), "headers", {})
    text = str(headers.get("retry-after", ""))
    return float(text) if text.isdigit() else None


def _one_line(error: Exception) -> str:
    """What the server said, else the first line of what the client says."""
    said = getattr(error, "server_message", None) or str(error)
    lines = [line.strip() for line in str(said).splitlines() if line.strip()]
    return lines[0][:200] if lines else type(error).__name__
