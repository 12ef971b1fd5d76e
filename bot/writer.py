"""The writer: one thread that takes all waiting messages, does them in one transaction, then releases the replies.

Everything a process writes goes through it, so that SQLite never sees two writers and many messages
share one commit.
"""

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, TypeVar

import structlog
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from handlers.pipeline import Intake, Worlds, handle_again, handle_alone, handle_batch
from handlers.routing import Answer

log = structlog.get_logger()
T = TypeVar("T")

LARGEST_BATCH = 128
WAITING_AT_MOST = 4096
"""Beyond this the platform is left to try again; it does so three times."""


class Overloaded(Exception):  # noqa: N818 -- it is a state of ours, and the platform comes back
    """Too much is waiting; nothing of this message was kept."""


@dataclass(slots=True)
class _Message:
    intake: Intake
    answer: Future[Answer]


@dataclass(slots=True)
class _Work:
    run: Callable[[Engine], Any]
    result: Future[Any]


class Writer:
    """Takes messages and short pieces of work from any thread, and does them in its own."""

    def __init__(self, engine: Engine, worlds: Worlds) -> None:
        self._engine = engine
        self._worlds = worlds
        self._queue: queue.Queue[_Message | _Work | None] = queue.Queue(WAITING_AT_MOST)
        self._in_work: dict[str, Future[Answer]] = {}
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Finish what is waiting, then end."""
        if self._thread.is_alive():
            self._queue.put(None)
            self._thread.join()

    def waiting(self) -> int:
        return self._queue.qsize()

    def submit(self, intake: Intake) -> Future[Answer]:
        """Hand over a message; a repeat that comes while the first is in work gets the first one's answer."""
        with self._lock:
            running = self._in_work.get(intake.dedupe_key)
            if running is not None and not intake.nonce_key:
                return running
            future: Future[Answer] = Future()
            try:
                self._queue.put_nowait(_Message(intake, future))
            except queue.Full:
                raise Overloaded from None
            self._in_work.setdefault(intake.dedupe_key, future)
            return future

    def transact(self, work: Callable[[Session], T]) -> T:
        """Do a short piece of work in a transaction of its own and wait for it."""

        def in_transaction(engine: Engine) -> T:
            with Session(engine, expire_on_commit=False) as session, session.begin():
                return work(session)

        return self._do(in_transaction)

    def retry(self, inbox_id: int) -> bool:
        """Try a message again that was left unanswered."""
        return self._do(lambda engine: handle_again(engine, inbox_id, self._worlds))

    def _do(self, run: Callable[[Engine], T]) -> T:
        result: Future[T] = Future()
        self._queue.put(_Work(run, result))
        return result.result()

    def _run(self) -> None:
        while (item := self._queue.get()) is not None:
            messages: list[_Message] = []
            work: list[_Work] = []
            ending = False
            while item is not None:
                if isinstance(item, _Message):
                    messages.append(item)
                else:
                    work.append(item)
                if len(messages) >= LARGEST_BATCH or work:
                    break
                try:
                    item = self._queue.get_nowait()
                except queue.Empty:
                    break
                ending = item is None
            self._handle(messages)
            for piece in work:
                _settle(piece.result, lambda piece=piece: piece.run(self._engine))  # type: ignore[misc]
            if ending:
                return

    def _handle(self, messages: list[_Message]) -> None:
        if not messages:
            return
        firsts = _first_copies(messages)
        try:
            answers = handle_batch(self._engine, [message.intake for message in firsts], self._worlds)
        except Exception as error:  # noqa: BLE001 -- whatever it is, each message is done again alone
            log.warning("a batch was undone", messages=len(firsts), error=type(error).__name__, exc_info=True)
            answers = [None] * len(firsts)
        by_key = {m.intake.dedupe_key: a for m, a in zip(firsts, answers, strict=True) if a is not None}
        for message in messages:
            known = by_key.get(message.intake.dedupe_key)
            if known is not None and message in firsts:
                self._release(message, known)
        for message in messages:
            if not message.answer.done():
                self._alone(message)

    def _alone(self, message: _Message) -> None:
        _settle(message.answer, lambda: handle_alone(self._engine, message.intake, self._worlds))
        with self._lock:
            self._in_work.pop(message.intake.dedupe_key, None)

    def _release(self, message: _Message, answer: Answer) -> None:
        with self._lock:
            self._in_work.pop(message.intake.dedupe_key, None)
        message.answer.set_result(answer)


def _first_copies(messages: list[_Message]) -> list[_Message]:
    seen: dict[str, _Message] = {}
    for message in messages:
        seen.setdefault(message.intake.dedupe_key, message)
    return list(seen.values())


def _settle(future: Future[T], run: Callable[[], T]) -> None:
    """Give a future its result or its error; the writer itself goes on."""
    try:
        result = run()
    except Exception as error:  # noqa: BLE001 -- whoever waits for the future gets the error
        future.set_exception(error)
    else:
        future.set_result(result)
