"""Who signs a bulletin: handed in by whoever drafted it, signed by another named person, issued under its number."""

from collections.abc import Callable
from datetime import timedelta

from handlers import wording
from handlers.context import Context
from handlers.errors import Refusal
from handlers.papers.bulletin import SPECIAL, before_of, issuer_name, number_told, unfit
from handlers.pushes.asking import owe_question
from handlers.pushes.owing import owe
from handlers.pushes.send_times import When
from handlers.staff.papers import picking
from handlers.staff.papers.papers import file_scope
from storage.figures import bulletins, documents, reports
from storage.messages import questions, recipients
from storage.messages.questions import menu, option
from storage.models import Bulletin
from storage.people.people import OpenQuestion
from storage.people.scopes import Grant

ISSUERS = ("district", "street", "station")
"""Roles that issue bulletins, the widest first."""
_SUBMITTED = ((1, "issue"), (2, "read"), (3, "return"))


def told(ctx: Context, row: Bulletin) -> str:
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


def want(ctx: Context, row: Bulletin) -> None:
    documents.want(
        ctx.session,
        "bulletin",
        by=ctx.sender.person_id,
        scope=file_scope(ctx),
        now=ctx.now,
        params={"bulletin": row.id},
    )


def row_of_office(ctx: Context, question: OpenQuestion) -> Bulletin:
    """Give the bulletin of a question, to those who write for its issuer now."""
    return _row(ctx, question, lambda row: {row.issuer.removeprefix(SPECIAL)})


def _row(ctx: Context, question: OpenQuestion, areas: Callable[[Bulletin], set[str]]) -> Bulletin:
    row = ctx.session.get_one(Bulletin, int(question.subject), populate_existing=True)
    # What was drafted before people picked what is told has a quotation that nobody confirmed.
    unpicked = row.state in {"draft", "submitted"} and "offered" not in row.facts
    if unpicked or not any(_writes_for(grant) in areas(row) for grant in ctx.sender.grants):
        raise Refusal(ctx.texts("bulletin_gone"))
    return row


def _writes_for(grant: Grant) -> str | None:
    """Give the issuer for whom a role writes: the district has an empty name."""
    if grant.role == "district":
        return ""
    return grant.area if grant.role in ISSUERS and grant.area else None


def _offices(ctx: Context, issuer: str) -> list[str]:
    """Give who may sign, the nearest first: the issuer's own office, the street above a station, the district."""
    area = issuer.removeprefix(SPECIAL)
    station = ctx.district.stations.get(area)
    above = [station.street] if station and station.street else []
    return list(dict.fromkeys([area, *above, ""]))


def _approvers(ctx: Context, row: Bulletin) -> list[int]:
    """Give the people of the nearest office who did not draft it; who has bound no account cannot sign."""
    named = reports.holders(ctx.session, list(ISSUERS), ctx.now)
    bound = recipients.accounts_of(ctx.session, set(named))
    held = {person_id: grants for person_id, grants in named.items() if person_id in bound}
    own = {row.drafted_by, ctx.sender.person_id}
    for office in _offices(ctx, row.issuer):
        found = [
            person_id
            for person_id, grants in held.items()
            if person_id not in own and any(_writes_for(grant) == office for grant in grants)
        ]
        if found:
            return found
    return []


def hand_in(ctx: Context, row: Bulletin, question: OpenQuestion) -> str:
    """Hand a draft in: to another person who may sign. Only a district office of one signs what it drafted itself."""
    approvers = _approvers(ctx, row)
    alone = not approvers
    if alone and row.issuer.removeprefix(SPECIAL):
        raise Refusal(ctx.texts("bulletin_nobody_signs"))
    if not bulletins.submit(ctx.session, row.id, ctx.sender.person_id):
        return ctx.texts("bulletin_gone")
    row = row_of_office(ctx, question)
    text = ctx.texts("bulletin_submitted", issuer=issuer_name(row.issuer, ctx), told=told(ctx, row))
    if picked := row.facts.get("picked"):
        text = f"{text}\n{picking.told(picked)}"
    if alone:
        return f"{text}\n{_ask_signer(ctx, row)}"
    for person_id in approvers:
        owe_question(
            ctx,
            person_id,
            when=When.BY_DAY,
            kind="bulletin_issue",
            subject=str(row.id),
            text=text,
            options=_options(ctx),
            dedupe_key=f"bulletin/{row.id}/{question.id}/{person_id}",
        )
    return ctx.texts("bulletin_handed_in", count=len(approvers))


def _options(ctx: Context) -> list[dict[str, str]]:
    return [option(digit, ctx.texts(f"bulletin_do_{action}"), action) for digit, action in _SUBMITTED]


def _ask_signer(ctx: Context, row: Bulletin) -> str:
    options = _options(ctx)
    questions.ask(
        ctx.session,
        person_id=ctx.sender.person_id,
        kind="bulletin_issue",
        subject=str(row.id),
        options=options,
        now=ctx.now,
    )
    return menu(options)


def issue_answer(ctx: Context, question: OpenQuestion, value: str) -> str:
    """Take the word of the one who signs."""
    row = _row(ctx, question, lambda row: set(_offices(ctx, row.issuer)))
    own = row.drafted_by == ctx.sender.person_id
    if row.state != "submitted" or (own and row.issuer.removeprefix(SPECIAL)):
        return ctx.texts("bulletin_gone")
    if value == "read":
        want(ctx, row)
        return ctx.texts("bulletin_reading", more=_ask_signer(ctx, row))
    if value == "return":
        bulletins.send_back(ctx.session, row.id)
        _tell(ctx, row, "bulletin_returned")
        return ctx.texts("bulletin_returned_done")
    if gone := unfit(ctx.session, ctx, row):
        bulletins.leave_out(ctx.session, row, gone)
        return ctx.texts("bulletin_left_out", numbers="、".join(gone), menu=_ask_signer(ctx, row))
    before = before_of(row.issuer, ctx)
    if not bulletins.issue(ctx.session, row, by=ctx.sender.person_id, now=ctx.now, before=before):
        return ctx.texts("bulletin_gone")
    row = _row(ctx, question, lambda row: set(_offices(ctx, row.issuer)))
    want(ctx, row)
    number = number_told(ctx, row.year or 0, row.number or 0, row.total or 0)
    _tell(ctx, row, "bulletin_issued_told", number=number, name=_name(ctx, row))
    # Only who writes for the issuer finds the number in the series that “通报” knows.
    area = row.issuer.removeprefix(SPECIAL)
    ours = any(_writes_for(grant) == area for grant in ctx.sender.grants)
    key = "bulletin_issued" if ours else "bulletin_issued_for"
    return ctx.texts(key, number=number, name=_name(ctx, row))


def _name(ctx: Context, row: Bulletin) -> str:
    return ctx.texts("special_name" if row.issuer.startswith(SPECIAL) else "bulletin_called")


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
