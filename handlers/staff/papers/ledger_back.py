"""A 台账 that came back: the difference is shown, and applied by one digit, each row for itself."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy.orm import Session

from handlers.cases import reads
from handlers.cases.handing_over import Wanted as Terms
from handlers.cases.handing_over import redate, send
from handlers.cases.reach import find_again
from handlers.context import Context, World
from handlers.errors import Refusal
from handlers.foreign.reading import Row
from handlers.messages import IncomingMessage
from handlers.papers.ledger import MOST, as_exported
from handlers.papers.ledger_back import Back, Change, NotOursError, days_until, read_back
from handlers.route import AnswerHandler
from handlers.staff.papers.papers import file_scope
from handlers.staff.papers.sheets_back import push_way_in, show_lines, tell_sender
from handlers.staff.results import reply_to
from storage.cases.case_table import open_table
from storage.figures import documents
from storage.figures.documents import Wanted
from storage.messages.questions import option
from storage.people.people import OpenQuestion
from storage.people.scopes import Scope

_NAMED = 6
"""So many numbers are named where changes could not be made."""
_TOLD = 24


def ask_way_back(ctx: Context, _message: IncomingMessage, _rest: str) -> str:
    """Push the link by which the last sheet of this person can be sent back."""
    if not ctx.switches.sends_links:
        return ctx.texts("ledger_back_no_way")
    last = documents.last_made(ctx.session, ctx.sender.person_id, "ledger")
    if last is None:
        return ctx.texts("ledger_back_none")
    return push_way_in(ctx, last, ctx.texts("ledger_back_link", name=last.name))


# -- what the worker does with the file ---------------------------------------------------------------------


def compare(session: Session, world: World, wanted: Wanted, lines: Iterable[Row]) -> Back | None:
    """Read what came back; None if it is not the sheet that this person was given."""
    export = documents.find(session, int(wanted.params["ledger"]))
    if export is None or export.asked_by != wanted.asked_by:
        return None
    try:
        return read_back(
            lines,
            export=export.id,
            was=export.facts["cases"],
            now=_standing(session, world, wanted.scope),
            world=world,
            scope=wanted.scope,
        )
    except NotOursError:
        return None


def _standing(session: Session, world: World, scope: Scope) -> dict[str, dict[str, Any]]:
    return {row.number: as_exported(row, world) for row in open_table(session, scope, limit=MOST)}


def tell(session: Session, world: World, wanted: Wanted, back: Back | None) -> bool:
    """Write down what the sheet asks for, and ask its sender; once, whichever worker read it."""
    facts: dict[str, Any] = {
        "changes": [each.as_data() for each in back.changes] if back else [],
        "errors": list(back.errors) if back else [],
    }
    if not documents.record(session, wanted, "made", facts=facts, made_at=world.now):
        return False
    if back is None:
        tell_sender(session, world, wanted, world.texts("ledger_back_not_ours"))
    elif not back.changes and not back.errors:
        tell_sender(session, world, wanted, world.texts("ledger_back_same"))
    else:
        told = world.texts("ledger_back_read", changes=len(facts["changes"]), errors=len(facts["errors"]))
        tell_sender(session, world, wanted, told, kind="ledger_back", options=_options(world, facts))
    return True


def _options(world: World, facts: dict[str, Any]) -> list[dict[str, str]]:
    options = []
    if facts["changes"]:
        options += [
            option(1, world.texts("ledger_do_apply"), "apply"),
            option(2, world.texts("ledger_do_changes"), "changes:0"),
        ]
    if facts["errors"]:
        options.append(option(3, world.texts("ledger_do_errors"), "errors:0"))
    return [*options, option(0, world.texts("ledger_do_nothing"), "nothing")]


# -- what its sender answers ----------------------------------------------------------------------------------


def back_answer(ctx: Context, question: OpenQuestion, value: str) -> str:
    document = documents.find(ctx.session, int(question.subject))
    if document is None or document.asked_by != ctx.sender.person_id or value == "nothing":
        return ctx.texts("ledger_back_left")
    if value == "apply":
        return _apply(ctx, [Change(**each) for each in document.facts["changes"]])
    which, _, start = value.partition(":")
    return show_lines(
        ctx,
        question,
        document.facts[which],
        which=which,
        start=int(start),
        say=lambda data: _line(ctx, Change(**data)),
        options=_options(ctx, document.facts),
    )


def _line(ctx: Context, change: Change) -> str:
    return ctx.texts(
        "ledger_change",
        number=change.number,
        what=ctx.texts(f"ledger_{change.what}"),
        was=change.was[:_TOLD] or ctx.texts("staff_none"),
        to=change.to[:_TOLD],
    )


def _apply(ctx: Context, changes: list[Change]) -> str:
    """Make the changes, each case for itself; what cannot be made is told and leaves the others alone."""
    standing = _standing(ctx.session, ctx, file_scope(ctx))
    by_case: dict[int, dict[str, Change]] = {}
    for change in changes:
        by_case.setdefault(change.case_id, {})[change.what] = change
    done, left = 0, list[str]()
    for wanted in by_case.values():
        number = next(iter(wanted.values())).number
        try:
            with ctx.session.begin_nested():
                _check_unmoved(ctx, wanted, standing.get(number))
                _change(ctx, wanted)
            done += len(wanted)
        except Refusal:
            left.append(number)
    reads.note(ctx, reads.SHEET_APPLIED, reason=ctx.texts("audit_changes", count=done))
    if left:
        return ctx.texts("ledger_applied_part", done=done, left="、".join(left[:_NAMED]), count=len(left))
    return ctx.texts("ledger_applied", done=done)


def _check_unmoved(ctx: Context, wanted: dict[str, Change], now: dict[str, Any] | None) -> None:
    if now is None or any(now[what] != change.was for what, change in wanted.items()):
        raise Refusal(ctx.texts("staff_case_gone"))


def _change(ctx: Context, wanted: dict[str, Change]) -> None:
    case = find_again(ctx, str(next(iter(wanted.values())).case_id))
    due = days_until(ctx, wanted["due"].to) if "due" in wanted else None
    if "due" in wanted and due is None:
        raise Refusal(ctx.texts("staff_case_gone"))
    if change := wanted.get("department"):
        department = ctx.district.department(change.to)
        if department is None:
            raise Refusal(ctx.texts("staff_department_unknown", name=change.to))
        send(ctx, case, Terms(department.key, due or ctx.district.settings.answer_days))
    elif due is not None:
        redate(ctx, case, due)
    if change := wanted.get("answer"):
        reply_to(ctx, case, change.to)


LEDGER_BACK_ANSWERS: dict[str, AnswerHandler] = {"ledger_back": back_answer}
