"""The steps of each case under a chain: what is changed in one afterwards, put in or taken away shows.

Steps are taken in some minutes after they were written, some hundred at a time, so that whoever writes one pays
nothing for it. Each piece leaves an entry in the audit chain, whose end is noted outside the database: so the chain
of a case cannot be written anew either. The chain holds salted hashes of words and persons, never them; erasing
takes the salt away, and what is said of such a step from then on is that it was erased, and when.
"""

import hashlib
import json
import secrets
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, func, select, update
from sqlalchemy.orm import Session

from storage.cases import progress
from storage.engine.bulk import insert_rows
from storage.engine.database import new_id
from storage.keeping import audit
from storage.models import AuditEntry, Case, CaseStep, StepSeal

MARK = "step seals"
SEALED = "steps sealed"
"""The entry of a piece in the audit chain: from which step to which, how many, and the hash of their hashes."""
ERASES = ("erased", "erased again", "forgotten", "sealed")
"""Entries of the audit chain on whose day words or persons may have left a step."""
AT_ONCE = 500
SETTLED_AFTER = 120_000 << 22
"""As a distance between ids: what is older than two minutes gets no neighbour below it any more."""
TAKEN_IN_AFTER = timedelta(days=1)
"""A step that was older than this when it was taken in was there before there were chains."""
_NAMED = 3
_STEP = (
    CaseStep.id,
    CaseStep.case_id,
    CaseStep.at,
    CaseStep.actor_id,
    CaseStep.action,
    CaseStep.state,
    CaseStep.note,
    CaseStep.public,
)


def seal_some(
    session: Session, now: datetime, *, until: int | None = None, limit: int = AT_ONCE
) -> int | None:
    """Take the next steps in; give how many there were, or None while another process does this."""
    connection = session.connection()
    position = progress.take(connection, MARK)
    if position is None:
        return None
    settled = new_id() - SETTLED_AFTER if until is None else until
    rows = connection.execute(
        select(*_STEP, Case.source)
        .join(Case, Case.id == CaseStep.case_id)
        .where(CaseStep.id > position, CaseStep.id <= settled)
        .order_by(CaseStep.id)
        .limit(limit)
        # Whoever erases words of one of them waits, and then finds it taken in.
        .with_for_update(read=True, of=CaseStep)
    ).mappings()
    steps = [dict(row) for row in rows]
    if not steps:
        return 0
    heads = _heads(connection, {step["case_id"] for step in steps})
    seals = [_seal(step, heads, now) for step in steps]
    insert_rows(connection, StepSeal, seals)
    progress.move(connection, MARK, steps[-1]["id"])
    lasting = [seal["hash"] for seal, step in zip(seals, steps, strict=True) if step["source"] != "imported"]
    if lasting:
        reason = f"{steps[0]['id']}-{steps[-1]['id']} {len(lasting)} {_digest(lasting)}"
        audit.note(session, SEALED, now=now, who="", reason=reason)
    return len(steps)


def let_go(session: Session, step_ids: Collection[int], now: datetime) -> None:
    """After words or persons left these steps: nobody can try out any more what was there."""
    ids = list(step_ids)
    for start in range(0, len(ids), AT_ONCE):
        part = StepSeal.step_id.in_(ids[start : start + AT_ONCE])
        session.execute(update(StepSeal).where(part).values(salt="", gone_at=now))


def drop(session: Session, case_ids: Collection[int]) -> None:
    """Take the chains of cases away that are taken out themselves (an import that is undone)."""
    session.execute(delete(StepSeal).where(StepSeal.case_id.in_(case_ids)))


def _seal(step: Mapping[str, Any], heads: dict[int, str], now: datetime) -> dict[str, Any]:
    salt = secrets.token_hex(16)
    said = said_of(salt, step["note"], step["actor_id"])
    sealed = hash_of(heads.get(step["case_id"], audit.START), step, said)
    heads[step["case_id"]] = sealed
    return {
        "step_id": step["id"],
        "case_id": step["case_id"],
        "salt": salt,
        "said": said,
        "hash": sealed,
        "sealed_at": now,
    }


def said_of(salt: str, note: str, actor_id: int | None) -> str:
    return _hashed([salt, note, actor_id])


def hash_of(before: str, step: Mapping[str, Any], said: str) -> str:
    at = step["at"].astimezone(UTC).isoformat(timespec="microseconds")
    what = [step["id"], step["case_id"], at, step["action"], step["state"], bool(step["public"])]
    return _hashed([before, *what, said])


def _hashed(what: list[Any]) -> str:
    return hashlib.sha256(json.dumps(what, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def _digest(hashes: Collection[str]) -> str:
    return hashlib.sha256("".join(hashes).encode()).hexdigest()


def _heads(connection: Connection, case_ids: Collection[int]) -> dict[int, str]:
    last = select(func.max(StepSeal.step_id)).where(StepSeal.case_id.in_(case_ids)).group_by(StepSeal.case_id)
    rows = connection.execute(select(StepSeal.case_id, StepSeal.hash).where(StepSeal.step_id.in_(last)))
    return {case_id: sealed for case_id, sealed in rows}  # noqa: C416 -- rows, not pairs


# -- whether they are whole ---------------------------------------------------------------------------------


@dataclass(slots=True)
class Verified:
    """What was found when all chains were read."""

    steps: int = 0
    erased: int = 0
    taken_in: int = 0
    """Steps that were there before there were chains."""
    taken_in_on: datetime | None = None
    breaks: list[str] = field(default_factory=list)


def verify(session: Session) -> Verified:
    """Read all chains and say what is not as it was taken in; memory does not grow with the record."""
    found = Verified()
    days = _days_of_erasures(session)
    case, before, broken = 0, audit.START, 0
    for row in _rows(session):
        if row["seal_case"] != case:
            case, before = row["seal_case"], audit.START
        found.steps += 1
        found.erased += row["gone_at"] is not None
        if row["at"] is not None and row["sealed_at"] - row["at"] > TAKEN_IN_AFTER:
            found.taken_in += 1
            found.taken_in_on = min(found.taken_in_on or row["sealed_at"], row["sealed_at"])
        if fault := _fault(row, before, days):
            broken += 1
            if broken <= _NAMED:
                found.breaks.append(f"steps: {row['number'] or 'a case'}: {fault}")
        before = row["hash"]
    if broken > _NAMED:
        found.breaks.append(f"steps: {broken - _NAMED} more are not what was written")
    found.breaks += _unsealed(session)
    found.breaks += _pieces(session)
    return found


def _rows(session: Session) -> Iterator[Mapping[str, Any]]:
    """Give every seal with its step, case by case, in their order."""
    seals = (StepSeal.salt, StepSeal.said, StepSeal.hash, StepSeal.sealed_at, StepSeal.gone_at)
    rows = (
        select(StepSeal.case_id.label("seal_case"), StepSeal.step_id, *seals, *_STEP, Case.number)
        .outerjoin(CaseStep, CaseStep.id == StepSeal.step_id)
        .outerjoin(Case, Case.id == StepSeal.case_id)
        .order_by(StepSeal.case_id, StepSeal.step_id)
    )
    for row in session.execute(rows, execution_options={"yield_per": 2_000}).mappings():
        yield dict(row)


def _fault(row: Mapping[str, Any], before: str, days: Collection[date]) -> str:
    if row["id"] is None:
        return f"step {row['step_id']} is gone"
    step = f"the step “{row['action']}” of {row['at'].astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    if row["case_id"] != row["seal_case"] or hash_of(before, row, row["said"]) != row["hash"]:
        return f"{step} is not what was written, or not after what stood before it"
    if row["salt"]:
        intact = said_of(row["salt"], row["note"], row["actor_id"]) == row["said"]
        return "" if intact else f"the words or the person of {step} are not what was written"
    if row["gone_at"] is None or row["gone_at"].astimezone(UTC).date() not in days:
        return f"{step} lost its words on a day on which nothing was erased"
    return ""


def _days_of_erasures(session: Session) -> set[date]:
    rows = session.scalars(select(AuditEntry.at).where(AuditEntry.action.in_(ERASES)))
    return {at.astimezone(UTC).date() for at in rows}


def _unsealed(session: Session) -> Iterator[str]:
    """Find steps that were put in behind the end of what was taken in."""
    seal = select(StepSeal.step_id).where(StepSeal.step_id == CaseStep.id).exists()
    behind = CaseStep.id <= progress.peek(session.connection(), MARK)
    if count := session.scalar(select(func.count()).select_from(CaseStep).where(behind, ~seal)):
        yield f"steps: {count} were put in after the steps around them had been taken in"


def _pieces(session: Session) -> Iterator[str]:
    """Compare each piece with what the audit chain says of it."""
    for position, reason in session.execute(
        select(AuditEntry.position, AuditEntry.reason).where(AuditEntry.action == SEALED)
    ).all():
        span, _, counted = reason.partition(" ")
        first, last = map(int, span.split("-"))
        hashes = session.scalars(
            select(StepSeal.hash)
            .join(Case, Case.id == StepSeal.case_id)
            .where(StepSeal.step_id.between(first, last), Case.source != "imported")
            .order_by(StepSeal.step_id)
        ).all()
        if counted != f"{len(hashes)} {_digest(hashes)}":
            yield f"steps: those of audit entry {position} are not the ones that were taken in then"
