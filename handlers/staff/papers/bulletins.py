"""民情通报 in chat: drafted, read, handed in, approved, issued under its number, printed again."""

import re
from datetime import date, timedelta

from handlers import wording
from handlers.context import Context
from handlers.errors import Refusal
from handlers.messages import IncomingMessage
from handlers.papers.bulletin import SPECIAL, before_of, collect, issuer_name, number_told
from handlers.pushes.asking import owe_question
from handlers.pushes.owing import owe
from handlers.pushes.send_times import When
from handlers.routing import AnswerHandler
from handlers.staff.papers.papers import check_way, file_scope
from nlp.periods import Period, find_period
from storage import bulletins, documents, questions, reports
from storage.models import Bulletin
from storage.people import OpenQuestion
from storage.questions import menu, option

ISSUERS = ("district", "street", "station")
"""Roles that issue bulletins, the widest first."""
_NUMBER = re.compile(r"(?:(\d{4})年?)?第?(\d{1,4})期?")


def bulletin(ctx: Context, _message: IncomingMessage, rest: str) -> str:
    """Draft a bulletin of a span of days, or print an issued one again (`通报 8期`)."""
    check_way(ctx)
    if found := _NUMBER.fullmatch(rest.strip()):
        return print_again(ctx, issuer_of(ctx), _year_of(ctx, found[1], int(found[2])), int(found[2]))
    issuer, today = issuer_of(ctx), ctx.now.date()
    period = find_period(rest, today) if rest else _since_the_last(ctx, issuer, today)
    if period is None:
        raise Refusal(ctx.texts("bulletin_how"))
    row = bulletins.draft(
        ctx.session,
        issuer,
        since=period.since,
        until=min(period.until, today + timedelta(days=1)),
        scope=file_scope(ctx),
        facts={},
        by=ctx.sender.person_id,
        now=ctx.now,
    )
    row.facts = collect(ctx.session, ctx, row)
    ctx.session.flush()
    return ask_draft(ctx, row)


def _year_of(ctx: Context, named: str | None, number: int) -> int:
    """Give the year that was named, else this one; where it has no such number yet, the one before."""
    this = ctx.now.year
    if named:
        return int(named)
    issued = [
        year for year in (this, this - 1) if bulletins.find_issued(ctx.session, issuer_of(ctx), year, number)
    ]
    return issued[0] if issued else this


def issuer_of(ctx: Context) -> str:
    """Give whose series it is: the widest office that the person holds."""
    for role in ISSUERS:
        for grant in ctx.sender.grants:
            if grant.role == role:
                return grant.area if role != "district" else ""
    raise Refusal(ctx.texts("bulletin_how"))


def _since_the_last(ctx: Context, issuer: str, today: date) -> Period:
    """Begin where the last one ended, so that nothing is told twice."""
    last = bulletins.last_issued(ctx.session, issuer)
    if last and last.until > today:
        raise Refusal(ctx.texts("bulletin_today_told", number=last.number))
    since = last.until if last else today.replace(day=1)
    return Period(since, today + timedelta(days=1), "")


def ask_draft(ctx: Context, row: Bulletin) -> str:
    options = [option(digit, ctx.texts(f"bulletin_do_{value}"), value) for digit, value in _DRAFT]
    questions.ask(
        ctx.session,
        person_id=ctx.sender.person_id,
        kind="bulletin",
        subject=str(row.id),
        options=options,
        now=ctx.now,
    )
    return ctx.texts("bulletin_drafted", told=_told(ctx, row), menu=menu(options))


_DRAFT = ((1, "read"), (2, "submit"), (0, "leave"))
_SUBMITTED = ((1, "issue"), (2, "read"), (3, "return"))


def _told(ctx: Context, row: Bulletin) -> str:
    number = bulletins.next_number(ctx.session, row.issuer, ctx.now.year, before_of(row.issuer, ctx))
    if "cases" in row.facts:
        return ctx.texts(
            "special_told",
            number=number_told(ctx, number.year, number.number, number.total),
            title=row.facts["title"],
            count=len(row.facts["cases"]),
        )
    last = row.until - timedelta(days=1)
    since, until = wording.short_day(row.since), wording.short_day(last)
    return ctx.texts(
        "bulletin_told",
        number=number_told(ctx, number.year, number.number, number.total),
        days=since if row.since == last else f"{since}至{until}",
        voters=row.facts["voters"],
        filed=row.facts["filed"],
        referred=row.facts["referred"],
    )


def draft_answer(ctx: Context, question: OpenQuestion, value: str) -> str:
    row = _row(ctx, question)
    if value == "leave":
        return ctx.texts("bulletin_left")
    if value == "read":
        _want(ctx, row)
        return ctx.texts("bulletin_reading", more=ask_draft(ctx, row)) if row.state == "draft" else _gone(ctx)
    if not bulletins.submit(ctx.session, row.id, ctx.sender.person_id):
        return _gone(ctx)
    approvers = _approvers(ctx, row)
    text = ctx.texts(
        "bulletin_submitted", issuer=issuer_name(row.issuer, ctx), told=_told(ctx, _row(ctx, question))
    )
    options = [option(digit, ctx.texts(f"bulletin_do_{action}"), action) for digit, action in _SUBMITTED]
    if not approvers:
        _ask_approver(ctx, row)
        return f"{text}\n{menu(options)}"
    for person_id in approvers:
        owe_question(
            ctx,
            person_id,
            when=When.BY_DAY,
            kind="bulletin_issue",
            subject=str(row.id),
            text=text,
            options=options,
            dedupe_key=f"bulletin/{row.id}/{question.id}/{person_id}",
        )
    return ctx.texts("bulletin_handed_in", count=len(approvers))


def _approvers(ctx: Context, row: Bulletin) -> list[int]:
    """Give who may sign for the issuer beside the person who drafted; nobody in an office of one."""
    area = row.issuer.removeprefix(SPECIAL)
    held = reports.holders(ctx.session, ["district", "street", "station"], ctx.now)
    return [
        person_id
        for person_id, grants in held.items()
        if person_id != ctx.sender.person_id
        and any(grant.area == area and (grant.area or grant.role == "district") for grant in grants)
    ]


def _ask_approver(ctx: Context, row: Bulletin) -> None:
    questions.ask(
        ctx.session,
        person_id=ctx.sender.person_id,
        kind="bulletin_issue",
        subject=str(row.id),
        options=[option(digit, ctx.texts(f"bulletin_do_{action}"), action) for digit, action in _SUBMITTED],
        now=ctx.now,
    )


def issue_answer(ctx: Context, question: OpenQuestion, value: str) -> str:
    """Take the word of the one who signs."""
    row = _row(ctx, question)
    if row.state != "submitted":
        return _gone(ctx)
    if value == "read":
        _want(ctx, row)
        _ask_approver(ctx, row)
        options = [option(digit, ctx.texts(f"bulletin_do_{action}"), action) for digit, action in _SUBMITTED]
        return ctx.texts("bulletin_reading", more=menu(options))
    if value == "return":
        bulletins.send_back(ctx.session, row.id)
        _tell(ctx, row, "bulletin_returned")
        return ctx.texts("bulletin_returned_done")
    if not bulletins.issue(
        ctx.session, row, by=ctx.sender.person_id, now=ctx.now, before=before_of(row.issuer, ctx)
    ):
        return _gone(ctx)
    row = _row(ctx, question)
    _want(ctx, row)
    number = number_told(ctx, row.year or 0, row.number or 0, row.total or 0)
    if row.drafted_by != ctx.sender.person_id:
        _tell(ctx, row, "bulletin_issued_told", number=number)
    return ctx.texts("bulletin_issued", number=number)


def _tell(ctx: Context, row: Bulletin, key: str, **gaps: str) -> None:
    if row.drafted_by == ctx.sender.person_id:
        return
    owe(
        ctx.session,
        ctx,
        row.drafted_by,
        when=When.BY_DAY,
        dedupe_key=f"{key}/{row.id}/{ctx.inbox_id}",
        kind="notice",
        text=ctx.texts(key, **gaps),
    )


def print_again(ctx: Context, issuer: str, year: int, number: int) -> str:
    row = bulletins.find_issued(ctx.session, issuer, year, number)
    if row is None:
        raise Refusal(ctx.texts("bulletin_unknown", year=year, before=year - 1, number=number))
    _want(ctx, row)
    return ctx.texts("bulletin_again", number=number_told(ctx, year, number, row.total or 0))


def _want(ctx: Context, row: Bulletin) -> None:
    documents.want(
        ctx.session,
        "bulletin",
        by=ctx.sender.person_id,
        scope=file_scope(ctx),
        now=ctx.now,
        params={"bulletin": row.id},
    )


def _row(ctx: Context, question: OpenQuestion) -> Bulletin:
    """Give the bulletin of a question, to those who sign for its issuer now."""
    row = ctx.session.get_one(Bulletin, int(question.subject), populate_existing=True)
    area = row.issuer.removeprefix(SPECIAL)
    signs = {
        "" if grant.role == "district" else grant.area
        for grant in ctx.sender.grants
        if grant.role in ISSUERS and (grant.area or grant.role == "district")
    }
    if area not in signs:
        raise Refusal(_gone(ctx))
    return row


def _gone(ctx: Context) -> str:
    return ctx.texts("bulletin_gone")


BULLETIN_ANSWERS: dict[str, AnswerHandler] = {"bulletin": draft_answer, "bulletin_issue": issue_answer}
