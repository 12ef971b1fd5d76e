"""Old cases through the seal and the check of places of today."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from handlers.cases import case_rows, entering, sealing
from handlers.cases.case_search import READING
from handlers.context import World
from handlers.district.insiders import Accusation
from handlers.safety import grave
from nlp.places.place_check import can_be_place
from storage.cases import search
from storage.cases.unindexing import rewrite
from storage.engine.bulk import insert_rows
from storage.keeping import audit, rereading, step_seals, sweeps
from storage.keeping.sweeps import Piece
from storage.models import Case, CasePart
from storage.people import accused

SEAL, PLACES = "seal old cases", "check places"
AT_ONCE = 100
_SEALED_AT_MOST = 1
"""In one piece: taking words out of a large index may take a second, and messages wait for it."""
A_YEAR = timedelta(days=365)
_SENTENCES = re.compile(r"[^。！？!?；;\n]+[。！？!?；;\n]*")
_ELECTION = Accusation(frozenset(), clear=True)
"""A report on an election accuses nobody by name, but goes the same way."""


def seal_some(session: Session, position: int, until: int, world: World) -> Piece:
    """Read the next cases that are open, or were worked on within a year, for words against somebody of the house."""
    found = rereading.cases_after(session, position, until, since=world.now - A_YEAR, limit=AT_ONCE)
    parts = rereading.parts_of(session, [case.id for case in found])
    sealed = 0
    for seen, case in enumerate(found, start=1):
        sealed += _read(session, case, parts.get(case.id, ()), world)
        if sealed == _SEALED_AT_MOST:
            return Piece(case.id, seen, over=False)
    last = found[-1].id if found else position
    return Piece(last, len(found), over=len(found) < AT_ONCE)


def against(world: World, words: str, urgency: str = "") -> Accusation | None:
    """Say whom words accuse, those of a danger as when they are filed, or that they report on an election."""
    accusation = world.district.accuses(words, urgency)
    return _ELECTION if accusation is None and grave.speaks_of_election(words) else accusation


def _read(session: Session, case: Case, parts: Sequence[CasePart], world: World) -> bool:
    """Seal a case if its words accuse; tell whether that was done."""
    said = dict.fromkeys((case.text, case.place_text, *(part.text for part in parts)))
    words = {
        text: found for text in said if text and (found := against(world, text, case.urgency)) is not None
    }
    if not words:
        return False
    connection = session.connection()
    if case.sealed:
        # Sealed by a version that kept it from nobody on the desk.
        accused.note(connection, case.id, sealing.whom(connection, list(words.values())))
        return False
    _seal(session, case.id, words, [part.id for part in parts if part.text in words], world)
    return True


def _seal(
    session: Session,
    case_id: int,
    words: Mapping[str, Accusation],
    voices: Sequence[int],
    world: World,
) -> None:
    connection = session.connection()
    case = sealing.case_of(connection, case_id)
    before = search.words_of(connection, [case_id])
    sealed = entering.seal_old(connection, case, words, voices, world)
    apart = sealed.effects is not None
    if apart:
        _without(session, case, words, world)
        rewrite(connection, before, READING.pairs)
    if not accused.readers(connection, sealed.who, world.now):
        sealing.tell(connection, [sealed], world)
    sweeps.found(session, SEAL, "sealed_apart" if apart else "sealed", now=world.now, case_id=sealed.case_id)


def _without(session: Session, case: Case, words: Mapping[str, Accusation], world: World) -> None:
    """Let a case that others have in hand go on without the words that accuse: in its text, its place and its steps."""
    connection, changes = session.connection(), dict[str, object]()
    if case.text in words:
        changes["text"] = _rest(case.text, world)
    if case.place_text in words:
        changes |= {"place_text": "", "because": {**case.because, "place": ""}}
    if changes:
        connection.execute(update(Case).where(Case.id == case.id).values(**changes))
    emptied = [
        step_id
        for step_id, note in rereading.notes_of_voter(connection, case.id, case.voter_id)
        if against(world, note) is not None
    ]
    if emptied:
        rereading.empty_notes(connection, emptied)
        step_seals.let_go(session, emptied, world.now)
        audit.note(session, "sealed", now=world.now, who="", case_id=case.id, reason=f"steps {len(emptied)}")


def _rest(text: str, world: World) -> str:
    """Give the sentences that say nothing against anybody; where they only do so together, none."""
    kept = "".join(each for each in _SENTENCES.findall(text) if against(world, each) is None).strip()
    return kept if kept and against(world, kept) is None else world.texts("words_kept_apart")


def place_some(session: Session, position: int, until: int, world: World) -> Piece:
    """Take out of the next cases what stands as their place and can be none; the words stay with the case."""
    found = rereading.cases_after(session, position, until, since=world.now - A_YEAR, limit=AT_ONCE)
    for case in found:
        if case.place_text and not case.place and not case.sealed and not _is_place(case.place_text, world):
            _take_out(session, case, world)
    last = found[-1].id if found else position
    return Piece(last, len(found), over=len(found) < AT_ONCE)


def _is_place(words: str, world: World) -> bool:
    own = {world.texts("pinned_place"), *(station.name for station in world.district.stations.values())}
    return words in own or bool(world.district.gazetteer.find(words).places) or can_be_place(words)


def _take_out(session: Session, case: Case, world: World) -> None:
    words, connection = case.place_text, session.connection()
    said = {case.text, *(part.text for part in rereading.parts_of(session, [case.id]).get(case.id, ()))}
    if not any(words in text for text in said):
        insert_rows(connection, CasePart, [_kept(case.id, words, world.now)])
    session.execute(
        update(Case)
        .where(Case.id == case.id)
        .values(place_text="", because={**(case.because or {}), "place": ""})
    )
    sweeps.found(session, PLACES, "place", now=world.now, case_id=case.id)


def _kept(case_id: int, words: str, now: datetime) -> dict[str, object]:
    return {**case_rows.text_part(case_id, words, now, 0), "inbox_id": None}
