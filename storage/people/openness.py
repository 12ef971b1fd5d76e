"""Who may see name and number in a voter's words: the voter's own level, with exceptions for single cases."""

from collections.abc import Collection

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from storage.models import Case, Person

STATION, HIDDEN, NAMED = "", "hidden", "named"
"""The station alone (from the start); not even the station; departments too, with a reason."""
AS_USUAL = "station"
"""What a case holds for which the voter chose the first level by itself."""
LEVELS = (STATION, HIDDEN, NAMED)


def of_person(session: Session, person_id: int) -> str:
    return session.scalar(select(Person.openness).where(Person.id == person_id)) or STATION


def of_case(session: Session, case: Case) -> str:
    """Give the level of a case: its own, else that of its voter."""
    return of_cases(session, [case.id])[case.id]


def of_cases(session: Session, case_ids: Collection[int]) -> dict[int, str]:
    """Give the level of each of these cases."""
    rows = session.execute(
        select(Case.id, Case.openness, Person.openness)
        .outerjoin(Person, Person.id == Case.voter_id)
        .where(Case.id.in_(case_ids))
    )
    return {
        case_id: STATION if own == AS_USUAL else own or voters or STATION for case_id, own, voters in rows
    }


def hidden_from_staff(session: Session, case_ids: Collection[int]) -> set[int]:
    """Give those of these cases whose names and numbers the voter hides even from the station.

    Where a life may be in danger everybody who answers for the case must be able to call.
    """
    hidden = {case_id for case_id, level in of_cases(session, case_ids).items() if level == HIDDEN}
    if not hidden:
        return set()
    return set(session.scalars(select(Case.id).where(Case.id.in_(hidden), Case.urgency == "")))


def set_for_person(session: Session, person_id: int, level: str) -> None:
    """Choose for all cases of a voter, past and to come, but those with a choice of their own."""
    session.execute(update(Person).where(Person.id == person_id).values(openness=level))


def set_for_case(session: Session, case: Case, level: str) -> None:
    session.execute(update(Case).where(Case.id == case.id).values(openness=level or AS_USUAL))
