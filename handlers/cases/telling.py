"""What goes out to all voters who stand behind a case: each hears it once, under the own number."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from typing import Any

from handlers.cases.joined import joined_reader
from handlers.context import Work, World
from handlers.pushes.owing import owe
from handlers.pushes.reaching import Reach, reach, why_told
from handlers.pushes.send_times import in_daytime
from storage.casework import support
from storage.casework.support import Voice
from storage.figures import reports
from storage.messages.questions import menu, question_row
from storage.models import Case, Question

TEMPLATE = "result"
MORE, MORE_LASTS = "add", timedelta(hours=48)
"""News says “还有话直接写”: for so long what its reader writes next goes into the case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """The question that a push ends with."""

    kind: str
    options: Sequence[dict[str, str]] = ()
    data: dict[str, Any] = field(default_factory=dict)
    lasts: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _News:
    """What all of them hear."""

    key: str
    text: str
    short: str
    after: timedelta
    ask: Ask | None
    at_once: bool


def tell_voter(
    ctx: Work,
    case: Case,
    step_id: int,
    text: str,
    *,
    short: str = "news",
    after: timedelta = timedelta(),
    ask: Ask | None = None,
    at_once: bool = False,
    besides: int | None = None,
) -> datetime | None:
    """Owe news to the voter and to all supporters, each under the own number, and say when the first goes out.

    Supporters read nobody's name, number or flat in it.

    None if no voter stands behind the case. `at_once`: this day's news is no reason to wait for tomorrow. `besides`: a
    person who knows already.
    """
    news = _News(key=str(step_id), text=text, short=short, after=after, ask=ask, at_once=at_once)
    voices = [each for each in support.voices(ctx.session, case) if each.person_id != besides]
    joined = news
    if any(voice.case_id != case.id for voice in voices):
        joined = replace(news, text=joined_reader(ctx, case)(text))
    heard = [_tell(ctx, case, voice, news if voice.case_id == case.id else joined) for voice in voices]
    return min(heard, default=None)


def reach_of_voters(ctx: Work, case: Case, at: datetime | None = None) -> Reach:
    """Say how far the voters behind a case can be reached; asked before the news is owed, as windows stand then."""
    heard = [voice.person_id for voice in support.voices(ctx.session, case)]
    return reach(ctx, heard, kind="result", template=TEMPLATE, at=at)


def voters_told(ctx: Work, reached: Reach) -> str:
    """Say in a few words that the voter hears of it, or that no way leads there."""
    if reached.closed:
        return ctx.texts("voters_not_told", why=why_told(ctx, reached.why))
    return ctx.texts("voters_told" if reached.people else "voters_none")


def _tell(ctx: Work, case: Case, voice: Voice, news: _News) -> datetime:
    """Owe one voter the news.

    What is urgent goes at once; all else not at night, and once a day for one case: what waits already takes it along.
    """
    at = ctx.now
    text = news.text.replace(case.number, voice.number)
    question_id = None
    if news.ask:
        text = f"{text}\n{menu(news.ask.options)}".rstrip()
        question_id = _question(ctx, voice, news.ask)
    if not case.urgency:
        at = in_daytime(at + news.after, ctx.district.settings, whose=voice.person_id)
        before = reports.last_result(ctx.session, voice.case_id, voice.person_id)
        if before is not None:
            before_at = before.not_before.astimezone(ctx.now.tzinfo)
            cause = ctx.duty_behind(voice.person_id)
            if reports.add_to_result(ctx.session, before, text, question_id, over=MORE, owed_by=cause):
                return before_at
            if before_at.date() >= at.date() and not news.at_once:
                at = in_daytime(_midnight_after(before_at), ctx.district.settings, whose=voice.person_id)
    owe(
        ctx.session,
        ctx,
        voice.person_id,
        when=at,
        dedupe_key=f"result/{news.key}/{voice.person_id}",
        kind="result",
        text=text,
        template=TEMPLATE,
        fields=short_form(ctx, voice.number, news.short),
        case_id=voice.case_id,
        question_id=question_id
        or _question(ctx, voice, Ask(kind=MORE, data={"free": True}, lasts=MORE_LASTS)),
    )
    return at


def _question(ctx: Work, voice: Voice, ask: Ask) -> int:
    """Open the question; it can be answered once the push that carries it was delivered."""
    row = question_row(
        person_id=voice.person_id,
        kind=ask.kind,
        subject=str(voice.case_id),
        options=ask.options,
        data=ask.data,
        now=ctx.now,
        lasts=ask.lasts,
        delivered=False,
    )
    ctx.session.add(Question(**row))
    ctx.session.flush()
    return int(row["id"])


def short_form(ctx: World, number: str, short: str) -> dict[str, str]:
    """Give the fields of the short form, for voters who have not written for 48 hours; it repeats no word of the case."""
    return {
        "编号": number,
        "进度": ctx.texts(f"staff_result_short_{short}"),
        "说明": ctx.texts("staff_result_short_how"),
    }


def _midnight_after(at: datetime) -> datetime:
    return datetime.combine(at.date() + timedelta(days=1), time(), at.tzinfo)
