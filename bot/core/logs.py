"""Logs: JSON lines on stderr that carry ids, never a person's words, name, phone or OpenID."""

import logging
import re
import sys
import traceback
from types import TracebackType
from typing import Any, TextIO

import structlog
from sqlalchemy.exc import DBAPIError, OperationalError
from structlog.types import EventDict, ExcInfo, Processor, WrappedLogger

DROPPED = "[dropped]"
PERSONAL_KEYS = frozenset(
    {
        *("text", "content", "body", "raw", "reply", "message", "words", "note", "fields", "payload"),
        *("openid", "unionid", "external_id", "sender", "recipient", "from_user", "to_user", "user_id"),
        *("name", "phone", "address", "place_text", "longitude", "latitude", "nickname"),
        *("token", "access_token", "secret", "aes_key", "code", "url", "query", "database_url"),
    }
)
PERSONAL_SHAPES = re.compile(r"\bo[A-Za-z0-9_-]{27}\b|(?<!\d)1[3-9]\d{9}(?!\d)|access_token=[^&\s]+")
QUIET = ("jieba", "apscheduler", "urllib3", "alembic", "asyncio")
"""Libraries that only report trouble."""


def drop_personal(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Empty every field that may hold personal content, whoever wrote it there."""
    for key, value in event.items():
        if key.lower() in PERSONAL_KEYS:
            event[key] = DROPPED
        elif isinstance(value, str):
            event[key] = PERSONAL_SHAPES.sub(DROPPED, value)
    return event


def describe_exception(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Replace an exception by its type and the places it passed; its words may quote what a person wrote."""
    exc_info: ExcInfo | BaseException | bool | None = event.pop("exc_info", None)
    if exc_info is True:
        exc_info = sys.exc_info()  # type: ignore[assignment]
    error = exc_info[1] if isinstance(exc_info, tuple) else exc_info
    if isinstance(error, BaseException):
        event["exception"] = _chain(error)
    return event


def configure_logs(stream: TextIO | None = None, *, level: int = logging.INFO) -> None:
    """Send our own and every library's log through the same filter to one stream (stderr by default)."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        describe_exception,
        drop_personal,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for library in QUIET:
        logging.getLogger(library).setLevel(logging.WARNING)
    # A failed tick is logged once, by the metronome.
    logging.getLogger("apscheduler.executors").setLevel(logging.CRITICAL)


def _chain(error: BaseException) -> list[dict[str, Any]]:
    links: list[dict[str, Any]] = []
    link: BaseException | None = error
    while link is not None and len(links) < 5:  # noqa: PLR2004 -- a longer chain tells nothing new
        links.append(
            {"type": type(link).__name__, "says": _speakable(link), "at": _places(link.__traceback__)}
        )
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)
    return links


def _places(trace: TracebackType | None) -> list[str]:
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)[-12:]]


def _speakable(error: BaseException) -> str:
    """Give the words of an error only where they speak of the machine: files, sockets, connections."""
    if isinstance(error, OperationalError):
        return str(error.orig).partition("\n")[0]
    if isinstance(error, DBAPIError):
        return str(getattr(error.orig, "sqlstate", "") or "")
    return str(error) if isinstance(error, OSError | ImportError) else ""
