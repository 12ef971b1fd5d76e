"""Marks that an office puts on a case: paused, another's business, supervised, noted by a leader."""

import re
from datetime import date

from handlers import wording
from handlers.cases.pauses import resume
from handlers.cases.reach import find, numbered, take_step
from handlers.cases.supervising import tell_owner
from handlers.cases.telling import Ask, reach_of_voters, tell_voter, voters_told
from handlers.context import Context
from handlers.district.checks import FORBIDDEN_WORDS
from handlers.errors import Refusal
from handlers.messages import IncomingMessage, Role
from handlers.pushes.reaching import why_told
from handlers.route import Group, Route
from handlers.staff.lists import case_page
from handlers.staff.results import LONGEST
from nlp.alarms.private import CONTACT
from storage.casework import support
from storage.models import Case

_OFFICES = frozenset({Role.STREET, Role.DISTRICT})
_STAFF = _OFFICES | {Role.STATION}
_DATE = re.compile(r"\s{0,4}(?:(\d{4})年)?(\d{1,2})月(\d{1,2})[日号]?(?:前|之前)?\s{0,4}$")
_ONLY_WAITS = re.compile(
    r"(?:再|先)?(?:等|待)(?:一?等|待|一下)?(?:选民|居民|群众|本人|对方|他|她)?(?:的|来|再)?(?:答复|回复|回话|回音|消息|补充|确认)?"
)
"""Words that ask the voter nothing."""
_LONGEST_NAME = 20


def pause(ctx: Context, _message: IncomingMessage, rest: str) -> str:
    """Ask the voter something (`暂停 42 请问是几单元`); until they answer the department's clock stands still."""
    line = numbered(rest)
    if line is None or not line.rest or _ONLY_WAITS.fullmatch(line.rest):
        return ctx.texts("staff_pause_how")
    return pause_case(ctx, find(ctx, line.number), line.rest)


def pause_case(ctx: Context, case: Case, words: str) -> str:
    """Ask the voter and all supporters; until one of them answers the clock stands still."""
    _sayable(ctx, words)
    if case.sealed or not support.voices(ctx.session, case):
        raise Refusal(ctx.texts("staff_pause_nobody", number=case.number))
    if case.paused_at is not None:
        raise Refusal(ctx.texts("staff_paused_already", number=case.number))
    step_id = take_step(ctx, case, "paused", note=words, paused_at=ctx.now)
    text = ctx.texts("voter_paused", number=case.number, text=words)
    ask = Ask(kind="pause_reply", data={"free": True})
    reached = reach_of_voters(ctx, case)
    tell_voter(ctx, case, step_id, text, short="asked", ask=ask, at_once=True)
    if reached.nobody:
        return ctx.texts("staff_paused_closed", number=case.number, why=why_told(ctx, reached.why))
    return ctx.texts("staff_paused", number=case.number)


def go_on(ctx: Context, _message: IncomingMessage, rest: str) -> str:
    """Let the clock run on without the voter's answer."""
    line = numbered(rest)
    if line is None:
        return ctx.texts("staff_go_on_how")
    case = find(ctx, line.number)
    if case.paused_at is None:
        raise Refusal(ctx.texts("staff_not_paused", number=case.number))
    return ctx.texts("staff_goes_on", number=case.number, sum=resume(ctx, case))


def elsewhere(ctx: Context, _message: IncomingMessage, rest: str) -> str:
    """Read `42 12345 原因`: close a case that is another's business, with the right door and the reason."""
    line = numbered(rest)
    door, _, reason = (line.rest if line else "").partition(" ")
    if line is None or not door or not reason.strip():
        return ctx.texts("staff_elsewhere_how")
    _sayable(ctx, line.rest)
    case = find(ctx, line.number)
    note = ctx.texts("elsewhere_note", door=door, reason=reason.strip())
    step_id = take_step(ctx, case, "elsewhere", note=note, closed_at=ctx.now, joined_until=None)
    voters = voters_told(ctx, reach_of_voters(ctx, case))
    told = tell_voter(ctx, case, step_id, ctx.texts("voter_elsewhere", number=case.number, note=note))
    if told is None:
        return ctx.texts("staff_elsewhere_nobody", number=case.number)
    return ctx.texts("staff_elsewhere", number=case.number, voters=voters)


def _sayable(ctx: Context, words: str) -> None:
    """Refuse what must not reach a voter: too long, or a legal word of petitions and permits."""
    if len(words) > LONGEST:
        raise Refusal(ctx.texts("staff_too_long", limit=LONGEST))
    for word in FORBIDDEN_WORDS:
        if word in words:
            raise Refusal(ctx.texts("staff_word_forbidden", word=word))


def supervise(ctx: Context, _message: IncomingMessage, rest: str) -> str:
    """Read `42 张宁 12月20日` and put the case on the supervision list; without a number, show the list."""
    line = numbered(rest)
    if line is None:
        return case_page(ctx, "supervised")
    case = find(ctx, line.number)
    owner, until = _owner_and_day(ctx, line.rest)
    take_step(
        ctx,
        case,
        "supervised",
        note=f"{owner} {until or ''}".strip(),
        supervised_at=case.supervised_at or ctx.now,
        supervised_owner=owner,
        supervised_until=until,
    )
    told = tell_owner(
        ctx, case, owner, until, by=ctx.sender.person_id, key=f"supervised owner/{case.id}/{ctx.inbox_id}"
    )
    return ctx.texts("staff_supervised", number=case.number, owner=_owner_said(ctx, case), told=told)


def _owner_and_day(ctx: Context, words: str) -> tuple[str, date | None]:
    found = _DATE.search(words)
    if found is None:
        return words.strip()[:_LONGEST_NAME], None
    today = ctx.now.date()
    year = int(found[1]) if found[1] else today.year
    try:
        day = date(year, int(found[2]), int(found[3]))
        if not found[1] and day < today:
            day = day.replace(year=year + 1)
    except ValueError:
        raise Refusal(ctx.texts("staff_date_unknown", words=found[0].strip())) from None
    return words[: found.start()].strip()[:_LONGEST_NAME], day


def _owner_said(ctx: Context, case: Case) -> str:
    if not case.supervised_owner:
        return ""
    day = wording.day(case.supervised_until) if case.supervised_until else ctx.texts("staff_none")
    return ctx.texts("staff_supervised_by", name=case.supervised_owner, day=day)


def unsupervise(ctx: Context, _message: IncomingMessage, rest: str) -> str:
    line = numbered(rest)
    if line is None:
        return ctx.texts("staff_unsupervise_how")
    case = find(ctx, line.number)
    if case.supervised_at is None and case.supervised_until is None:
        raise Refusal(ctx.texts("staff_not_supervised", number=case.number))
    take_step(
        ctx,
        case,
        "unsupervised",
        note=line.rest[:LONGEST],
        supervised_at=None,
        supervised_owner="",
        supervised_until=None,
    )
    return ctx.texts("staff_unsupervised", number=case.number)


def note(ctx: Context, _message: IncomingMessage, rest: str) -> str:
    """Read `42 内容 人 日期`: keep a leader's note (批示) with who sees to it and until when.

    Each note stands by itself; an owner and a day that were named before stay.
    """
    line = numbered(rest)
    words = line.rest if line else ""
    body, day = _owner_and_day_of_note(ctx, words)
    content, _, owner = body.rpartition(" ")
    if line is None or day is None or not content.strip():
        return ctx.texts("staff_note_how")
    case = find(ctx, line.number)
    owner = owner[:_LONGEST_NAME]
    first = case.supervised_until is None
    named = {"supervised_owner": owner, "supervised_until": day} if first else {}
    said = f"{content.strip()[:LONGEST]}（{owner}，{wording.short_day(day)}）"
    step_id = take_step(ctx, case, "leader's note", note=said, **named)
    told = tell_owner(ctx, case, owner, day, by=ctx.sender.person_id, key=f"noted owner/{step_id}")
    key = "staff_noted" if first else "staff_noted_beside"
    return ctx.texts(key, number=case.number, owner=_owner_said(ctx, case), told=told)


def _owner_and_day_of_note(ctx: Context, words: str) -> tuple[str, date | None]:
    found = _DATE.search(words)
    if found is None:
        return words, None
    _, day = _owner_and_day(ctx, found[0])
    return words[: found.start()].strip(), day


def make_private(ctx: Context, _message: IncomingMessage, rest: str) -> str:
    """Read `42 原因`: from now on the words of a case are shown to no deputy, offered to no other, printed nowhere."""
    line = numbered(rest)
    if line is None or not line.rest:
        return ctx.texts("staff_private_how")
    case = find(ctx, line.number)
    if case.private not in {"", CONTACT}:
        raise Refusal(ctx.texts("staff_private_already", number=case.number))
    take_step(ctx, case, "made private", note=line.rest[:LONGEST], private="staff")
    return ctx.texts("staff_private", number=case.number)


def make_public(ctx: Context, _message: IncomingMessage, rest: str) -> str:
    """Read `42 原因`: lift the mark, whoever or whatever set it; the reason stays in the history."""
    line = numbered(rest)
    if line is None or not line.rest:
        return ctx.texts("staff_public_how")
    case = find(ctx, line.number)
    if not case.private:
        raise Refusal(ctx.texts("staff_not_private", number=case.number))
    take_step(ctx, case, "made public", note=line.rest[:LONGEST], private="")
    return ctx.texts("staff_public", number=case.number)


MARKING_ROUTES = (
    Route(
        name="staff private",
        handler=make_private,
        pattern=re.compile(r"(?:设为?)?不公开\s*+((?:\d.*)?)", re.DOTALL),
        roles=_STAFF,
        help="不公开 编号 原因：内容不给代表看，不让别人附议，不进通报",
        example="不公开 42 写了家里病情",
        group=Group.MEND,
    ),
    Route(
        name="staff public",
        handler=make_public,
        pattern=re.compile(r"(?:取消不公开|可以公开|公开)\s*+((?:\d.*)?)", re.DOTALL),
        roles=_STAFF,
        help="公开 编号 原因：不再按不公开办",
        example="公开 42 核对过，没有个人信息",
        group=Group.MEND,
    ),
    Route(
        name="staff pause",
        handler=pause,
        pattern=re.compile(r"暂停\s*+((?:\d.*)?)", re.DOTALL),
        roles=_STAFF,
        help="暂停 编号 问题：问选民一句，答复前期限不走",
        example="暂停 42 是几单元",
        group=Group.CASES,
    ),
    Route(
        name="staff go on",
        handler=go_on,
        pattern=re.compile(r"(?:继续|恢复)\s*+((?:\d.*)?)"),
        roles=_STAFF,
        help="继续 编号：不等选民了，期限接着走",
        example="继续 42",
        group=Group.CASES,
    ),
    Route(
        name="staff elsewhere",
        handler=elsewhere,
        pattern=re.compile(r"不归\s*+((?:\d.*)?)", re.DOTALL),
        roles=_STAFF,
        help="不归 编号 去处 原因：不归这里管，告诉选民该找谁",
        example="不归 42 12348 合同纠纷要走法律途径",
        group=Group.CASES,
    ),
    Route(
        name="staff supervise",
        handler=supervise,
        pattern=re.compile(r"(?:挂牌督办|挂牌|督办)\s*+((?:\d.*)?)"),
        roles=_OFFICES,
        help="督办 编号 责任人 日期：挂牌；只写“督办”看清单",
        example="督办 42 张宁 12月20日",
        group=Group.SUPERVISE,
    ),
    Route(
        name="staff unsupervise",
        handler=unsupervise,
        pattern=re.compile(r"撤牌\s*+((?:\d.*)?)"),
        roles=_OFFICES,
        help="撤牌 编号 原因：不再督办",
        example="撤牌 42 选民说解决了",
        group=Group.SUPERVISE,
    ),
    Route(
        name="staff note",
        handler=note,
        pattern=re.compile(r"批示\s*+((?:\d.*)?)", re.DOTALL),
        roles=_OFFICES,
        help="批示 编号 内容 责任人 日期：记下领导批示",
        example="批示 42 限期修复 张宁 12月20日",
        group=Group.SUPERVISE,
    ),
)
