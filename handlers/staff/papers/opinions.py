"""Opinions voiced at meetings (发言意见): registered in a sentence or step by step, listed, told of in a paper."""

import re
from datetime import date
from typing import Any

from handlers import wording
from handlers.cases import case_rows
from handlers.cases.entering import write_effects
from handlers.cases.reach import find_again, scope_of
from handlers.context import Context
from handlers.effects import NUMBER_SLOT, Effects
from handlers.errors import Refusal
from handlers.messages import IncomingMessage, Role
from handlers.route import AnswerHandler, Group, Route
from handlers.safety import gate
from handlers.staff.cases import detail
from handlers.staff.papers.papers import check_way, file_scope
from nlp.times.periods import find_period
from storage.cases.selections import OPINION
from storage.figures import documents, opinions
from storage.messages import questions, recipients
from storage.messages.questions import menu, option
from storage.models import Case, Opinion
from storage.people import people
from storage.people.people import OpenQuestion

OFFICES = frozenset({Role.STREET, Role.DISTRICT})
STEPS = ("meeting", "speaker", "text")
LONGEST = {"meeting": 64, "speaker": 32, "text": 1000}
SHOWN = 5
_BETWEEN = re.compile(r"[，,；;：:]\s*+")
_TITLES = re.compile(r"(?:人大)?(?:代表|委员|同志|主任|列席代表)$")
_KINDS = (
    ("committee", re.compile(r"常委会|主任会议|专委")),
    ("congress", re.compile(r"代表大会|人代会|次大会|分组审议")),
    ("session", re.compile(r"议政|座谈|恳谈|听证")),
    ("visit", re.compile(r"视察|调研|检查")),
)
_TOLD = 24


def register(ctx: Context, message: IncomingMessage, rest: str) -> str:
    """Read `会议，发言人，内容`, or ask for the three one after another."""
    typed = re.sub(r"^.*?登记[\s:：,，]*", "", message.text.strip(), count=1) if rest else ""
    return _next(ctx, _read(typed, {}))


def _read(words: str, known: dict[str, str]) -> dict[str, str]:
    """Put words into what is still missing; a line with two marks between says all at once."""
    missing = [step for step in STEPS if step not in known]
    words = words.strip()
    if not words or not missing:
        return known
    parts = _BETWEEN.split(words, maxsplit=len(missing) - 1) if missing[0] != "text" else [words]
    if len(parts) < len(missing):
        parts = [words]
    return known | {step: part.strip() for step, part in zip(missing, parts, strict=False) if part.strip()}


def _next(ctx: Context, known: dict[str, str]) -> str:
    """Ask for what is missing, or show the whole before it is registered."""
    for step, most in LONGEST.items():
        if len(known.get(step, "")) > most:
            raise Refusal(ctx.texts("opinion_long", what=ctx.texts(f"opinion_{step}"), most=most))
    missing = next((step for step in STEPS if not known.get(step)), "")
    if missing:
        _ask(ctx, "opinion_words", known, free=True)
        return ctx.texts(f"opinion_which_{missing}")
    options = [option(1, ctx.texts("opinion_do_file"), "file"), option(0, ctx.texts("opinion_do_not"), "no")]
    _ask(ctx, "opinion_file", known, options=options)
    deputy = _deputy(ctx, known["speaker"])
    return ctx.texts(
        "opinion_draft",
        meeting=known["meeting"],
        speaker=known["speaker"],
        text=wording.clipped(known["text"], 60),
        deputy=ctx.texts("opinion_asked" if _account(ctx, deputy) else "opinion_not_asked"),
        menu=menu(options),
    )


def _ask(
    ctx: Context,
    kind: str,
    known: dict[str, str],
    *,
    free: bool = False,
    options: list[dict[str, str]] | None = None,
) -> None:
    questions.ask(
        ctx.session,
        person_id=ctx.sender.person_id,
        kind=kind,
        data={"free": free, "known": known},
        options=options or [],
        now=ctx.now,
    )


def words_answer(ctx: Context, question: OpenQuestion, value: str) -> str:
    return _next(ctx, _read(value, dict(question.data["known"])))


def file_answer(ctx: Context, question: OpenQuestion, value: str) -> str:
    if value != "file":
        return ctx.texts("opinion_left")
    return _file(ctx, question.data["known"])


def _deputy(ctx: Context, speaker: str) -> str:
    """Give the key of the deputy who spoke, if just one of that name is on the roster."""
    name = _TITLES.sub("", speaker).strip()
    found = [deputy.key for deputy in ctx.district.deputies.values() if deputy.name == name]
    return found[0] if len(found) == 1 else ""


def _account(ctx: Context, deputy: str) -> tuple[int, int] | None:
    """Give person and account of a deputy whom the bot can reach."""
    person_id = people.by_roster_key(ctx.session, f"deputy:{deputy}") if deputy else None
    if person_id is None:
        return None
    accounts = recipients.accounts_of(ctx.session, {person_id}).get(person_id, [])
    return (person_id, accounts[0].id) if accounts else None


def _file(ctx: Context, known: dict[str, str]) -> str:
    """File it as a case of the office that registers it; a speaker with an account is told what becomes of it."""
    deputy = _deputy(ctx, known["speaker"])
    reached = _account(ctx, deputy)
    street = next((grant.area for grant in ctx.sender.grants if grant.role == Role.STREET), "")
    case: dict[str, Any] = case_rows.case_row(
        case_rows.destination(known["text"], ctx),
        ctx.sender,
        ctx,
        text=known["text"],
        source=OPINION,
        voter_id=reached[0] if reached else None,
        account_id=reached[1] if reached else None,
        filed_by=ctx.sender.person_id,
        joined_until=None,
    )
    # Without a place no voter's message is put to it, and it makes no burst.
    case |= {
        "place": "",
        "station": "",
        "industry": "",
        "street": "" if ctx.sender.holds(Role.DISTRICT) else street,
    }
    effects = Effects(
        reply=ctx.texts("opinion_filed", number=NUMBER_SLOT, topic=wording.topic_name(case["topic"], ctx)),
        route="opinion",
        case=case,
        steps=[
            case_rows.step_row(
                case["id"], "filed", case["state"], ctx.now, actor=ctx.sender.person_id, public=True
            )
        ],
    )
    (reply,) = write_effects(ctx.session.connection(), [effects], ctx)
    kind = next((name for name, words in _KINDS if words.search(known["meeting"])), "other")
    ctx.session.add(
        Opinion(
            case_id=case["id"],
            source=kind,
            meeting=known["meeting"],
            speaker=known["speaker"],
            deputy=deputy,
            said_on=_said_on(ctx, known["meeting"]),
        )
    )
    ctx.session.flush()
    return reply


def _said_on(ctx: Context, meeting: str) -> date:
    """Give the day that the meeting's name tells (`11月20日常委会会议`), else today."""
    today = ctx.now.date()
    found = re.search(r"(?:(\d{4})年)?(\d{1,2})月(\d{1,2})[日号]", meeting)
    if found is None:
        return today
    try:
        day = date(int(found[1] or today.year), int(found[2]), int(found[3]))
    except ValueError:
        return today
    return min(day, today)


# -- list and paper -------------------------------------------------------------------------------------------


def show_list(ctx: Context, _message: IncomingMessage, rest: str) -> str:
    """List what was voiced this year, or in the span or at the meeting that is named."""
    return _page(ctx, rest.strip(), 0)


def _span(ctx: Context, words: str) -> tuple[date, date, str]:
    """Give the days that the words name, and the meeting, where they name none."""
    today = ctx.now.date()
    period = find_period(words, today) if words else None
    if period is not None:
        return period.since, period.until, ""
    return date(today.year, 1, 1), date(today.year + 1, 1, 1), words


def _page(ctx: Context, words: str, offset: int) -> str:
    since, until, meeting = _span(ctx, words)
    total = opinions.count(ctx.session, scope_of(ctx), since, until, meeting)
    if not total:
        return ctx.texts("opinion_none")
    found = opinions.voiced(
        ctx.session, scope_of(ctx), since, until, meeting=meeting, limit=SHOWN, offset=offset
    )
    options = [
        option(
            digit,
            ctx.texts(
                "opinion_line",
                number=each.case.number,
                speaker=wording.clipped(each.opinion.speaker, 8) or ctx.texts("opinion_speaker_gone"),
                text=_told(ctx, each.case),
                state=ctx.texts(f"state_{each.case.state}"),
            ),
            f"case:{each.case.id}",
        )
        for digit, each in enumerate(found, start=1)
    ]
    if total > offset + SHOWN:
        options.append(option(SHOWN + 1, ctx.texts("staff_more"), f"more:{offset + SHOWN}"))
    questions.ask(
        ctx.session,
        person_id=ctx.sender.person_id,
        kind="opinion_list",
        data={"words": words},
        options=options,
        now=ctx.now,
    )
    return ctx.texts("opinion_list", count=total, menu=menu(options))


def _told(ctx: Context, case: Case) -> str:
    """Give what was said, as lists may: without names and numbers, and nothing of what is nobody else's business."""
    return wording.clipped(gate.told(case, case.text, gate.Audience.PAPER, ctx).text, _TOLD)


def list_answer(ctx: Context, question: OpenQuestion, value: str) -> str:
    kind, _, rest = value.partition(":")
    if kind == "more":
        return _page(ctx, question.data["words"], int(rest))
    case = find_again(ctx, rest)
    opinion = opinions.find(ctx.session, case.id)
    shown = detail(ctx, case)
    if opinion is None:
        return shown
    speaker = opinion.speaker or ctx.texts("opinion_speaker_gone")
    who = ctx.texts("opinion_who", meeting=opinion.meeting, speaker=speaker)
    return f"{who}\n{shown}"


def ask_paper(ctx: Context, _message: IncomingMessage, rest: str) -> str:
    """Have the paper made that tells what became of what was said."""
    check_way(ctx)
    since, until, meeting = _span(ctx, rest.strip())
    scope = file_scope(ctx)
    total = opinions.count(ctx.session, scope, since, until, meeting)
    if not total:
        return ctx.texts("opinion_none")
    documents.want(
        ctx.session,
        "opinions",
        by=ctx.sender.person_id,
        scope=scope,
        now=ctx.now,
        params={"since": since.isoformat(), "until": until.isoformat(), "meeting": meeting},
    )
    return ctx.texts("opinion_paper_wanted", count=total)


_NAME = r"(?:会议)?发言意见"
OPINION_ROUTES = (
    Route(
        name="staff opinion register",
        handler=register,
        pattern=re.compile(rf"(?:登记{_NAME}|{_NAME}\s*+登记)\s*+[:：,，]?\s*+(.*)", re.DOTALL),
        roles=OFFICES,
        help="发言意见 登记：会上有人提的意见，登记了像民情件一样交办",
        example="发言意见 登记",
        group=Group.PAPERS,
    ),
    Route(
        name="staff opinion paper",
        handler=ask_paper,
        pattern=re.compile(rf"{_NAME}\s*+办理情况\s*+(.*)"),
        roles=OFFICES,
        help="发言意见 办理情况：做成文件，写明每条交给谁、办得怎样；后面可写时间或会议",
        example="发言意见 办理情况 今年",
        group=Group.PAPERS,
    ),
    Route(
        name="staff opinion list",
        handler=show_list,
        pattern=re.compile(rf"{_NAME}\s*+(?:清单|列表)?\s*+(.*)"),
        roles=OFFICES,
        help="发言意见 清单：今年会上提的意见，办到哪一步",
        example="发言意见 清单",
        group=Group.PAPERS,
    ),
)

OPINION_ANSWERS: dict[str, AnswerHandler] = {
    "opinion_words": words_answer,
    "opinion_file": file_answer,
    "opinion_list": list_answer,
}
