"""Papers asked for in chat (台账 …): written down here, made by a worker, pushed when done."""

import re
from dataclasses import replace

from handlers.cases.handing_over import hidden_from_department
from handlers.cases.reach import find, numbered, scope_of
from handlers.context import Context
from handlers.errors import Refusal
from handlers.messages import IncomingMessage
from handlers.papers.ledger import COUNTED_AT_ONCE, MOST, kept_back
from handlers.papers.paper import scope_name
from handlers.papers.rate_words import imported_aside, percent
from handlers.papers.spans import Span, params_of, read_span, title_of
from storage.cases import cases, referrals
from storage.cases.selections import in_days
from storage.figures import documents, rates, report_checks
from storage.figures.documents import scope_from
from storage.figures.rates import Counts
from storage.people.scopes import Scope

_SENDS_FILES = "wecom"
_OF_ANOTHER_KIND = re.compile("议案|建议")
"""Reports on what deputies propose are made elsewhere; they must not be answered with those on cases."""


def file_scope(ctx: Context) -> Scope:
    """Give what may go into a file for this person: never a case about an insider."""
    return replace(scope_of(ctx), sealed=False)


def way_open(ctx: Context) -> bool:
    """Tell whether a file can reach the person who asks."""
    return ctx.sender.channel == _SENDS_FILES or ctx.switches.sends_links


def check_way(ctx: Context) -> None:
    """Say plainly where a file could not reach the person who asks."""
    if not way_open(ctx):
        raise Refusal(ctx.texts("paper_no_way"))


def ask_ledger(ctx: Context, _message: IncomingMessage, _rest: str) -> str:
    """Have the open cases of the own scope made into a sheet."""
    check_way(ctx)
    scope = file_scope(ctx)
    count = cases.count_cases(ctx.session, scope, cases.open_where())
    if not count:
        return ctx.texts("paper_ledger_none")
    documents.want(ctx.session, "ledger", by=ctx.sender.person_id, scope=scope, now=ctx.now)
    name = scope_name(scope, ctx.district)
    if count > MOST:
        return ctx.texts("paper_ledger_wanted_part", scope=name, count=count, most=MOST)
    return ctx.texts("paper_ledger_wanted", scope=name, count=count, left=_left_out(ctx, scope, count))


def _left_out(ctx: Context, scope: Scope, count: int) -> str:
    """Say how many open cases do not stand in the sheet; of very many, that the sheet itself says so."""
    if count > COUNTED_AT_ONCE:
        return ctx.texts("paper_ledger_left_some")
    left = kept_back(ctx.session, scope)
    return ctx.texts("paper_ledger_left", count=left) if left else ""


def ask_order(ctx: Context, _message: IncomingMessage, rest: str) -> str:
    """Have the paper made with which a case goes to a department that has no account."""
    line = numbered(rest)
    if line is None:
        return ctx.texts("order_how")
    check_way(ctx)
    case = find(ctx, line.number)
    if case.sealed:
        raise Refusal(ctx.texts("staff_sealed_stays", number=case.number))
    if referrals.leading(ctx.session, case.id) is None:
        raise Refusal(ctx.texts("order_nobody", number=case.number))
    documents.want(
        ctx.session,
        "order",
        by=ctx.sender.person_id,
        scope=file_scope(ctx),
        now=ctx.now,
        params={"case": case.id},
    )
    hidden = hidden_from_department(ctx, case, case.text)
    if not hidden:
        return ctx.texts("order_wanted", number=case.number)
    return ctx.texts("order_wanted_hidden", number=case.number, hidden=hidden)


def ask_report(ctx: Context, _message: IncomingMessage, rest: str) -> str:
    """Say the figures that matter at once, and have the report made; it is a draft without a number."""
    if _OF_ANOTHER_KIND.search(rest):
        raise Refusal(ctx.texts("report_not_here"))
    check_way(ctx)
    span = read_span(rest, ctx.now.date())
    if span is None or span.since > ctx.now.date():
        raise Refusal(ctx.texts("report_span_how"))
    scope = file_scope(ctx)
    if issued := _issued(ctx, span):
        return issued
    filed = in_days(ctx.now, span.since, span.until)
    outcomes = rates.count_outcomes(ctx.session, scope, filed).get("", Counts())
    documents.want(
        ctx.session, "report", by=ctx.sender.person_id, scope=scope, now=ctx.now, params=params_of(span)
    )
    return ctx.texts(
        "report_wanted",
        title=title_of(ctx, span),
        filed=rates.count(ctx.session, scope, filed),
        due=outcomes.due,
        on_time=outcomes.on_time,
        rate=percent(*outcomes.rate("ontime")) or ctx.texts("ask_no_share"),
        aside=imported_aside(
            ctx,
            rates.count(ctx.session, scope, replace(filed, imported=True)),
            rates.count(ctx.session, scope, replace(filed, opinions=True)),
        ),
    )


def _issued(ctx: Context, span: Span) -> str:
    """Print an issued report again, if there is one; who sees another part of the district gets a draft of that part."""
    for grant in ctx.sender.grants:
        issuer = {"district": "", "street": grant.area}.get(grant.role)
        report = (
            report_checks.find_issued(ctx.session, issuer, span.kind, span.since)
            if issuer is not None
            else None
        )
        if report is not None:
            documents.want(
                ctx.session,
                "report",
                by=ctx.sender.person_id,
                scope=scope_from(report.scope),
                now=ctx.now,
                params={**params_of(span), "report": report.id},
            )
            return ctx.texts("report_again", title=title_of(ctx, span))
    return ""


def ask_chart(ctx: Context, _message: IncomingMessage, rest: str) -> str:
    """Have the charts of a month, quarter or half year drawn."""
    check_way(ctx)
    if not ctx.switches.font:
        raise Refusal(ctx.texts("chart_no_font"))
    span = read_span(rest if rest.endswith(("季度", "半年")) else f"{rest or '本月'}月报", ctx.now.date())
    if span is None or span.since > ctx.now.date():
        raise Refusal(ctx.texts("chart_how"))
    documents.want(
        ctx.session,
        "chart",
        by=ctx.sender.person_id,
        scope=file_scope(ctx),
        now=ctx.now,
        params=params_of(span),
    )
    return ctx.texts("chart_wanted", label=span.label)
