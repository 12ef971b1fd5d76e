"""What of ended cases goes after its time: who told them or voiced them, their words, their attachments. Their figures stay."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, exists, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from storage.cases import search
from storage.cases.unindexing import rewrite
from storage.keeping import erasure, step_seals
from storage.keeping.erasure import Hide, Reading
from storage.models import Account, Case, CasePart, CaseStep, Opinion, Person, RoleGrant, State

AT_ONCE = 50
CONTACT, WORDS, ATTACHMENTS, SPEAKER = "contact", "words", "attachments", "speaker"
BITS = {CONTACT: 1, WORDS: 2, ATTACHMENTS: 4, SPEAKER: 8}
_CHANGES_WORDS = frozenset({CONTACT, WORDS})
_ENDED = (State.CLOSED, State.WITHDRAWN, State.ELSEWHERE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """What goes of cases that ended before a moment."""

    what: str
    before: datetime
    category: str = ""
    """Empty where all others are meant."""
    others: frozenset[str] = frozenset()
    """Categories that have a clock of their own."""


def due(session: Session, clock: Clock) -> list[int]:
    """Give the cases of which something is to go.

    Supporters' cases go with the one that they were put to. This reads the whole table, so nobody's turn to write is
    taken for it.
    """
    main = aliased(Case)
    ended = func.coalesce(Case.closed_at, Case.updated_at) < clock.before
    with_main = func.coalesce(main.closed_at, main.updated_at) < clock.before
    rows = (
        select(Case.id)
        .outerjoin(main, main.id == Case.merged_into)
        .where(
            Case.forgotten.bitwise_and(BITS[clock.what]) == 0,
            or_(
                and_(Case.state.in_(_ENDED), ended),
                and_(Case.state == State.MERGED, main.state.in_(_ENDED), with_main),
            ),
            Case.category == clock.category if clock.category else Case.category.not_in(sorted(clock.others)),
        )
        .order_by(Case.id)
    )
    if clock.what == SPEAKER:
        rows = rows.join(Opinion, Opinion.case_id == Case.id).where(Opinion.speaker != "")
    return list(session.scalars(rows))


def forget(
    session: Session, what: str, case_ids: Collection[int], reading: Reading, now: datetime
) -> set[str]:
    """Let something of these cases go; give the files that are not theirs any more. Years are those of now's zone."""
    cases = session.scalars(
        select(Case).where(Case.id.in_(case_ids)).order_by(Case.id).with_for_update(skip_locked=True)
    ).all()
    ids = [case.id for case in cases] if what in _CHANGES_WORDS else []
    before = search.words_of(session.connection(), ids)
    files = set[str]()
    for case in cases:
        if case.forgotten & BITS[what]:
            continue  # by another process, a moment ago
        case.forgotten |= BITS[what]
        if what == CONTACT:
            files |= _forget_voter(session, case, reading.hide, now)
        elif what == WORDS:
            _forget_words(session, case, now)
        elif what == ATTACHMENTS:
            files |= _forget_attachments(session, case)
        else:
            session.execute(update(Opinion).where(Opinion.case_id == case.id).values(speaker="", deputy=""))
    session.flush()
    rewrite(session.connection(), before, reading.pairs)
    return files


def _forget_voter(session: Session, case: Case, hide: Hide, now: datetime) -> set[str]:
    """Cut the tie; among the voter's cases of one year a mere number stays in its place, for counting voters."""
    zone, files = now.tzinfo, erasure.hide_words(session, case, hide, now)
    if case.voter_id is not None:
        unnamed = session.scalars(
            update(CaseStep)
            .where(
                CaseStep.case_id.in_({case.id, case.merged_into or case.id}),
                CaseStep.actor_id == case.voter_id,
            )
            .values(actor_id=None)
            .returning(CaseStep.id)
        ).all()
        step_seals.let_go(session, unnamed, now)
        own = session.scalars(select(Case).where(Case.voter_id == case.voter_id)).all()
        year = case.filed_at.astimezone(zone).year
        erasure.number_teller([each for each in own if each.filed_at.astimezone(zone).year == year], zone)
    case.voter_id = case.account_id = None
    return files


def _forget_words(session: Session, case: Case, now: datetime) -> None:
    """Drop what the voter wrote; what offices answered is their record and stays."""
    case.text, case.place_text, case.because = "", "", {}
    for part in session.scalars(select(CasePart).where(CasePart.case_id == case.id)):
        part.text = ""
        part.longitude = part.latitude = None
    own = case.voter_id if case.voter_id is not None else -1
    emptied = session.scalars(
        update(CaseStep)
        .where(CaseStep.case_id == case.id, func.coalesce(CaseStep.actor_id, own) == own, CaseStep.note != "")
        .values(note="")
        .returning(CaseStep.id)
    ).all()
    step_seals.let_go(session, emptied, now)


def _forget_attachments(session: Session, case: Case) -> set[str]:
    files = set[str]()
    for part in session.scalars(select(CasePart).where(CasePart.case_id == case.id)):
        if part.stored_as:
            files.add(part.stored_as)
        part.media_id = part.media_url = part.stored_as = ""
    return files


# -- people who have not been heard of ---------------------------------------------------------------------


def strangers(session: Session, before: datetime) -> list[int]:
    """Give voters without any case that is still theirs, who have not written since."""
    heard = func.coalesce(Account.last_message_at, Account.last_action_at, Account.created_at)
    rows = (
        select(Person.id)
        .where(
            Person.roster_key.is_(None),
            ~exists().where(RoleGrant.person_id == Person.id),
            ~exists().where(Case.voter_id == Person.id),
            exists().where(Account.person_id == Person.id, Account.external_id.not_like("erased/%")),
            ~exists().where(Account.person_id == Person.id, heard >= before),
        )
        .order_by(Person.id)
    )
    return list(session.scalars(rows))


def forget_strangers(session: Session, person_ids: Collection[int], now: datetime, reading: Reading) -> int:
    """Forget who these people are, as if they had asked for it; who has filed something meanwhile stays."""
    erasure.hold_people(session, person_ids)
    known = select(Case.voter_id).where(Case.voter_id.in_(person_ids))
    gone = sorted(set(person_ids) - set(session.scalars(known)))
    for person_id in gone:
        erasure.begin(session, person_id, now, reading)
    return len(gone)
