"""Past cases brought in from a sheet (导入历史): checked row by row, shown, put in by one digit, taken out again."""

from collections.abc import Iterable
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from handlers import wording
from handlers.cases import reads
from handlers.cases.entering import note_imported
from handlers.context import Context, World
from handlers.errors import Refusal
from handlers.foreign.reading import Row
from handlers.messages import IncomingMessage, Role
from handlers.papers.history import Read, as_data, from_data, new_only, read_history
from handlers.papers.history_sheet import NoSheetError
from handlers.route import AnswerHandler, Group, Route
from handlers.staff.papers.papers import check_way, file_scope
from handlers.staff.papers.sheets_back import push_way_in, show_lines, tell_sender
from storage.figures import documents, history
from storage.figures.documents import Wanted
from storage.messages import questions
from storage.messages.questions import menu, option
from storage.people.people import OpenQuestion

_TOLD = 30


def ask_template(ctx: Context, _message: IncomingMessage, _rest: str) -> str:
    """Have the empty sheet sent."""
    check_way(ctx)
    documents.want(ctx.session, "history", by=ctx.sender.person_id, scope=file_scope(ctx), now=ctx.now)
    return ctx.texts("history_wanted")


def ask_way_in(ctx: Context, _message: IncomingMessage, _rest: str) -> str:
    """Push the link by which a filled sheet is handed in."""
    if not ctx.switches.sends_links:
        return ctx.texts("ledger_back_no_way")
    form = documents.last_made(ctx.session, ctx.sender.person_id, "history")
    if form is None:
        return ctx.texts("history_no_form")
    return push_way_in(ctx, form, ctx.texts("history_link"))


# -- what the worker does with the file ---------------------------------------------------------------------


def compare(session: Session, world: World, _wanted: Wanted, lines: Iterable[Row]) -> Read | None:
    """Read what was handed in; None if it is no such sheet."""
    try:
        read = read_history(lines, world)
    except NoSheetError:
        return None
    return unknown_only(session, world, read)


def unknown_only(session: Session, world: World, read: Read) -> Read:
    """Leave out the rows that are in the record already."""
    digests = history.known_digests(session, {row.digest for row in read.rows})
    numbers = history.known_numbers(session, {row.old_number for row in read.rows} - {""})
    return new_only(read, digests, numbers, world)


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
        tell_sender(session, world, wanted, world.texts("history_not_a_sheet"))
    elif not (read.rows or read.errors):
        tell_sender(session, world, wanted, world.texts("history_nothing_new"))
    else:
        key = "history_faulty" if facts["errors"] else "history_read"
        told = world.texts(key, count=facts["count"], errors=len(facts["errors"]))
        tell_sender(session, world, wanted, told, kind="history", options=_options(world, facts))
    return True


def _options(world: World, facts: dict[str, Any]) -> list[dict[str, str]]:
    if facts["errors"]:
        first = option(3, world.texts("history_do_errors"), "errors:0")
    else:
        first = option(1, world.texts("history_do_import"), "import")
    rows = [option(2, world.texts("history_do_rows"), "rows:0")] if facts["rows"] else []
    return [first, *rows, option(0, world.texts("history_do_nothing"), "nothing")]


# -- what its sender answers ----------------------------------------------------------------------------------


def history_answer(ctx: Context, question: OpenQuestion, value: str) -> str:
    document = documents.find(ctx.session, int(question.subject))
    if document is None or document.asked_by != ctx.sender.person_id or value == "nothing":
        return ctx.texts("history_left")
    if value == "import":
        return _bring_in(ctx, document.facts)
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


def _bring_in(ctx: Context, facts: dict[str, Any]) -> str:
    """Put the rows in, all of them; what has come in by another way since is left out."""
    read = unknown_only(ctx.session, ctx, Read(tuple(from_data(row) for row in facts["rows"]), ()))
    if read.errors:
        raise Refusal(ctx.texts("history_moved"))
    if not read.rows:
        return ctx.texts("history_nothing_new")
    first, last = history.add(ctx.session, read.rows, by=ctx.sender.person_id, now=ctx.now)
    note_imported(ctx, [row.case for row in read.rows])
    reads.note(ctx, reads.IMPORTED, reason=f"{first}–{last}")
    return ctx.texts("history_done", count=len(read.rows), first=first, last=last)


def _line(ctx: Context, data: dict[str, Any]) -> str:
    case = data["case"]
    return ctx.texts(
        "history_line",
        day=case["filed_at"][:10],
        topic=wording.topic_name(case["topic"], ctx),
        station=wording.station_name(case["station"], ctx),
        text=wording.clipped(case["text"], _TOLD),
    )


# -- taking out again -----------------------------------------------------------------------------------------


def ask_undo(ctx: Context, _message: IncomingMessage, _rest: str) -> str:
    """Ask whether the last import is to be taken out again."""
    last = history.last_import(ctx.session)
    if last is None:
        return ctx.texts("history_undo_none")
    if touched := history.touched_since(ctx.session, last.id):
        raise Refusal(ctx.texts("history_undo_touched", count=touched))
    options = [option(1, ctx.texts("history_do_undo"), "undo"), option(0, ctx.texts("undo_not"), "keep")]
    questions.ask(
        ctx.session,
        person_id=ctx.sender.person_id,
        kind="history_undo",
        subject=str(last.id),
        options=options,
        now=ctx.now,
    )
    day = wording.short_day(last.at.astimezone(ctx.now.tzinfo).date())
    return ctx.texts("history_undo", day=day, count=last.count, menu=menu(options))


def undo_answer(ctx: Context, question: OpenQuestion, value: str) -> str:
    if value != "undo":
        return ctx.texts("history_left")
    import_id = int(question.subject)
    if touched := history.touched_since(ctx.session, import_id):
        raise Refusal(ctx.texts("history_undo_touched", count=touched))
    gone = history.undo(ctx.session, import_id, ctx.now)
    return ctx.texts("history_undo_none") if gone is None else ctx.texts("history_undone", count=gone)


HISTORY_ANSWERS: dict[str, AnswerHandler] = {"history": history_answer, "history_undo": undo_answer}

_DISTRICT = frozenset({Role.DISTRICT})

HISTORY_ROUTES = (
    Route(
        name="staff history",
        handler=ask_template,
        words=("导入历史", "历史导入", "导入历史件"),
        roles=_DISTRICT,
        help="导入历史：把以前的件从表里导进来，分开计数",
        example="导入历史",
        group=Group.PAPERS,
    ),
    Route(
        name="staff history in",
        handler=ask_way_in,
        words=("传回历史", "历史传回", "传回历史件"),
        roles=_DISTRICT,
        help="传回历史：把填好的历史件导入表交上来，核对后再导入",
        example="传回历史",
        group=Group.PAPERS,
    ),
    Route(
        name="staff history undo",
        handler=ask_undo,
        words=("撤销导入", "撤消导入"),
        roles=_DISTRICT,
        help="撤销导入：把上一次导入的历史件全部撤掉",
        example="撤销导入",
        group=Group.PAPERS,
    ),
)
