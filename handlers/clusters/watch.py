"""A burst is told to street and district once: at least so many voters, one topic, one place, within a day."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from handlers.account.duty_channel import kept_to
from handlers.clusters.card import KIND, card_options
from handlers.context import NO_SWITCHES, Switches, Work
from handlers.district.district import District
from handlers.messages import Role
from handlers.pushes.asking import owe_question
from handlers.pushes.send_times import When
from handlers.texts import Texts
from storage.activity import duties
from storage.cases import referrals
from storage.casework import clusters
from storage.casework.clusters import Crowd
from storage.models import Case

_NUMBERS_SHOWN = 5
_NO_TOPIC = frozenset({"", "other"})


def watch_bursts(
    session: Session, now: datetime, district: District, texts: Texts, switches: Switches = NO_SWITCHES
) -> dict[str, int]:
    """Tell of every burst that has begun and that nobody was told of."""
    local = now.astimezone(ZoneInfo(district.settings.timezone))
    work = Work(now=local, district=district, texts=texts, switches=switches, session=session)
    since = local - timedelta(hours=district.settings.burst_hours)
    told = 0
    for crowd in clusters.crowds(session, since, fewest=district.settings.burst_people, without=_NO_TOPIC):
        found = clusters.cases_of(session, crowd, since)
        last_at = max(case.filed_at for case in found)
        if not clusters.goes_on(session, crowd, since, last_at) and clusters.begin(
            session, crowd, found, local
        ):
            _tell(work, crowd, found, since)
            told += 1
    return {"bursts": told}


def _tell(work: Work, crowd: Crowd, found: Sequence[Case], since: datetime) -> None:
    street = next((case.street for case in found if case.street), "")
    offices = [(Role.DISTRICT, "")] + ([(Role.STREET, street)] if street else [])
    text = work.texts(
        "burst_told",
        hours=work.district.settings.burst_hours,
        what=what_of(work, crowd.place, crowd.topic),
        count=len(found),
        people=crowd.people,
        numbers=numbers_told(work, found),
    )
    for role, area in offices:
        holders = referrals.holders(work.session, role, area, work.now)
        for person_id in duties.channels_of(work.session, holders, kept_to(role, work.switches)):
            owe_question(
                work,
                person_id,
                when=When.AT_ONCE if crowd.urgent else When.BY_DAY,
                kind=KIND,
                subject=f"{crowd.place}|{crowd.topic}|{since.isoformat()}",
                text=text,
                options=card_options(work),
                dedupe_key=f"burst/{found[0].id}/{person_id}",
                push="alert" if crowd.urgent else "notice",
            )


def what_of(work: Work, place: str, topic: str) -> str:
    """Say where and what: `东苑小区楼道照明`."""
    where, known = work.district.place(place), work.district.topics.get(topic)
    return f"{where.name if where else ''}{known.label if known else work.texts('topic_unknown')}"


def numbers_told(work: Work, found: Sequence[Case]) -> str:
    """Name the first cases by number."""
    more = work.texts("burst_more", count=len(found)) if len(found) > _NUMBERS_SHOWN else ""
    return "、".join(case.number for case in found[:_NUMBERS_SHOWN]) + more
