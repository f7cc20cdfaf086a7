"""Connections of the server: one whose request does not come in time is closed; the end of all is quiet."""

from __future__ import annotations

import asyncio
import logging

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

#: Seconds within which a request, or the rest of one, has to come; looked at as often.
SLOWEST = 10.0


class PatientProtocol(H11Protocol):
    """HTTP of uvicorn, which itself waits for ever for the first request of a connection, and for a body."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.loop.call_later(SLOWEST, self._look, None)

    def _look(self, before: tuple[object, ...] | None) -> None:
        if self.transport.is_closing():
            return
        state = self.conn.their_state
        now = (state, id(self.cycle)) if state in {h11.IDLE, h11.SEND_BODY} else None
        # the first request has had its time already
        if now is not None and (now == before or self.cycle is None):
            self.transport.close()
            return
        self.loop.call_later(SLOWEST, self._look, now)


class QuietEnd(logging.Filter):
    """Leaves out of uvicorn's log that requests were ended when the server was."""

    def filter(self, record: logging.LogRecord) -> bool:
        kind = record.exc_info[0] if isinstance(record.exc_info, tuple) else None
        ended = kind is not None and issubclass(kind, asyncio.CancelledError)
        return not ended and not str(record.msg).startswith("Cancel %s running task")
