"""What any voter may do: follow, scan, ask where a station is, read about privacy, talk a little."""

import re
from datetime import timedelta

from handlers import wording
from handlers.account import foreign
from handlers.context import Context
from handlers.district.pack import Station
from handlers.messages import BUREAU_ROLES, STAFF_ROLES, IncomingMessage, Kind
from handlers.route import Route
from handlers.voters.filing.joining import DESPAIR
from nlp.topics.classify import classify
from storage.cases import own_cases
from storage.messages import ledger, questions
from storage.messages.outbox import report
from storage.messages.questions import menu
from storage.people.accounts import note_notice, set_following, set_station
from storage.people.people import OpenQuestion

LEAVE_WORDS = ("取消", "返回", "退出", "算了", "不选了", "不找了", "0")
_DESPAIR_LASTS = timedelta(days=1)
"""How long after a cry for help nothing sounds like an ordinary office."""
_ABOUT_A_CASE = frozenset({"correct", "place_wrong", "add"})
LONGEST_TEMPLATE_ID = 64
_WORD = re.compile(r"[0-9A-Za-z\u3400-\u9fff]")


# -- events ---------------------------------------------------------------------------------------------


def greet(ctx: Context, message: IncomingMessage, _rest: str) -> str:
    """Greet someone who follows, with the privacy notice; a station's code ties them to that station."""
    set_following(ctx.session, ctx.sender.account_id, following=True)
    ctx.sender.notified = True
    note_notice(ctx.session, ctx.sender.person_id, ctx.now)
    greeting = ctx.texts("greeting", district=ctx.district.settings.name)
    station = ctx.district.stations.get(scene_station(message.key))
    if station is None:
        if message.key:
            foreign.pass_on(ctx, message)
        return greeting
    _tie(ctx, station)
    return f"{greeting}\n{ctx.texts('greeting_tied', station=station.name)}"


def scan(ctx: Context, message: IncomingMessage, _rest: str) -> str:
    station = ctx.district.stations.get(scene_station(message.key))
    if station:
        return _tie(ctx, station)
    return "" if foreign.pass_on(ctx, message) else ctx.texts("scan_unknown")


def scene_station(scene: str) -> str:
    """Give the station's key in a QR scene (`station:S001`)."""
    kind, _, key = scene.partition(":")
    return key if kind == "station" else ""


def _tie(ctx: Context, station: Station) -> str:
    set_station(ctx.session, ctx.sender.person_id, station.key)
    return ctx.texts("tied_to_station", station=station.name)


def leave(ctx: Context, _message: IncomingMessage, _rest: str) -> str:
    set_following(ctx.session, ctx.sender.account_id, following=False)
    return ""


def silent(_ctx: Context, _message: IncomingMessage, _rest: str) -> str:
    return ""


def note_position(ctx: Context, message: IncomingMessage, _rest: str) -> str:
    """Forget where a phone says it is, unless the district wants to know: then it only names the station."""
    if ctx.district.settings.keep_positions and message.point:
        for station, _metres in ctx.district.nearest_stations(message.point, 1):
            set_station(ctx.session, ctx.sender.person_id, station.key)
    return ""


def note_delivery(ctx: Context, message: IncomingMessage, _rest: str) -> str:
    """Keep what the platform says became of a push, or of a follower's agreement to get any."""
    _note_agreements(ctx, message)
    provider_id = message.details.get("MsgID", "")
    status = message.details.get("Status", "") or message.details.get("ErrorStatus", "")
    if provider_id and status:
        delivered = status == "success"
        report(
            ctx.session, provider_id=provider_id, delivered=delivered, error="" if delivered else status[:64]
        )
    return ""


def _note_agreements(ctx: Context, message: IncomingMessage) -> None:
    """Read the answers to a request for subscription messages (订阅通知): for each template, accept or reject."""
    templates = message.details.get("TemplateId", "").split("\n")
    answers = message.details.get("SubscribeStatusString", "").split("\n")
    for template_id, answer in zip(templates, answers, strict=False):
        account_id = ctx.sender.account_id
        if not template_id or len(template_id) > LONGEST_TEMPLATE_ID:
            continue
        if answer == "accept":
            lasting = ctx.switches.subscriptions_last
            ledger.accept(ctx.session, account_id, template_id, lasting=lasting, now=ctx.now)
        elif answer == "reject":
            ledger.withdraw_acceptance(ctx.session, account_id, template_id)


def not_understood(ctx: Context, message: IncomingMessage, _line: str) -> str:
    if message.kind is Kind.UNKNOWN and foreign.pass_on(ctx, message):
        return ""
    return ctx.texts("unknown_kind")


def press_button(ctx: Context, message: IncomingMessage) -> str:
    """Answer a menu button that is no command: as the account did before, where that was imported."""
    words = ctx.district.account.clicks.get(message.key)
    if words is None:
        return "" if foreign.pass_on(ctx, message) else ctx.texts("button_unknown")
    return words or ctx.texts("button_gone")


EVENT_ROUTES = (
    Route(name="subscribe", handler=greet, kinds=frozenset({Kind.SUBSCRIBE})),
    Route(name="scan", handler=scan, kinds=frozenset({Kind.SCAN})),
    Route(name="unsubscribe", handler=leave, kinds=frozenset({Kind.UNSUBSCRIBE})),
    Route(name="position", handler=note_position, kinds=frozenset({Kind.POSITION})),
    Route(name="silent", handler=silent, kinds=frozenset({Kind.VIEW, Kind.NOTICE})),
    Route(name="delivery report", handler=note_delivery, kinds=frozenset({Kind.DELIVERY_REPORT})),
)


def show_help(ctx: Context, _message: IncomingMessage, _rest: str) -> str:
    return ctx.texts("voter_help")


def cancel(ctx: Context, _message: IncomingMessage, _rest: str) -> str:
    """Leave the question that stands open; a case that it was about stays as it is."""
    if not ctx.sender.questions:
        staff = ctx.sender.holds(*STAFF_ROLES, *BUREAU_ROLES)
        return ctx.texts("nothing_open_staff" if staff else "nothing_open")
    question = ctx.sender.questions[0]
    questions.close(ctx.session, question.id, ctx.now)
    if question.kind in _ABOUT_A_CASE:
        case = own_cases.by_id(ctx.session, ctx.sender.person_id, int(question.subject))
        if case:
            return ctx.texts("left_case", number=case.number)
    return ctx.texts("left_staff" if ctx.sender.holds(*STAFF_ROLES, *BUREAU_ROLES) else "left")


def just_despaired(ctx: Context) -> bool:
    """Tell whether somebody cried for help so lately that nothing should sound like an ordinary office."""
    last = ctx.sender.last_case
    return (
        last is not None
        and last.urgency == DESPAIR
        and last.joined_until is not None
        and ctx.now < last.joined_until + _DESPAIR_LASTS
    )


def after_despair(ctx: Context) -> str:
    """Say where to turn to whoever cried for help just now, for themselves or for somebody else."""
    last = ctx.sender.last_case
    return ctx.texts(wording.despair_key("joined_despair", last.text if last else ""))


def talk(ctx: Context, kind: str) -> str:
    """Answer small talk; a question that insists is asked again after it."""
    if just_despaired(ctx):
        return after_despair(ctx)
    said = ctx.texts(f"small_talk_{kind}")
    question = ctx.sender.questions[0] if ctx.sender.questions else None
    if question is None or question.kind not in questions.INSISTING or not question.text:
        return said
    return ctx.texts("still_open", said=said, question=question.text, menu=shown_menu(question)).rstrip()


def stray_digit(ctx: Context, _message: IncomingMessage, rest: str) -> str:
    """Answer a digit that no open question offers."""
    question = ctx.sender.questions[0] if ctx.sender.questions else None
    by_digit = question and any(choice["digit"].isdigit() for choice in question.options)
    if question and by_digit and (shown := shown_menu(question)):
        return ctx.texts("digit_not_offered", digit=rest[:8], menu=shown)
    if question and question.kind in questions.INSISTING and question.text:
        return ctx.texts("digit_answers_nothing", digit=rest[:8], question=question.text)
    if question and question.kind == "where_am_i":
        return ctx.texts("ask_location")
    key = "stray_digit_staff" if ctx.sender.holds(*STAFF_ROLES, *BUREAU_ROLES) else "stray_digit"
    return ctx.texts(key, digit=rest[:8])


def shown_menu(question: OpenQuestion) -> str:
    return menu([choice for choice in question.options if choice["label"]])


def too_little(ctx: Context, message: IncomingMessage, line: str) -> str:
    return ctx.texts("too_little" if line and _WORD.search(message.text) else "no_words")


def names_a_trouble(ctx: Context, line: str) -> bool:
    return classify(line, ctx.district.lexicon).category != "other"


VOTER_ROUTES = (
    Route(name="cancel", handler=cancel, words=LEAVE_WORDS),
    Route(name="help", handler=show_help, words=("帮助", "菜单", "help", "HELP", "怎么用", "功能")),
    Route(
        name="stray digit", handler=stray_digit, pattern=re.compile(r"(?:我?选|第)?(\d{1,3})(?:个|项|号)?")
    ),
)
