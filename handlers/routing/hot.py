"""The hot lane: what nearly every message asks for, decided without a query.

`decide` gives None for everything that needs more than is known already; the cold lane then takes it.
"""

import re

from handlers.context import World
from handlers.effects import Effects
from handlers.messages import IncomingMessage, Kind
from handlers.voters.filing import filing, joining, urgent
from handlers.voters.filing.sentences import file_or_join
from nlp.accusing.asks import asks_if_accused_sees
from nlp.alarms.adverts import is_advert
from nlp.sayings import plain_words, visit_words
from nlp.sayings.contact_words import contact_said
from nlp.sayings.enquiries import enquiry
from nlp.sayings.good_news import is_praise
from nlp.sayings.intents import small_talk
from nlp.sayings.introductions import introduced_place
from nlp.text.case_numbers import in_one_form
from nlp.text.fold import command_line
from nlp.times.promise_words import holds_against
from storage.people.people import Sender

SILENT = frozenset({Kind.VIEW, Kind.NOTICE})
_TAKES_WORDS_TOO = frozenset({"verdict", "reception", "phone"})
SHORTEST_CASE = 3
"""Fewer characters than this need a second look before they are a case."""

_WORD = re.compile(r"[A-Za-z\u3400-\u9fff]")
_FACE = re.compile(r"\[[^\[\]]{1,6}\]")
"""How WeChat writes its own faces: [微笑]."""

COMMAND_START = re.compile(
    r"[0-9A-Za-z]{1,12}(-\d{1,20})?$|查|我的|进度|补充|撤回|取消|为什么|找|附近|最近的|隐私|公开|匿名|实名|帮助|菜单|人工|我想跟|我想找|我要找"
    r"|.{0,12}(?:删除|删掉|删了)|.{0,6}(?:注销|谁看过|[存留]了我)|我?选|第.|地点|位置|类别|地方不|分错|搞错|我?不会|.{0,9}(?:联络站|代表|接待|预约|人工|真人|上班|办了|电话)|.{2,4}$"
)
"""Lines that may be for a command: the cold lane reads them with care. Too many is harmless, too few is not."""


def decide(message: IncomingMessage, sender: Sender, world: World, inbox_id: int) -> Effects | None:
    """Decide what a voter's message does; None sends it to the cold lane."""
    kind = message.kind
    if kind in SILENT:
        return Effects(reply="", route=str(kind))
    if sender.grants:
        return None
    if kind in filing.MEDIA and not message.text:
        if joining.joins(sender, world, None):
            return joining.join_message(message, sender, world, inbox_id, where=None)
        return None if sender.questions else filing.file_media(message, sender, world, inbox_id)
    if kind is Kind.TEXT and not message.key:
        return _decide_text(message, sender, world, inbox_id)
    return None


def _decide_text(message: IncomingMessage, sender: Sender, world: World, inbox_id: int) -> Effects | None:
    line = in_one_form(command_line(message.text))
    if not says_something(line) or asks_words(sender) or COMMAND_START.match(line) or _asks(line):
        return None
    signals = urgent.signals_of(line, world.district)
    if small_talk(line) or signals or signals.unsure or line in world.district.account.keywords:
        return None
    return file_or_join(message, sender, world, inbox_id)


def _asks(line: str) -> bool:
    return (
        plain_words.asks(line)
        or asks_if_accused_sees(line)
        or visit_words.asks(line)
        or bool(enquiry(line))
        or is_praise(line)
        or is_advert(line)
        or holds_against(line)
        or bool(introduced_place(line))
        or contact_said(line) is not None
    )


def says_something(line: str) -> bool:
    """Tell whether a line is long enough, and has a word at all, to be about something."""
    return len(line) >= SHORTEST_CASE and _WORD.search(_FACE.sub("", line)) is not None


def asks_words(sender: Sender) -> bool:
    """Tell whether the latest question takes words as its answer."""
    latest = sender.questions[0] if sender.questions else None
    return latest is not None and (latest.kind in _TAKES_WORDS_TOO or bool(latest.data.get("free")))
