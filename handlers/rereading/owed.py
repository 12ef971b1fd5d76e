"""What the version before owed and asked: pushes that still wait, and questions that can still be answered."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from sqlalchemy.orm import Session

from handlers.cases import sealing
from handlers.context import World
from handlers.messages import BUREAU_ROLES, STAFF_ROLES, Role
from handlers.papers.making import ILLUSTRATED, MAKERS
from handlers.rereading.old_cases import against
from handlers.safety import gate
from handlers.safety.gate import Audience
from storage.keeping import rereading, sweeps
from storage.keeping.sweeps import Piece
from storage.messages.outbox import ALERT, PRIORITIES
from storage.models import Bulletin, Case, Document, Outbox, Question

PUSHES, QUESTIONS = "owed pushes", "open questions"
AT_ONCE = 200
_ENDED = {"sealed": "push_sealed", "withheld": "push_withheld"}
_OWN_TALK = frozenset({"add", "pause_reply"})
"""Questions of the voter whose answers go into the case itself."""
_SHARED = 6
"""So many letters of a row that stand in both show that a text quotes another."""


@dataclass(frozen=True, slots=True)
class _Owed:
    """A push with what must be known to judge it."""

    push: Outbox
    roles: frozenset[str]
    case: Case | None
    said: tuple[str, ...]
    """All that was said in its case."""

    @property
    def own(self) -> bool:
        """It goes to whoever said those words."""
        return self.case is not None and self.case.voter_id == self.push.person_id

    @property
    def audience(self) -> Audience | None:
        """Who reads it, where it is not the house itself."""
        if self.roles & STAFF_ROLES:
            return None
        if self.roles & BUREAU_ROLES:
            return Audience.HEAD
        return Audience.DEPUTY if Role.DEPUTY in self.roles else Audience.VOTER


def push_some(session: Session, position: int, until: int, world: World) -> Piece:
    """Read the next pushes that wait: what tells too much is masked or ended, what is sent stays as it went."""
    pushes = rereading.pushes_after(session, position, until, world.now, limit=AT_ONCE)
    case_ids = {push.case_id for push in pushes if push.case_id is not None}
    cases = {case_id: session.get_one(Case, case_id) for case_id in case_ids}
    parts = rereading.parts_of(session, case_ids)
    roles = rereading.roles_of(session, {push.person_id for push in pushes}, world.now)
    for push in pushes:
        case = cases.get(push.case_id or 0)
        said = (case.text, case.place_text, *(each.text for each in parts.get(case.id, ()))) if case else ()
        held = frozenset(roles.get(push.person_id, ()))
        _judge(session, _Owed(push, held, case, tuple(each for each in said if each)), world)
    last = pushes[-1].id if pushes else position
    return Piece(last, len(pushes), over=len(pushes) < AT_ONCE)


def _judge(session: Session, owed: _Owed, world: World) -> None:
    push = owed.push
    push.priority = PRIORITIES.get(push.kind, push.priority)
    if push.kind == ALERT:
        # The version before let it wait behind others, and for the morning.
        push.order_key, push.not_before = push.dedupe_key[:64], min(push.not_before, world.now)
    if owed.own:
        return
    if error := _why_ended(session, owed, world):
        push.status, push.error, push.text, push.fields = "dead", error, "", {}
        sweeps.found(session, PUSHES, _ENDED[error], now=world.now, case_id=push.case_id)
        return
    if _is_made_again(session, push):
        push.status, push.error, push.dedupe_key = "dead", "made again", f"{push.dedupe_key}/before"
        return
    _mask(session, owed, world)


def _why_ended(session: Session, owed: _Owed, world: World) -> str:
    """Say why a push does not go out: it tells words of a sealed case, or of a matter that is not for its recipient."""
    push, case = owed.push, owed.case
    against_words = [(each, found) for each in owed.said if (found := against(world, each)) is not None]
    if case is not None and (case.sealed or against_words):
        connection = session.connection()
        who = sealing.whom(connection, [found for _, found in against_words])
        innocent = Role.DISTRICT in owed.roles and not sealing.is_accused(
            connection, push.person_id, who, world
        )
        goes_whole = case.sealed or sealing.may_go_whole(connection, case)
        quotes = any(_quotes(push.text, words) for words, _ in against_words)
        if not innocent and (goes_whole or quotes or against(world, push.text)):
            return "sealed"
    if case is None and _accuses_clearly(world, push.text):
        return "" if _without_lines(push, world) else "sealed"
    audience = owed.audience
    if case is None or audience is None or audience is Audience.VOTER:
        return ""
    return "" if gate.stands(case, audience) else "withheld"


def _accuses_clearly(world: World, words: str) -> bool:
    found = world.district.accuses(words)
    return found is not None and found.clear


def _without_lines(push: Outbox, world: World) -> bool:
    """Leave out the lines of a list that accuse; False where nothing but them is left."""
    kept = [line for line in push.text.split("\n") if not _accuses_clearly(world, line)]
    text = "\n".join(kept)
    if not text.strip() or _accuses_clearly(world, text):
        return False
    push.text = text
    return True


def _quotes(text: str, words: str) -> bool:
    pieces = (words[start : start + _SHARED] for start in range(max(1, len(words) - _SHARED + 1)))
    return any(piece in text for piece in pieces if len(piece) == _SHARED)


def _is_made_again(session: Session, push: Outbox) -> bool:
    """Have a paper made anew that the version before had made and nobody got; what was issued is not touched."""
    document = session.get(Document, (push.attached or {}).get("document", 0))
    if document is None or document.kind not in {*MAKERS, *ILLUSTRATED}:
        return False
    if document.kind == "bulletin":
        bulletin = session.get(Bulletin, int(document.params["bulletin"]))
        if bulletin is None or bulletin.issued_at is not None:
            return False
    return rereading.make_again(session, document.id)


def _mask(session: Session, owed: _Owed, world: World) -> None:
    """Hide who somebody is from those outside the house, as what is owed today does."""
    push = owed.push
    if owed.case is None or owed.audience is None:
        return
    text = gate.clean(push.text)
    fields = {name: gate.clean(str(value)) for name, value in push.fields.items()}
    if (text, fields) != (push.text, push.fields):
        push.text, push.fields = text, fields
        sweeps.found(session, PUSHES, "push_masked", now=world.now, case_id=push.case_id)


def question_some(session: Session, position: int, until: int, world: World) -> Piece:
    """Close the questions that carry words against somebody of the house to others than who said them."""
    found = rereading.questions_after(session, position, until, world.now, limit=AT_ONCE)
    owners = _owners(session, found)
    for question in found:
        own = owners.get(question.id) == question.person_id and question.kind in _OWN_TALK
        if not own and any(map(partial(against, world), _words_in(question))):
            question.closed_at = world.now
    last = found[-1].id if found else position
    return Piece(last, len(found), over=len(found) < AT_ONCE)


def _owners(session: Session, found: Sequence[Question]) -> Mapping[int, int | None]:
    cases = {
        question.id: session.get(Case, int(question.subject)) for question in found if _of_case(question)
    }
    return {question_id: case.voter_id for question_id, case in cases.items() if case is not None}


def _of_case(question: Question) -> bool:
    return question.kind in _OWN_TALK and question.subject.isascii() and question.subject.isdigit()


def _words_in(question: Question) -> Collection[str]:
    labels = (str(each.get("label", "")) for each in question.options)
    held = (value for value in question.data.values() if isinstance(value, str))
    return {each for each in (question.text, *labels, *held) if each}
