"""Lines of staff that are no command of theirs: words they were asked for, and commands of other roles."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from handlers import wording
from handlers.activities.register import ACTIVITY_ANSWERS
from handlers.cases.reach import numbered
from handlers.clusters.card import CLUSTER_ANSWERS
from handlers.context import Context
from handlers.departments.commands import DEPARTMENT_ANSWERS
from handlers.departments.samples import SAMPLE_ANSWERS
from handlers.deputies import DEPUTY_ROUTES
from handlers.messages import IncomingMessage, Kind
from handlers.route import AnswerHandler, Route
from handlers.staff import results
from handlers.staff.one_by_one import ONE_BY_ONE_ANSWERS
from handlers.staff.papers.bulletins import BULLETIN_ANSWERS
from handlers.staff.papers.opinions import OPINION_ANSWERS
from handlers.staff.people.visitors import VISITOR_ROUTES
from handlers.staff.referral.editing import EDITING_ANSWERS
from handlers.staff.referral.referring import REFERRING_ANSWERS
from handlers.staff.referral.reviewing import REVIEWING_ANSWERS
from nlp.sayings.intents import small_talk
from nlp.sayings.picks import read_picks
from storage.cases.cases import STAFF
from storage.messages import questions
from storage.people.people import Sender

_LEAVING = frozenset({"取消", "返回", "退出"})
_WORDS_FIRST: Mapping[str, AnswerHandler] = {
    **results.RESULT_ANSWERS,
    "one_by_one_reply": ONE_BY_ONE_ANSWERS["one_by_one_reply"],
    **{
        kind: DEPARTMENT_ANSWERS[kind]
        for kind in ("department_answer", "department_bare", "department_refuse", "original")
    },
    **{kind: REFERRING_ANSWERS[kind] for kind in ("refer_days", "refer_assist")},
    **{kind: SAMPLE_ANSWERS[kind] for kind in ("sample_blank", "sample_ready")},
    **{kind: ACTIVITY_ANSWERS[kind] for kind in ("activity_words", "activity_number", "activity_confirm")},
    "opinion_words": OPINION_ANSWERS["opinion_words"],
    **EDITING_ANSWERS,
    "review_return": REVIEWING_ANSWERS["review_return"],
}
"""Questions whose answer is a sentence for somebody else."""


_PICKS: Mapping[str, AnswerHandler] = {
    "bulletin_pick": BULLETIN_ANSWERS["bulletin_pick"],
    "proposal_pick": CLUSTER_ANSWERS["proposal_pick"],
}


class PicksRoute(Route):
    """Takes what picks lines of a paper and words them (`1 改成 …；3`), before it could be a command."""

    def match(self, message: IncomingMessage, sender: Sender, line: str) -> str | None:
        question = sender.questions[0] if sender.questions else None
        if question is None or question.kind not in _PICKS or message.kind is not Kind.TEXT:
            return None
        return line if read_picks(message.text, int(question.data.get("offered", 0))) is not None else None


def take_picks(ctx: Context, message: IncomingMessage, _rest: str) -> str:
    question = ctx.sender.questions[0]
    questions.close(ctx.session, question.id, ctx.now)
    return _PICKS[question.kind](ctx, question, message.text)


class WordsRoute(Route):
    """Takes words for a case that staff were asked for, before a voter's command can take them."""

    def match(self, message: IncomingMessage, sender: Sender, line: str) -> str | None:
        asked = sender.questions[0].kind if sender.questions else ""
        if asked not in _WORDS_FIRST or not sender.questions[0].data.get("free"):
            return None
        if message.kind is not Kind.TEXT or not line or line.isdigit() or line in _LEAVING:
            return None
        # What is a command to someone else's list of routes must never reach a voter as an answer.
        if any(other.match(message, sender, line) is not None for other in (*VISITOR_ROUTES, *DEPUTY_ROUTES)):
            return None
        return line


def take_words(ctx: Context, message: IncomingMessage, _rest: str) -> str:
    question = ctx.sender.questions[0]
    questions.close(ctx.session, question.id, ctx.now)
    return _WORDS_FIRST[question.kind](ctx, question, message.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class NotYoursRoute(Route):
    """Takes a command of staff or of departments that someone typed who has another role: no case, and no secret."""

    commands: tuple[Route, ...]

    def match(self, message: IncomingMessage, sender: Sender, line: str) -> str | None:
        if not sender.grants or sender.holds(*STAFF) or message.kind not in self.kinds:
            return None
        if small_talk(line) or (sender.questions and sender.questions[0].data.get("free")):
            return None
        if any(other.match(message, sender, line) is not None for other in (*VISITOR_ROUTES, *DEPUTY_ROUTES)):
            return None
        for command in self.commands:
            found = replace(command, roles=frozenset()).match(message, sender, line)
            if found is not None and (not command.starts or numbered(found)):
                return line
        return None


def not_yours(ctx: Context, _message: IncomingMessage, rest: str) -> str:
    return ctx.texts("staff_not_yours", words=wording.clipped(rest, 12))
