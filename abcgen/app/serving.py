"""The app as a program: on this machine for whoever sits before it, or on a server for everybody."""

from __future__ import annotations

import contextlib
import logging
import os
import socket
import threading
import webbrowser
from collections.abc import Callable
from pathlib import Path

from abcgen.app.server import new_app
from abcgen.app.shelf import SHELF, Shelf
from abcgen.app.studio import Studio
from abcgen.errors import MissingExtraError, UsageError

try:
    import uvicorn

    from abcgen.app.connections import PatientProtocol, QuietEnd
except ImportError as error:  # pragma: no cover - the command says it first
    raise MissingExtraError("the app needs a server: pip install 'abcgen[app]'") from error

PORT = 8642
#: Connections at once; those beyond are told that there are too many.
MOST_CONNECTIONS = 64
_NAMES = ("127.0.0.1", "localhost")
_HERE, _EVERYWHERE = "127.0.0.1", "0.0.0.0"  # noqa: S104 - where that is asked for


def serve(
    model: str,
    shelf: Shelf | None,
    port: int = PORT,
    *,
    public: bool = False,
    browser: bool = True,
    say: Callable[[str], None] = print,
) -> None:
    """Run the app until it is stopped: for this machine alone, or, `public`, for whoever reaches it.

    Port 0 is any that is free. Raises UsageError when the port is taken, or everybody would share a shelf.
    """
    if public and shelf is not None:
        raise UsageError("a shelf is one person's; an app that is open to everybody has none")
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    if os.name != "nt":  # where this would let two of them listen
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    with contextlib.closing(listening):
        try:
            listening.bind((_EVERYWHERE if public else _HERE, port))
            listening.listen(MOST_CONNECTIONS)  # so that whoever comes while the app begins waits for it
        except OSError as error:
            raise UsageError(
                f"port {port} cannot be used ({error.strerror}); choose another with --port"
            ) from None
        port = listening.getsockname()[1]
        folder = Path(model)
        # where it lies here is nothing for everybody
        studio = Studio(model, called=folder.resolve().name if public and folder.exists() else "")
        hosts = [f"{name}:{port}" for name in _NAMES]
        if port == 80:  # which browsers do not say
            hosts += _NAMES
        config = uvicorn.Config(
            new_app(studio, shelf, None if public else tuple(hosts)),
            http=PatientProtocol,
            log_level="warning",
            limit_concurrency=MOST_CONNECTIONS,
            timeout_graceful_shutdown=3,
        )
        logging.getLogger("uvicorn.error").addFilter(QuietEnd())
        address = f"http://127.0.0.1:{port}/"
        open_to_all = f", and open to everybody who reaches port {port} of this machine" if public else ""
        say(f"the app is at {address}{open_to_all}; Ctrl-C ends it")
        if shelf is not None and shelf.put_aside:
            say(f"the shelf was damaged; it is kept as {shelf.put_aside}")
            say(f"a new one is begun, with the {shelf.saved} tunes that could be read")
        if browser:
            threading.Timer(0.5, webbrowser.open, (address,)).start()
        try:
            uvicorn.Server(config).run(sockets=[listening])
        finally:
            studio.close()  # the process does not end under a thread that is at work


def default_shelf() -> Path:
    """Where the shelf lies: in the user's data folder."""
    try:
        from platformdirs import user_data_path
    except ImportError as error:
        raise MissingExtraError("the app needs platformdirs: pip install 'abcgen[app]'") from error
    return user_data_path("abcgen", appauthor=False) / SHELF
