"""Past activities brought in from a sheet (导入活动), and the register as a sheet (活动台账)."""

import re
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from handlers import wording
from handlers.activities.recording import STAFF
from handlers.activities.words import full_line, span_named
from handlers.cases import reads
from handlers.context import Context, World
from handlers.errors import Refusal
from handlers.foreign.reading import Row
from handlers.messages import IncomingMessage, Role
from handlers.papers.activity_sheets import Read, as_data, from_data, read_sheet
from handlers.papers.history_sheet import NoSheetError
from handlers.route import AnswerHandler, Group, Route
from handlers.staff.papers.papers import check_way, file_scope
from handlers.staff.papers.sheets_back import push_way_in, show_lines, tell_sender
from storage.activity import activities, activity_imports
from storage.figures import documents
from storage.figures.documents import Wanted
from storage.messages import questions
from storage.messages.questions import menu, option
from storage.people.people import OpenQuestion

_TOLD = 50


def ask_register(ctx: Context, _message: IncomingMessage, rest: str) -> str:
    """Have the register of this year, or of the span that is named, made into a sheet."""
    check_way(ctx)
    period = span_named(rest.strip() or "今年", ctx)
    if period is None:
        raise Refusal(ctx.texts("activity_list_how"))
    scope = file_scope(ctx)
    count = activities.count(ctx.session, scope, period.since, period.until)
    if not count:
        return ctx.texts("activity_list_none", period=period.label)
    documents.want(
        ctx.session,
        "register",
        by=ctx.sender.person_id,
        scope=scope,
        now=ctx.now,
        params={"since": period.since.isoformat(), "until": period.until.isoformat(), "label": period.label},
    )
    return ctx.texts("activities_register_wanted", period=period.label, count=count)


def ask_template(ctx: Context, _message: IncomingMessage, _rest: str) -> str:
    """Have the empty sheet sent."""
    check_way(ctx)
    documents.want(ctx.session, "activities", by=ctx.sender.person_id, scope=file_scope(ctx), now=ctx.now)
    return ctx.texts("activities_wanted")


def ask_way_in(ctx: Context, _message: IncomingMessage, _rest: str) -> str:
    """Push the link by which a filled sheet is handed in."""
    if not ctx.switches.sends_links:
        return ctx.texts("ledger_back_no_way")
    form = documents.last_made(ctx.session, ctx.sender.person_id, "activities")
    if form is None:
        return ctx.texts("activities_no_form")
    return push_way_in(ctx, form, ctx.texts("activities_link"))


# -- what the worker does with the file ---------------------------------------------------------------------


def compare(session: Session, world: World, _wanted: Wanted, lines: Iterable[Row]) -> Read | None:
    """Read what was handed in; None if it is no such sheet."""
    try:
        read = read_sheet(lines, world)
    except NoSheetError:
        return None
    return _unknown_only(session, read)


def _unknown_only(session: Session, read: Read) -> Read:
    known = activity_imports.known_digests(session, {digest for _, digest in read.rows})
    return Read(tuple(row for row in read.rows if row[1] not in known), read.errors)


def tell(session: Session, world: World, wanted: Wanted, read: Read | None) -> bool:
    """Write down what the sheet says, and ask its sender; once, whichever worker read it."""
    facts: dict[str, Any] = {
        "rows": [as_data(row) for row in read.rows] if read and not read.errors else [],
        "errors": list(read.errors) if read else [],
        "count": len(read.rows) if read else 0,
    }
    if not documents.record(session, wanted, "made", facts=facts, made_at=world.now):
        return False
    if read is None:
        tell_sender(session, world, wanted, world.texts("activities_not_a_sheet"))
    elif not (read.rows or read.errors):
        tell_sender(session, world, wanted, world.texts("activities_nothing_new"))
    else:
        key = "activities_faulty" if facts["errors"] else "activities_read"
        told = world.texts(key, count=facts["count"], errors=len(facts["errors"]))
        tell_sender(session, world, wanted, told, kind="activities", options=_options(world, facts))
    return True


def _options(world: World, facts: dict[str, Any]) -> list[dict[str, str]]:
    if facts["errors"]:
        first = option(3, world.texts("history_do_errors"), "errors:0")
    else:
        first = option(1, world.texts("history_do_import"), "import")
    rows = [option(2, world.texts("activities_do_rows"), "rows:0")] if facts["rows"] else []
    return [first, *rows, option(0, world.texts("history_do_nothing"), "nothing")]


# -- what its sender answers ----------------------------------------------------------------------------------


def import_answer(ctx: Context, question: OpenQuestion, value: str) -> str:
    document = documents.find(ctx.session, int(question.subject))
    if document is None or document.asked_by != ctx.sender.person_id or value == "nothing":
        return ctx.texts("activities_left")
    if value == "import":
        return _bring_in(ctx, document.facts["rows"])
    which, _, start = value.partition(":")
    return show_lines(
        ctx,
        question,
        document.facts[which],
        which=which,
        start=int(start),
        say=partial(_line, ctx),
        options=_options(ctx, document.facts),
    )


def _bring_in(ctx: Context, kept: Sequence[Any]) -> str:
    """Put the rows in, all of them; what has come in by another way since is left out."""
    read = _unknown_only(ctx.session, Read(tuple(from_data(row) for row in kept), ()))
    if not read.rows:
        return ctx.texts("activities_nothing_new")
    activity_imports.add(ctx.session, read.rows, by=ctx.sender.person_id, now=ctx.now)
    reads.note(ctx, reads.IMPORTED, reason=ctx.texts("activities_noted", count=len(read.rows)))
    return ctx.texts("activities_done", count=len(read.rows))


def _line(ctx: Context, data: Sequence[Any]) -> str:
    return wording.clipped(full_line(ctx, from_data(data)[0]), _TOLD)


# -- taking out again -----------------------------------------------------------------------------------------


def ask_undo(ctx: Context, _message: IncomingMessage, _rest: str) -> str:
    """Ask whether the last import is to be taken out again."""
    last = activity_imports.last_import(ctx.session)
    if last is None:
        return ctx.texts("activities_undo_none")
    _check_untouched(ctx, last.id)
    options = [option(1, ctx.texts("history_do_undo"), "undo"), option(0, ctx.texts("undo_not"), "keep")]
    questions.ask(
        ctx.session,
        person_id=ctx.sender.person_id,
        kind="activities_undo",
        subject=str(last.id),
        options=options,
        now=ctx.now,
    )
    day = wording.short_day(last.at.astimezone(ctx.now.tzinfo).date())
    return ctx.texts("activities_undo", day=day, count=last.count, menu=menu(options))


def _check_untouched(ctx: Context, import_id: int) -> None:
    if touched := activity_imports.touched_since(ctx.session, import_id):
        raise Refusal(ctx.texts("activities_undo_touched", count=touched))


def undo_answer(ctx: Context, question: OpenQuestion, value: str) -> str:
    if value != "undo":
        return ctx.texts("activities_left")
    import_id = int(question.subject)
    _check_untouched(ctx, import_id)
    gone = activity_imports.undo(ctx.session, import_id, by=ctx.sender.person_id, now=ctx.now)
    return ctx.texts("activities_undo_none") if gone is None else ctx.texts("activities_undone", count=gone)


IMPORT_ANSWERS: dict[str, AnswerHandler] = {"activities": import_answer, "activities_undo": undo_answer}

_DISTRICT = frozenset({Role.DISTRICT})

IMPORT_ROUTES = (
    Route(
        name="staff activity register",
        handler=ask_register,
        pattern=re.compile(r"(?:导出)?活动\s*+台账\s*+(.{0,24})"),
        roles=STAFF,
        help="活动台账：记过的活动做成表格；后面可写时间或主题活动",
        example="活动台账 今年",
        group=Group.PAPERS,
    ),
    Route(
        name="staff activity import",
        handler=ask_template,
        words=("导入活动", "活动导入"),
        roles=_DISTRICT,
        help="导入活动：把以前的活动从表里导进来，和现在记的一起数",
        example="导入活动",
        group=Group.PAPERS,
    ),
    Route(
        name="staff activity import in",
        handler=ask_way_in,
        words=("传回活动", "活动传回"),
        roles=_DISTRICT,
        help="传回活动：把填好的活动导入表交上来，核对后再导入",
        example="传回活动",
        group=Group.PAPERS,
    ),
    Route(
        name="staff activity import undo",
        handler=ask_undo,
        words=("撤销活动导入", "撤消活动导入", "撤销导入活动"),
        roles=_DISTRICT,
        help="撤销活动导入：把上一次导入的活动全部撤掉",
        example="撤销活动导入",
        group=Group.PAPERS,
    ),
)
