"""How a line answers an open question: the option that it picks, however it is said, and the words that it takes."""

import re
from datetime import timedelta

from handlers.context import Context
from handlers.voters.filing import joining
from handlers.voters.filing import talk as voters
from handlers.voters.own import adding
from nlp.alarms.signals import detect
from nlp.sayings import plain_words
from nlp.sayings.good_news import is_praise
from nlp.sayings.intents import small_talk
from nlp.sayings.phone_words import nearly_phone, phone_said
from nlp.times.clock_words import time_said
from nlp.topics.classify import classify
from storage.messages.questions import PUSHED
from storage.people.people import OpenQuestion, Sender

_ABOUT_PLACES = frozenset({"place", "where_am_i"})
_NO_SMALL_TALK = _ABOUT_PLACES | {
    "retopic",
    "topic",
    "to_deputy",
    "add",
    "leave_reason",
    "pause_reply",
    "verdict",
    "which_again",
}
_MENDS_PLACE = frozenset({"correct", "place_wrong", "retopic"})
_WHEN_WRONG = {
    "correct": "wrong",
    "place_wrong": "wrong",
    "place": "wrong",
    "topic": "nothing",
    "retopic": "nothing",
}
"""What “不对” answers."""
_DAY = re.compile(
    r"(?:就|我?(?:想|要)?(?:约|选|改到|换到|预约))?(?:(\d{1,2})月)?(\d{1,2})[号日](?:的|那天|那次|吧|好了){0,3}"
)
_HAS_NO_PHONE = re.compile(
    r"我?(?:没有?|没得|冇)(?:电话|手机|号码)(?:号码?)?|我?不(?:想|方便|愿意?|要)?(?:留|说|写|告诉)(?:了|电话|号码){0,3}|不会.{0,3}"
)
_TAKES_PHONES = frozenset({"phone", "place"})
_LEAVING = {
    "place": "skip",
    "retopic": "nothing",
    "topic": "nothing",
    "others": "no",
    "withdraw": "no",
    "reception": "no",
    "phone": "none",
    "leave_reason": "",
}
"""What leaving a question means where silence would leave the person in doubt."""

_CROSSING = timedelta(seconds=2)
"""How long a push and a line may be on their way past each other; the platform counts in whole seconds."""
_SURE = frozenset({"是", "是的", "对", "对的", "嗯", "要", "确定", "确认", "确定的"})
_YES = {"withdraw": _SURE, "erase": _SURE, "others": _SURE | {"好", "好的", "行", "可以", "记", "记上"}}
"""What counts as 1 where it is asked whether something is meant; what cannot be taken back wants more than a “好”."""
_NO = frozenset({"不", "不要", "不用", "不用了", "不是", "不了", "不删", "不删了", "别删", "不撤", "不撤了"})
_WHERE_ONLY = re.compile(
    r"[东西南北]边|[东南西北]面|村里|村上|村头|小区里|楼下|楼上|门口|家里|路边|这边|那边|这里|那里"
)
"""Answers to “where?”, though some of these words also name a topic."""
_SAID_DIGIT = re.compile(r"(?:我?选|回|第)?\(?([0-9一二两三四五六七八九])\)?(?:个|项|号|、)?")
_NUMBER = re.compile(r"\d{1,3}个?(?:工作日|天|日)?")
_NUMERALS = str.maketrans("一二两三四五六七八九", "1223456789")
_SAYS_WRONG = re.compile(
    r"(?:不对|错了|有错|分错了|搞错了|不是|(?:类别|地点|位置|地方)(?:不对|错了|有错|不是))"
)


def asks_telephone(sender: Sender) -> bool:
    """Tell whether the latest question is after a telephone number, so that eight digits are no case."""
    return bool(sender.questions) and sender.questions[0].kind == "phone"


def chosen(question: OpenQuestion, line: str) -> str | None:
    """Give the value of the option that a line picks: by its digit, however it is said, by its words, or by leaving."""
    if question.data.get("number") and line != "0" and _NUMBER.fullmatch(line):
        return line
    said = _SAID_DIGIT.fullmatch(line)
    digit = said[1].translate(_NUMERALS) if said else line
    # What 帮助 shows are lines to be typed: they are commands, never the choice of an explanation.
    labelled = not question.data.get("lines")
    for choice in question.options:
        if line and ((labelled and line == choice["label"]) or digit == choice["digit"]):
            return choice["value"]
    if told := _agreed(question, line) or _told(question, line):
        return told
    if question.kind == "again" and (holds := plain_words.holds(line)) is not None and not detect(line):
        return "holds" if holds else f"broken:{line}"
    if question.kind in _WHEN_WRONG and _SAYS_WRONG.fullmatch(line):
        about_place = line.startswith(("地", "位置")) and question.kind in _MENDS_PLACE
        return "place" if about_place else _WHEN_WRONG[question.kind]
    leaves = line in voters.LEAVE_WORDS or plain_words.gives_up(line)
    return _LEAVING.get(question.kind) if leaves else None


def _agreed(question: OpenQuestion, line: str) -> str | None:
    """Give the option that a plain yes or no picks, where the menu offers just these two."""
    if line not in _YES.get(question.kind, ()) and (question.kind not in _YES or line not in _NO):
        return None
    digit = "0" if line in _NO else "1"
    return next((each["value"] for each in question.options if each["digit"] == digit), None)


def read_by_then(ctx: Context, line: str) -> OpenQuestion | None:
    """Give the question that a line can be meant for: a push that came after it was written is passed over.

    Only by a moment, for the platform's clock and ours differ; and only where the question before takes the line too.
    """
    newest = ctx.sender.questions[0] if ctx.sender.questions else None
    if newest is None or ctx.sent_at is None or not newest.data.get(PUSHED):
        return newest
    if not ctx.sent_at < newest.delivered_at <= ctx.sent_at + _CROSSING:
        return newest
    return next((each for each in ctx.sender.questions[1:] if chosen(each, line) is not None), newest)


def _told(question: OpenQuestion, line: str) -> str:
    """Give what a line says that no option offers: a number to call, an hour, whether it is solved."""
    if question.kind in _TAKES_PHONES:
        return _phone_left(line, asked=question.kind == "phone")
    if question.kind == "reception":
        hour = time_said(line)
        return f"time|{hour:%H:%M}" if hour else _dated(question, line)
    if question.kind == "verdict" and not detect(line):
        said_so = plain_words.verdict(line) or (plain_words.SOLVED if is_praise(line) else "")
        return f"{said_so}:{line}" if said_so else ""
    return ""


def _dated(question: OpenQuestion, line: str) -> str:
    """Give the option whose day a line names: `约12月10号`."""
    said = _DAY.fullmatch(line)
    if said is None:
        return ""
    day = f"{int(said[2])}日" if said[1] is None else f"{int(said[1])}月{int(said[2])}日"
    named = [each["value"] for each in question.options if _holds_day(each["label"], day)]
    return named[0] if len(named) == 1 else ""


def _holds_day(label: str, day: str) -> bool:
    """Tell whether a label names a day; the 2nd does not stand in the 12th."""
    before, named, _ = label.partition(day)
    return bool(named) and not before[-1:].isdigit()


def _phone_left(line: str, *, asked: bool) -> str:
    """Give the telephone number that a line leaves, or the doubt whether it is one."""
    if number := phone_said(line, landline=asked):
        return f"phone|{number}"
    if asked and _HAS_NO_PHONE.fullmatch(line):
        return "none"
    return "doubt" if asked and nearly_phone(line) else ""


def takes(question: OpenQuestion, line: str, ctx: Context) -> bool:
    """Tell whether words that are no command answer the question."""
    words_too = question.data.get("free") or (
        question.kind == "verdict" and any(each["value"] == plain_words.SOLVED for each in question.options)
    )
    if not line or line.isdigit() or not words_too or detect(line):
        return False
    if question.kind in _NO_SMALL_TALK and small_talk(line):
        return False
    if question.kind == "topic":
        named = classify(line, ctx.district.lexicon).topic
        offered = any(choice["value"] == f"topic:{named}" for choice in question.options)
        return offered or plain_words.names_no_topic(line)
    if question.kind == "retopic":
        return not ctx.district.gazetteer.find(line).places
    if question.kind in adding.ABOUT_A_CASE:
        return adding.is_about_it(ctx, question, line)
    return question.kind not in _ABOUT_PLACES or _says_where(question, line, ctx)


def _says_where(question: OpenQuestion, line: str, ctx: Context) -> bool:
    """Tell whether words under a question about a place name one, or say which of those offered is meant."""
    if question.kind == "where_am_i" and joining.names_only_a_place(line, ctx):
        return True
    tells_apart = len(question.options) > 1 and plain_words.points_out(line)
    return tells_apart or joining.answers_place(line, ctx)
