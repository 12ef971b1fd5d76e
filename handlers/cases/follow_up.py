"""What follows once a voter was asked: silence closes a case without calling it solved, weeks later it is asked again."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, String, and_, cast, exists, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from handlers.cases.case_rows import step_row
from handlers.cases.entering import write_effects
from handlers.cases.reach import topic_label
from handlers.cases.telling import TEMPLATE, short_form
from handlers.context import Work
from handlers.district.district import District
from handlers.effects import Effects
from handlers.pushes.asking import owe_question
from handlers.pushes.send_times import When
from handlers.texts import Texts
from storage.messages.questions import option
from storage.models import Case, Question, State

SILENT_FOR = timedelta(days=7)
"""So long the question whether it is solved stays open, from the day on which it arrived."""
ON_ITS_WAY_FOR = timedelta(days=28)
"""So long a question waits for a voter who cannot be written to, until they write again."""
ASKED_AGAIN_AFTER = timedelta(days=28)
_LATEST = timedelta(days=60)
"""What was solved longer ago is left in peace, even if nothing ran meanwhile."""
FROM, UNTIL = time(9, 10), time(20, 0)
AT_ONCE = 200


def plan_follow_up(session: Session, now: datetime, district: District, texts: Texts) -> dict[str, int]:
    """Close what nobody answered, and ask those who said “solved” whether it still is."""
    local = now.astimezone(ZoneInfo(district.settings.timezone))
    work = Work(now=local, district=district, texts=texts, session=session)
    counts = {"fell silent": _close_silent(work), "asked again": 0}
    if FROM <= local.time() < UNTIL:
        counts["asked again"] = _ask_again(work)
    return counts


def _close_silent(work: Work) -> int:
    """Close cases whose voter said nothing for a week: closed, and counted neither as solved nor as unsolved."""
    silent = work.session.scalars(
        select(Case)
        .where(
            Case.state == State.AWAITING_VOTER, Case.asked_at < work.now - SILENT_FOR, ~_still_thinks(work)
        )
        .order_by(Case.id)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    ).all()
    for case in silent:
        step = step_row(case.id, "fell silent", State.CLOSED, work.now, actor=None, public=True)
        changes = {"state": State.CLOSED, "closed_at": work.now, "joined_until": None}
        effects = Effects(reply="", route="silent", steps=[step], case_changes=[(case.id, changes)])
        write_effects(work.session.connection(), [effects], work)
    return len(silent)


def _still_thinks(work: Work) -> ColumnElement[bool]:
    """The question reached the voter less than a week ago, or is still on its way."""
    on_its_way = Question.delivered_at.is_(None) & (Case.asked_at > work.now - ON_ITS_WAY_FOR)
    return exists().where(
        Question.person_id == Case.voter_id,
        Question.closed_at.is_(None),
        Question.kind == "verdict",
        Question.subject == cast(Case.id, String),
        or_(on_its_way, Question.delivered_at > work.now - SILENT_FOR),
    )


def _ask_again(work: Work) -> int:
    """Ask everyone who said “solved”, supporters too, weeks after the case they stand behind was closed."""
    values = ((1, "holds"), (2, "broken"), (0, "unseen"))
    asked = 0
    for case, closed_at in _said_solved(work):
        if case.voter_id is None:
            continue
        asked += 1
        owe_question(
            work,
            case.voter_id,
            kind="again",
            subject=str(case.id),
            text=work.texts("again_ask", topic=topic_label(work, case), number=case.number),
            options=[option(digit, work.texts(f"again_{value}"), value) for digit, value in values],
            dedupe_key=f"again/{case.id}/{closed_at.isoformat()}",
            push="result",
            when=When.IN_PEACE,
            case_id=case.id,
            template=TEMPLATE,
            fields=short_form(work, case.number, "again"),
        )
        work.session.execute(update(Case).where(Case.id == case.id).values(asked_again_at=work.now))
    return asked


def _said_solved(work: Work) -> list[tuple[Case, datetime]]:
    """Give the cases of those who called it solved weeks ago, each with the instant it ended, if it has stayed closed."""
    main = aliased(Case)
    waits = (
        Case.verdict == "solved",
        Case.asked_again_at.is_(None),
        Case.voter_id.is_not(None),
        Case.sealed.is_(False),
    )
    own = (
        select(Case, Case.closed_at)
        .where(
            Case.state == State.CLOSED,
            *waits,
            _between(Case.closed_at, work.now),
            Case.voter_left_at.is_(None),
        )
        .order_by(Case.id)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    supporters = (
        select(Case, main.closed_at)
        .join(main, main.id == Case.merged_into)
        .where(main.state == State.CLOSED, *waits, _between(main.closed_at, work.now))
        .order_by(Case.id)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True, of=Case)
    )
    rows = (*work.session.execute(own), *work.session.execute(supporters))
    return [(case, closed_at) for case, closed_at in rows if closed_at is not None]


def _between(closed_at: InstrumentedAttribute[datetime | None], now: datetime) -> ColumnElement[bool]:
    return and_(closed_at <= now - ASKED_AGAIN_AFTER, closed_at > now - _LATEST)
