"""Connections that bring nothing: who does not finish a request in time, or only holds a line open, is let go."""

import asyncio
from collections import OrderedDict
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol


class PatientProtocol(HttpToolsProtocol):
    """The server's protocol with an end to its patience: slow heads and bodies do not fill the house."""

    head_seconds: float = 10
    whole_seconds: float = 150
    """So long all of a request may take; the body of a file has a shorter time of its own."""
    most_waiting = 300
    """Connections from which no whole head has come: beyond them the oldest goes, so that a new one always finds a place."""
    _waiting: OrderedDict[int, asyncio.BaseTransport] = OrderedDict()  # noqa: RUF012 -- all connections of the process
    _patience: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:  # noqa: ANN401 -- as uvicorn has it
        super().connection_made(transport)
        self._waiting[id(self)] = transport
        if len(self._waiting) > self.most_waiting:
            self._waiting.popitem(last=False)[1].close()
        self._wait(self.head_seconds)

    def connection_lost(self, exc: Exception | None) -> None:
        self._waiting.pop(id(self), None)
        self._wait(0)
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        self._wait(self.head_seconds)
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._waiting.pop(id(self), None)
        self._wait(self.whole_seconds)
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._wait(0)
        super().on_message_complete()

    def _wait(self, seconds: float) -> None:
        """Set the end of patience anew; 0 takes it away."""
        if self._patience is not None:
            self._patience.cancel()
        self._patience = self.loop.call_later(seconds, self._let_go) if seconds else None

    def _let_go(self) -> None:
        if not self.transport.is_closing():
            self.transport.close()
