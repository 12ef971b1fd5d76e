"""The writer: one thread that takes all waiting messages, does them in one transaction, then releases the replies.

Everything a process writes goes through it, so that SQLite never sees two writers and many messages
share one commit.
"""

import asyncio
import queue
import secrets
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar

import structlog
from sqlalchemy import Engine, event
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.orm import Session

from bot.core.note import Note, Unnoted
from handlers.intake import Intake, Worlds
from handlers.lanes.batch import handle_batch
from handlers.lanes.pipeline import handle_again, handle_alone, handle_held
from handlers.lanes.taking_over import take_over
from handlers.route import Answer
from storage.engine.database import is_away
from storage.messages.health import prove_writable

log = structlog.get_logger()
T = TypeVar("T")

LARGEST_BATCH = 128
WAITING_AT_MOST = 4096
"""Beyond this the platform is left to try again; it does so three times."""
GATHER_SECONDS = 0.004
"""How long a busy writer waits for as many messages as it had last time: fuller batches, fewer commits."""

_DATABASE = frozenset({"sqlalchemy", "psycopg", "sqlite3"})

Waiting = list[asyncio.Future[Answer]]
"""Those who wait for one message's answer: whoever brought it, and its repeats."""


class Overloaded(Exception):  # noqa: N818 -- it is a state of ours, and the platform comes back
    """Too much is waiting; nothing of this message was kept."""


class Stopped(Exception):  # noqa: N818 -- it is a state of ours
    """The writer has been told to end and takes nothing more."""


@dataclass(slots=True, eq=False)
class _Message:
    intake: Intake
    waiting: Waiting
    outcome: Answer | Exception | None = None


@dataclass(slots=True, eq=False)
class _Work:
    run: Callable[[Engine], Any]
    result: Future[Any]


_NOTHING = _Work(lambda _engine: None, Future())
"""Stands for: nothing else was waiting."""


class Writer:
    """Takes messages and short pieces of work from any thread, and does them in its own."""

    def __init__(self, engine: Engine, worlds: Worlds, note: Note | None = None) -> None:
        self._engine = engine
        self._worlds = worlds
        self._note = note or Unnoted()
        self._name = secrets.token_hex(8)
        """Of this run, in the rows of what it tries: a mark of another one tells that it ended."""
        event.listen(engine, "begin", lambda _connection: self._note.going_on())
        event.listen(engine, "commit", lambda _connection: self._note.committing())
        self._queue: queue.SimpleQueue[_Message | _Work | None] = queue.SimpleQueue()
        self._in_work: dict[str, Waiting] = {}
        self._lock = threading.Lock()
        self._last_batch = 1
        self._stopped = False
        self._turn = 0
        self._at_work = False
        self.trouble = ""
        """Name of the error by which the last message or work could not be written; empty while all is well."""
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)

    @property
    def engine(self) -> Engine:
        """For long readings, which need no turn."""
        return self._engine

    def start(self) -> None:
        """Begin, before anything else with what a process that has ended left in work."""
        self._queue.put(_Work(self._take_over, Future()))
        self._thread.start()

    def stop(self) -> None:
        """Finish what is waiting, then end; whatever comes later is refused."""
        with self._lock:
            self._stopped = True
            self._queue.put(None)
        if self._thread.is_alive():
            self._thread.join()
        self._note.close()

    def prove(self) -> bool:
        """After a failure, tell whether writing works again by writing a little."""
        if self.trouble:
            with suppress(SQLAlchemyError):
                self.transact(lambda session: prove_writable(session.connection()))
                self.trouble = ""
        return not self.trouble

    @property
    def works(self) -> bool:
        """Whether the thread that does everything is there."""
        return self._thread.is_alive()

    @property
    def stands_before_others(self) -> int:
        """Give the number of the piece of work in hand while others wait behind it, else 0."""
        return self._turn if self._at_work and not self._queue.empty() else 0

    @property
    def waits_for_database(self) -> bool:
        """Whether the piece of work in hand stands in a call of the database at this moment."""
        frame = sys._current_frames().get(self._thread.ident or 0)  # noqa: SLF001 -- the one way to see it from outside
        return frame is not None and frame.f_globals.get("__name__", "").partition(".")[0] in _DATABASE

    def blame_nobody(self) -> None:
        """Note that the process ends through no fault of what is in hand."""
        self._note.blame_nobody()

    def go_on(self) -> None:
        """Say from within a long piece of work that it moves."""
        self._turn += 1

    def submit(self, intake: Intake) -> asyncio.Future[Answer]:
        """Hand over a message; a repeat that comes while the first is in work gets the first one's answer."""
        future = asyncio.get_running_loop().create_future()
        with self._lock:
            waiting = self._in_work.get(intake.dedupe_key)
            if waiting is not None and not intake.nonce_key:
                waiting.append(future)
                return future
            if self._queue.qsize() >= WAITING_AT_MOST:
                raise Overloaded
            mine = [future]
            self._put(_Message(intake, mine))
            self._in_work.setdefault(intake.dedupe_key, mine)
        return future

    def transact(self, work: Callable[[Session], T]) -> T:
        """Do a short piece of work in a transaction of its own and wait for it."""

        def in_transaction(engine: Engine) -> T:
            with Session(engine, expire_on_commit=False) as session, session.begin():
                return work(session)

        return self._do(in_transaction)

    def retry(self, inbox_id: int) -> bool:
        """Try a message again that was left unanswered."""
        return self._noted(inbox_id, handle_again)

    def handle_held(self, inbox_id: int) -> bool:
        """Handle a message that came too fast."""
        return self._noted(inbox_id, handle_held)

    def take_over(self) -> int:
        """Keep what other processes left in work when they ended; give how many messages were put aside."""
        return self._do(self._take_over)

    def _noted(self, inbox_id: int, handle: Callable[..., bool]) -> bool:
        def noted(engine: Engine) -> bool:
            self._note.begin_kept(inbox_id)
            try:
                return handle(engine, inbox_id, self._worlds, run=self._name)
            finally:
                self._note.clear()

        return self._do(noted)

    def _take_over(self, engine: Engine) -> int:
        aside = 0
        for path, left in self._note.orphans():
            if left is not None:
                intakes = [*left.intakes, *left.waiting]
                aside += take_over(engine, intakes, left.kept, self._worlds, alone=left.alone)
                log.warning("took over what a process left in work", messages=len(intakes) + len(left.kept))
            path.unlink()
        return aside

    def _do(self, run: Callable[[Engine], T]) -> T:
        result: Future[T] = Future()
        with self._lock:
            self._put(_Work(run, result))
        return result.result()

    def _put(self, item: _Message | _Work) -> None:
        """Hand to the thread, under the lock: nothing can get in behind the end."""
        if self._stopped:
            raise Stopped("the writer has ended: the process is going down")
        self._queue.put(item)

    def _run(self) -> None:
        following: _Message | _Work | None
        while (following := self._next()) is not None:
            if isinstance(following, _Message):
                messages, behind = self._gather(following)
                self._handle(messages)
                if behind is _NOTHING:
                    continue
                if behind is None:
                    return
                following = behind
                self._turn += 1
            self._settle(following)

    def _next(self) -> _Message | _Work | None:
        self._at_work = False
        item = self._queue.get()
        self._turn += 1
        self._at_work = True
        return item

    def _gather(self, first: _Message) -> tuple[list[_Message], _Work | None]:
        """Take what waits behind a message, and a little longer while many are coming.

        Also gives the first item that is no message: work, None to end, or _NOTHING.
        """
        messages = [first]
        deadline = time.monotonic() + GATHER_SECONDS
        while len(messages) < LARGEST_BATCH:
            patience = deadline - time.monotonic() if len(messages) < self._last_batch else 0
            try:
                item = self._queue.get(timeout=patience) if patience > 0 else self._queue.get_nowait()
            except queue.Empty:
                break
            if not isinstance(item, _Message):
                self._last_batch = len(messages)
                return messages, item
            messages.append(item)
        self._last_batch = len(messages)
        return messages, _NOTHING

    def _handle(self, messages: list[_Message]) -> None:
        first = _first_copies(messages)
        self._note.begin([message.intake for message in first])
        away = self._together(first)
        for index, message in enumerate(messages):
            if message.outcome is None:
                waiting = [each.intake for each in messages[index + 1 :] if each.outcome is None]
                self._note.begin([message.intake], waiting)
                self._turn += 1
                # Where the database is away, the others need not find it out one by one.
                message.outcome = away or self._alone(message)
                if isinstance(message.outcome, Exception) and is_away(message.outcome):
                    away = message.outcome
                self._release([message])
        self._note.clear()

    def _together(self, messages: list[_Message]) -> Exception | None:
        """Handle a batch and release what it decided; give the error if the database is away."""
        try:
            intakes = [message.intake for message in messages]
            answers = handle_batch(self._engine, intakes, self._worlds, run=self._name)
        except Exception as error:
            self.trouble = type(error).__name__
            away = is_away(error)
            log.warning("a batch was undone", messages=len(messages), error=self.trouble, exc_info=not away)
            return error if away else None
        self.trouble = ""
        for message, answer in zip(messages, answers, strict=True):
            message.outcome = answer
        self._release([message for message in messages if message.outcome is not None])
        return None

    def _alone(self, message: _Message) -> Answer | Exception:
        try:
            answer = handle_alone(self._engine, message.intake, self._worlds, run=self._name)
        except Exception as error:  # noqa: BLE001 -- nothing was kept: whoever waits is told so
            self.trouble = type(error).__name__
            return error
        self.trouble = ""
        return answer

    def _settle(self, work: _Work) -> None:
        """Give a piece of work its result or its error; the writer itself goes on."""
        try:
            result = work.run(self._engine)
        except Exception as error:  # noqa: BLE001 -- whoever waits for the result gets the error
            if isinstance(error, DBAPIError):
                self.trouble = type(error).__name__
            work.result.set_exception(error)
        else:
            work.result.set_result(result)

    def _release(self, messages: list[_Message]) -> None:
        """Give all answers of a batch to their event loops, with one wake-up for each loop."""
        by_loop: dict[asyncio.AbstractEventLoop, list[_Message]] = {}
        with self._lock:
            for message in messages:
                if self._in_work.get(message.intake.dedupe_key) is message.waiting:
                    del self._in_work[message.intake.dedupe_key]
        for message in messages:
            for future in message.waiting:
                by_loop.setdefault(future.get_loop(), []).append(
                    _Message(message.intake, [future], message.outcome)
                )
        for loop, settled in by_loop.items():
            with suppress(RuntimeError):  # the loop has ended, and with it whoever waited
                loop.call_soon_threadsafe(_tell, settled)


def _tell(messages: list[_Message]) -> None:
    for message in messages:
        for future in message.waiting:
            if future.done():
                continue
            if isinstance(message.outcome, Exception):
                future.set_exception(message.outcome)
            elif message.outcome is not None:
                future.set_result(message.outcome)


def _first_copies(messages: list[_Message]) -> list[_Message]:
    seen: dict[str, _Message] = {}
    for message in messages:
        seen.setdefault(message.intake.dedupe_key, message)
    return list(seen.values())
