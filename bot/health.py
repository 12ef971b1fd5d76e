"""Health for the operator: is it alive, is it ready, and what do the counters say."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from bot.core.clock import Clock
from bot.core.metrics import Metrics
from bot.core.writer import Writer
from storage.messages.health import waiting
from storage.migrate import schema_fault

UNANSWERED_LIMIT = timedelta(minutes=5)
UNSENT_LIMIT = timedelta(minutes=30)
TICK_LIMIT = timedelta(minutes=15)
TURNS = 3
"""A timed job is late when so many of its turns have passed, and the limit besides."""


_ALARMS = "{} urgent cases have an alarm that nobody has taken (收到): call the station or the district desk"
_ASIDE = {
    "held": "{} messages came too fast and are handled a little later",
    "failed": "{} messages failed at every try: see the log for their routes",
    "ended": "{} messages were put aside because the process ended twice with them in work: see 今日",
    "quarantined": "{} messages are genuine but could not be read: see docs/operate.md",
}
"""Told beside the reasons: a person has to look, but the bot is ready for all others."""


@dataclass(slots=True)
class Readiness:
    """Why the bot is not ready (empty when it is), and the ages behind that."""

    reasons: list[str] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)


def late_ticks(
    last: Mapping[str, datetime], rhythms: Mapping[str, float], now: datetime, started_at: datetime
) -> dict[str, datetime]:
    """Give which timed jobs have not ended well for too long, and since when: they fail, hang or never ran."""
    since = {name: last.get(name, started_at) for name in rhythms}
    limits = {name: max(TICK_LIMIT, timedelta(seconds=TURNS * every)) for name, every in rhythms.items()}
    return {name: at for name, at in since.items() if now - max(at, started_at) > limits[name]}


def readiness(
    engine: Engine, now: datetime, *, started_at: datetime, rhythms: Mapping[str, float] | None = None
) -> Readiness:
    """Look at the database, its migrations, the oldest open message and push, and the last ticks."""
    found = Readiness()
    try:
        if fault := schema_fault(engine):
            found.reasons.append(fault)
            return found
        with engine.connect().execution_options(reading=True) as connection:
            open_now = waiting(connection, now)
    except SQLAlchemyError:
        found.reasons.append("the database cannot be reached")
        return found
    late = late_ticks(open_now.last_ticks, rhythms or {}, now, started_at)
    unanswered = _age(open_now.unanswered_since, now)
    unsent = _age(open_now.unsent_since, now)
    last_tick = max([started_at, *open_now.last_ticks.values()])
    found.facts = {
        "oldest_unanswered_seconds": _seconds(unanswered),
        "oldest_unsent_seconds": _seconds(unsent),
        "open_alarms": open_now.alarms,
        "oldest_alarm_seconds": _seconds(_age(open_now.alarm_since, now)),
        "messages_aside": open_now.aside,
        "attention": [
            *([_ALARMS.format(open_now.alarms)] if open_now.alarms else []),
            *(_ASIDE[why].format(count) for why, count in open_now.aside.items() if count),
            *(f"the timed job {name} has not ended well since {at.isoformat()}" for name, at in late.items()),
        ],
        "closed_ways": {" ".join(way): until.isoformat() for way, until in open_now.closed_ways.items()},
        "last_ticks": {name: at.isoformat() for name, at in open_now.last_ticks.items()},
    }
    if unanswered > UNANSWERED_LIMIT:
        found.reasons.append(f"a message has had no answer for {_minutes(unanswered)} minutes")
    if unsent > UNSENT_LIMIT:
        found.reasons.append(f"a push has been due for {_minutes(unsent)} minutes")
    if now - last_tick > TICK_LIMIT:
        found.reasons.append(
            f"no timed job has ended for {_minutes(now - last_tick)} minutes: is a worker running?"
        )
    return found


def writer_faults(writer: Writer) -> list[str]:
    """Say what keeps this process from writing, even where the database can be read."""
    if not writer.works:
        return ["the writer of this process has ended: restart it"]
    if not writer.prove():
        return [f"nothing can be written to the database ({writer.trouble}): is the disk full?"]
    return []


def health_router(
    engine: Engine,
    clock: Clock,
    metrics: Metrics,
    *,
    more_reasons: Callable[[], list[str]] = list,
    rhythms: Mapping[str, float] | None = None,
) -> APIRouter:
    """Make `/health/live`, `/health/ready` and `/metrics`; `more_reasons` adds what only the process knows."""
    router = APIRouter()
    started_at = clock()

    @router.get("/health/live")
    def live() -> dict[str, str]:
        return {"status": "alive"}

    @router.get("/health/ready")
    def ready() -> JSONResponse:
        found = readiness(engine, clock(), started_at=started_at, rhythms=rhythms)
        found.reasons += more_reasons()
        status = "not ready" if found.reasons else "ready"
        return JSONResponse(
            {"status": status, "reasons": found.reasons, **found.facts},
            status_code=503 if found.reasons else 200,
        )

    @router.get("/metrics")
    def show_metrics() -> Response:
        _measure_ages(engine, clock(), metrics, started_at, rhythms or {})
        return Response(metrics.render(), media_type=CONTENT_TYPE_LATEST)

    return router


def _measure_ages(
    engine: Engine, now: datetime, metrics: Metrics, started_at: datetime, rhythms: Mapping[str, float]
) -> None:
    try:
        with engine.connect().execution_options(reading=True) as connection:
            open_now = waiting(connection, now)
    except SQLAlchemyError:
        return
    metrics.oldest_unanswered.set(_seconds(_age(open_now.unanswered_since, now)))
    metrics.open_alarms.set(open_now.alarms)
    metrics.oldest_alarm.set(_seconds(_age(open_now.alarm_since, now)))
    metrics.oldest_unsent.set(_seconds(_age(open_now.unsent_since, now)))
    for why, count in ({"ended": 0} | open_now.aside).items():
        metrics.aside.labels(why=why).set(count)
    late = late_ticks(open_now.last_ticks, rhythms, now, started_at)
    for name in rhythms:
        metrics.late_ticks.labels(tick=name).set(_seconds(_age(late.get(name), now)))
    metrics.closed_ways.clear()
    for channel, rung, code in open_now.closed_ways:
        metrics.closed_ways.labels(channel=channel, rung=rung, code=code).set(1)


def _age(since: datetime | None, now: datetime) -> timedelta:
    return max(now - since, timedelta()) if since else timedelta()


def _seconds(age: timedelta) -> int:
    return int(age.total_seconds())


def _minutes(age: timedelta) -> int:
    return _seconds(age) // 60
