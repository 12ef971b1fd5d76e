"""Forgetting a person (删除我): contact and ties go at once, what lies in large tables in small pieces afterwards.

Cases stay as numbers and figures. The words of those that an office has already worked on stay too, without the
numbers and names in them; the words of the others go.
"""

import hashlib
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any

from sqlalchemy import String, and_, cast, delete, func, literal, or_, select, update
from sqlalchemy.orm import Session

from storage.cases import search
from storage.cases.unindexing import Pairs, rewrite
from storage.casework import support
from storage.engine.database import new_id
from storage.engine.literals import among
from storage.keeping import step_seals
from storage.messages.outbox import OWED
from storage.models import (
    Acceptance,
    Account,
    Booking,
    CallBack,
    Card,
    Case,
    CasePart,
    CaseStep,
    Document,
    Erasure,
    ForeignEvent,
    Inbox,
    Outbox,
    Pace,
    Person,
    Praise,
    Question,
    Referral,
    RoleGrant,
    State,
)
from storage.people import freezing
from storage.people.accounts import lock_accounts

Hide = Callable[[str], str]
"""Takes the numbers and names of people out of a text."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the record must know of the language to forget words."""

    hide: Hide
    pairs: Pairs


AT_ONCE = 200
REPEATS_COME_FOR = timedelta(minutes=10)
"""So long the message that asked for it keeps its key: the platform may repeat it, and must find its answer."""
_UNTOUCHED = frozenset({str(State.REGISTERED), str(State.ASSIGNED)})
_GONE = "erased"
_NUMBER = re.compile(r"\d{7,}")
_HIDDEN = "＊＊"


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What became of a person's cases."""

    certificate: str
    """The number by which the person can ask about it."""
    removed: int
    """Cases whose words are gone."""
    kept: int
    """Cases whose words stay, without anything that tells whose they are."""


def key_of(channel: str, external_id: str) -> str:
    """Give the hash by which an account is known again in an older copy."""
    return hashlib.sha256(f"lianxinqiao erased {channel}/{external_id}".encode()).hexdigest()


def in_office(session: Session, person_id: int) -> bool:
    """Tell whether somebody stands, or stood, on the roster: what they did in office is not theirs to delete."""
    roster_key = session.scalar(select(Person.roster_key).where(Person.id == person_id))
    granted = session.scalar(select(RoleGrant.id).where(RoleGrant.person_id == person_id).limit(1))
    return roster_key is not None or granted is not None


def begin(
    session: Session,
    person_id: int,
    now: datetime,
    reading: Reading,
    *,
    inbox_id: int | None = None,
    certificate: str = "",
) -> Forgotten:
    """Cut every tie between a voter and what they told; nothing is sent to them any more."""
    person = hold_people(session, [person_id])[0]
    accounts = session.scalars(select(Account).where(Account.person_id == person_id)).all()
    lock_accounts(session.connection(), [account.id for account in accounts])
    certificate = certificate or f"{now:%y%m%d}-{new_id() % 100_000:05d}"
    removed, kept, files = _forget_cases(session, person_id, now, reading)
    session.execute(delete(Outbox).where(among(Outbox.status, OWED), Outbox.person_id == person_id))
    session.execute(
        update(Question)
        .where(Question.person_id == person_id, Question.closed_at.is_(None))
        .values(closed_at=now)
    )
    session.execute(delete(Booking).where(Booking.person_id == person_id))
    session.execute(delete(Praise).where(Praise.person_id == person_id))
    session.execute(delete(CallBack).where(CallBack.person_id == person_id))
    session.execute(delete(Acceptance).where(Acceptance.account_id.in_([account.id for account in accounts])))
    addresses = [[account.channel, account.external_id] for account in accounts]
    empty_messages(session, freezing.waiting(session, [account.id for account in accounts]), now)
    for account in accounts:
        freezing.keep(session, account, now)
        account.external_id, account.following = f"{_GONE}/{account.id}", False
        account.frozen_at, account.frozen_why, account.strikes, account.struck_at = None, "", 0, None
        account.links_after = now
        account.unreachable_code, account.last_message_at, account.last_action_at = _GONE, None, None
    person.erased_at = now
    person.name = person.phone = person.station = ""
    person.preferences, person.notified_at, person.openness = {}, None, ""
    session.add(
        Erasure(
            id=new_id(),
            certificate=certificate,
            person_id=person_id,
            accounts=addresses,
            keys=[key_of(*address) for address in addresses],
            files=sorted(files),
            inbox_id=inbox_id,
            asked_at=now,
        )
    )
    session.flush()
    return Forgotten(certificate, removed, kept)


def hold_people(session: Session, person_ids: Collection[int]) -> Sequence[Person]:
    """Let nothing of these people be filed before the transaction ends; what is being filed just now is waited for."""
    rows = select(Person).where(Person.id.in_(person_ids)).order_by(Person.id)
    return session.scalars(rows.with_for_update(key_share=True)).all()


def _forget_cases(
    session: Session, person_id: int, now: datetime, reading: Reading
) -> tuple[int, int, set[str]]:
    """Give how many cases lost their words, how many keep them, and the files that go."""
    own = session.scalars(
        select(Case).where(Case.voter_id == person_id).order_by(Case.id).with_for_update()
    ).all()
    joined = support.supporters(session.connection(), [case.id for case in own])
    before = search.words_of(session.connection(), [case.id for case in own])
    removed, files = 0, set[str]()
    number_teller(own, now.tzinfo)
    for case in own:
        main = support.main_of(session, case)
        if str(main.state) in _UNTOUCHED and case.id not in joined:
            files |= _remove_words(session, case, now)
            removed += 1
        else:
            files |= hide_words(session, case, reading.hide, now)
            session.add(_step(case, _GONE, str(case.state), now))
        unnamed = session.scalars(
            update(CaseStep)
            .where(CaseStep.case_id.in_({case.id, main.id}), CaseStep.actor_id == person_id)
            .values(actor_id=None)
            .returning(CaseStep.id)
        ).all()
        step_seals.let_go(session, unnamed, now)
        case.voter_id = case.account_id = case.joined_until = None
        case.updated_at = now
    session.flush()
    rewrite(session.connection(), before, reading.pairs)
    return removed, len(own) - removed, files


def number_teller(cases: Iterable[Case], zone: tzinfo | None) -> None:
    """Let a number stand for one voter's cases of each year, so that voters can still be counted: the first case's.

    Not for longer: what somebody told over the years is not to be read together. So a count over two years counts
    twice who told something in both of them.
    """
    by_year: dict[int, list[Case]] = {}
    for case in cases:
        by_year.setdefault(case.filed_at.astimezone(zone).year, []).append(case)
    for same in by_year.values():
        number = next((case.teller for case in same if case.teller), min(case.id for case in same))
        for case in same:
            case.teller = number


def _remove_words(session: Session, case: Case, now: datetime) -> set[str]:
    """Withdraw a case that no office has worked on yet; its number and its heading stay for the figures."""
    case.text = case.place_text = ""
    case.because = {}
    case.merged_into = None
    case.state, case.closed_at = State.WITHDRAWN, now
    parts = session.scalars(select(CasePart).where(CasePart.case_id == case.id)).all()
    files = {part.stored_as for part in parts if part.stored_as}
    for part in parts:
        part.text = part.media_id = part.media_url = part.stored_as = ""
        part.longitude = part.latitude = None
    session.add(_step(case, "withdrawn", State.WITHDRAWN, now))
    return files


def hide_words(session: Session, case: Case, hide: Hide, now: datetime) -> set[str]:
    """Leave what happened; of what was sent with it, voices go once they were written down."""
    parts = session.scalars(select(CasePart).where(CasePart.case_id == case.id)).all()
    words = [case.text, *(part.text for part in parts)]
    numbers = {number for said in words for number in _NUMBER.findall(said)}
    case.text, case.place_text = hide(case.text), hide(case.place_text)
    case.because = {key: value for key, value in case.because.items() if key != "place"}
    files = set[str]()
    for part in parts:
        if part.kind == "voice" and part.text and part.stored_as:
            files.add(part.stored_as)
            part.stored_as = ""
        part.text, part.media_url = hide(part.text), ""
        part.longitude = part.latitude = None
    changed = list[int]()
    for step in session.scalars(select(CaseStep).where(CaseStep.case_id == case.id, CaseStep.note != "")):
        hidden = _without(numbers, step.note)
        if hidden != step.note:
            step.note = hidden
            changed.append(step.id)
    if changed:
        session.flush()
        step_seals.let_go(session, changed, now)
    for referral in session.scalars(select(Referral).where(Referral.case_id == case.id)):
        referral.answer = _without(numbers, referral.answer)
        referral.reason = _without(numbers, referral.reason)
    return files


def _without(numbers: Collection[str], text: str) -> str:
    """Hide the person's own numbers in what others wrote; an office's number stays."""
    for number in numbers:
        text = text.replace(number, _HIDDEN)
    return text


def _step(case: Case, action: str, state: str, now: datetime) -> CaseStep:
    return CaseStep(
        id=new_id(), case_id=case.id, at=now, actor_id=None, action=action, state=state, note="", public=True
    )


# -- what lies in large tables ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Left:
    """Rows that still lead to a forgotten person."""

    inbox: Sequence[int]
    outbox: Sequence[int]
    questions: Sequence[int]
    waits: bool
    """The message that asked for it may still be repeated."""


def unfinished(session: Session) -> list[Erasure]:
    return list(session.scalars(select(Erasure).where(Erasure.done_at.is_(None)).order_by(Erasure.id)))


def left_of(session: Session, erasure: Erasure, now: datetime) -> Left:
    """Look for what is left of a person; this reads whole tables, so nobody's turn to write is taken for it."""
    theirs = or_(
        *(and_(Inbox.channel == channel, Inbox.sender == sender) for channel, sender in erasure.accounts)
    )
    waits = now < erasure.asked_at + REPEATS_COME_FOR
    inbox = select(Inbox.id).where(theirs, Inbox.received_at <= erasure.asked_at)
    if waits:
        inbox = inbox.where(Inbox.id != erasure.inbox_id)
    return Left(
        inbox=session.scalars(inbox).all() if erasure.accounts else (),
        outbox=session.scalars(select(Outbox.id).where(Outbox.person_id == erasure.person_id)).all(),
        questions=session.scalars(select(Question.id).where(Question.person_id == erasure.person_id)).all(),
        waits=waits,
    )


def empty_messages(session: Session, inbox_ids: Collection[int], now: datetime) -> None:
    """Keep that messages came, and when; not from whom, nor what was written or answered."""
    session.execute(
        update(Inbox)
        .where(Inbox.id.in_(inbox_ids))
        .values(
            sender="",
            dedupe_key=literal(f"{_GONE}/") + cast(Inbox.id, String),
            raw=None,
            reply="",
            status="answered",
            reason="",
            handled_at=func.coalesce(Inbox.handled_at, now),
        )
    )


def drop_pushes(session: Session, outbox_ids: Collection[int]) -> None:
    session.execute(delete(Outbox).where(Outbox.id.in_(outbox_ids)))


def drop_questions(session: Session, question_ids: Collection[int]) -> None:
    """Delete questions with the cards that asked them; pushes must be gone before."""
    session.execute(delete(Card).where(Card.question_id.in_(question_ids)))
    session.execute(delete(Question).where(Question.id.in_(question_ids)))


def finish(session: Session, erasure_id: int, now: datetime) -> None:
    """Forget at last who it was: only the certificate and the hashes stay."""
    erasure = session.get_one(Erasure, erasure_id)
    for _, external_id in erasure.accounts:
        session.execute(delete(Pace).where(Pace.key.endswith(f"/{external_id.lower()}", autoescape=True)))
        session.execute(delete(Card).where(Card.member == external_id))
        session.execute(delete(ForeignEvent).where(ForeignEvent.body.contains(external_id, autoescape=True)))
    erasure.accounts, erasure.files, erasure.person_id, erasure.done_at = [], [], None, now


def unused(session: Session, names: Iterable[str]) -> set[str]:
    """Give the files among these that nothing refers to any more."""
    wanted = set(names)
    parts = session.scalars(select(CasePart.stored_as).where(CasePart.stored_as.in_(wanted)))
    documents = session.scalars(select(Document.stored_as).where(Document.stored_as.in_(wanted)))
    return wanted - set(parts) - set(documents)


# -- an older copy that is put back -------------------------------------------------------------------------


def keys_of(session: Session) -> dict[str, tuple[str, datetime]]:
    """Give the hashes of all forgotten accounts, each with its certificate and when that was."""
    return {
        key: (erasure.certificate, erasure.asked_at)
        for erasure in session.scalars(select(Erasure).order_by(Erasure.id))
        for key in erasure.keys
    }


def forget_again(
    session: Session, keys: Mapping[str, tuple[str, datetime]], now: datetime, reading: Reading
) -> int:
    """Forget those again whom a restored copy still knows; who wrote again afterwards is somebody new. Give how many."""
    found: dict[int, str] = {}
    known: Any = select(Account.channel, Account.external_id, Account.person_id, Account.created_at)
    for channel, external_id, person_id, created_at in session.execute(known):
        certificate, at = keys.get(key_of(channel, external_id), ("", created_at))
        if certificate and created_at <= at:
            found[person_id] = certificate
    taken = set(session.scalars(select(Erasure.certificate)))
    for number, (person_id, certificate) in enumerate(sorted(found.items()), start=1):
        again = certificate if certificate not in taken else f"{certificate}-{number}"
        taken.add(again)
        begin(session, person_id, now, reading, certificate=again)
    return len(found)
