"""Binding: a one-time code ties an account to a deputy or a member of staff."""

import re
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers.account.duty_channel import kept_to
from handlers.context import Context
from handlers.district.district import District
from handlers.errors import Refusal
from handlers.messages import STAFF_ROLES, IncomingMessage, Role
from handlers.route import AnswerHandler, Group, Route
from storage.keeping import codes
from storage.messages import questions
from storage.messages.questions import menu, option
from storage.models import Account, BindingCode, Person
from storage.people.people import OpenQuestion

TRIES_AN_HOUR = 5
_HAS_TODAY = frozenset({*STAFF_ROLES, Role.DEPARTMENT}) - {Role.OPERATOR}
"""Roles for whom “今日” says what is to be done."""
_MOST_NAMESAKES = 5
_CODE = re.compile(
    rf"((?=.{{0,{codes.LENGTH}}}[0-9])(?=.{{0,{codes.LENGTH}}}[A-Za-z])[{codes.ALPHABET}{codes.ALPHABET.lower()}]{{{codes.LENGTH}}})"
)
_ROLES_WITH_AREA = frozenset({Role.STATION, Role.STREET, Role.DEPUTY, Role.DEPARTMENT, Role.HEAD})


def bind(ctx: Context, message: IncomingMessage, rest: str) -> str:
    """Take a code: the account becomes the deputy's or the member of staff's own."""
    since = ctx.now - timedelta(hours=1)
    tries = codes.wrong_tries(
        ctx.session,
        channel=message.channel,
        sender=message.sender,
        account_id=ctx.sender.account_id,
        since=since,
    )
    if tries >= TRIES_AN_HOUR:
        raise Refusal(ctx.texts("bind_too_often"))
    code = codes.find_live(ctx.session, rest.upper(), ctx.now)
    if code is None:
        return ctx.texts("bind_wrong")
    if _belongs_elsewhere(ctx, code):
        raise Refusal(ctx.texts("bind_elsewhere"))
    codes.use(code, ctx.sender.account_id, ctx.now)
    if code.person_id is None:
        codes.grant(ctx.session, person_id=ctx.sender.person_id, role=code.role, area=code.area, now=ctx.now)
        return ctx.texts(
            "bound_role", role=ctx.texts(f"role_{code.role}"), area=area_name(code.area, ctx.district)
        )
    codes.join_person(ctx.session, ctx.sender.account_id, code.person_id, ctx.now)
    person = ctx.session.get_one(Person, code.person_id)
    return welcome(ctx, person)


def _belongs_elsewhere(ctx: Context, code: BindingCode) -> bool:
    """Tell whether the role of a code is kept to another channel than this one."""
    if code.person_id is None:
        role = code.role
    else:
        role, _ = roster_place(ctx.district, ctx.session.get_one(Person, code.person_id))
    return kept_to(role, ctx.switches) not in {"", ctx.sender.channel}


def welcome(ctx: Context, person: Person) -> str:
    kind, _, key = (person.roster_key or "").partition(":")
    if kind == "deputy":
        deputy = ctx.district.deputies.get(key)
        station = ctx.district.stations.get(deputy.stations[0]) if deputy and deputy.stations else None
        return ctx.texts(
            "bound_deputy", name=person.name, station=station.name if station else ctx.district.settings.name
        )
    member = ctx.district.staff.get(key)
    role, area = (member.role, member.area) if member else (str(Role.STATION), "")
    key = "bound_staff" if role in _HAS_TODAY else "bound_without_today"
    return ctx.texts(
        key, name=person.name, role=ctx.texts(f"role_{role}"), area=area_name(area, ctx.district)
    )


def area_name(area: str, district: District) -> str:
    """Say which station or street a role is for; the district itself where it is for all."""
    if area in district.stations:
        return district.stations[area].name
    if area in district.areas:
        return district.areas[area].name
    if area in district.departments:
        return district.departments[area].name
    return district.settings.name


def not_me(ctx: Context, _message: IncomingMessage, _rest: str) -> str:
    """Undo a binding that reached the wrong person: at once within a day, later after asking."""
    used_at = codes.last_used(ctx.session, ctx.sender.account_id)
    if used_at is not None and used_at <= ctx.now - codes.LASTS:
        return _ask_to_unbind(ctx, ctx.sender.account_id, "unbind_sure")
    return _unbind(ctx)


def _unbind(ctx: Context) -> str:
    parted = codes.part_from(ctx.session, ctx.sender.account_id, ctx.now)
    return ctx.texts("unbound" if parted else "nothing_bound")


def _ask_to_unbind(ctx: Context, account_id: int, key: str, **values: str) -> str:
    options = [option(1, ctx.texts("unbind_yes"), "yes"), option(0, ctx.texts("unbind_no"), "no")]
    questions.ask(
        ctx.session,
        person_id=ctx.sender.person_id,
        kind="unbind",
        subject=str(account_id),
        options=options,
        now=ctx.now,
    )
    return ctx.texts(key, menu=menu(options), **values)


def unbind_answer(ctx: Context, question: OpenQuestion, value: str) -> str:
    """Undo the binding of one's own account, or of the one that used a code one made."""
    if value != "yes":
        return ctx.texts("still_bound")
    account_id = int(question.subject)
    if account_id == ctx.sender.account_id:
        return _unbind(ctx)
    person = ctx.session.get_one(Person, ctx.session.get_one(Account, account_id).person_id)
    if person.roster_key is None or not may_bind(ctx, person):
        return ctx.texts("code_none_to_revoke")
    codes.part_from(ctx.session, account_id, ctx.now)
    return ctx.texts("unbound_other", name=person.name)


def make_for(ctx: Context, _message: IncomingMessage, rest: str) -> str:
    """Make a code for somebody of the roster inside one's own area, found by name."""
    if not rest:
        return ctx.texts("code_for_whom")
    found = [person for person in _named(ctx.session, rest) if may_bind(ctx, person)]
    if not found:
        return ctx.texts("code_nobody", name=rest[:12])
    if len(found) == 1:
        return _told(ctx, found[0])
    options = [
        option(n, describe(ctx, person), str(person.id))
        for n, person in enumerate(found[:_MOST_NAMESAKES], 1)
    ]
    questions.ask(ctx.session, person_id=ctx.sender.person_id, kind="code_for", options=options, now=ctx.now)
    return ctx.texts("code_which", name=rest[:12], menu=menu(options))


def make_for_chosen(ctx: Context, _question: OpenQuestion, value: str) -> str:
    person = ctx.session.get_one(Person, int(value))
    return _told(ctx, person) if may_bind(ctx, person) else ctx.texts("code_nobody", name=person.name)


def _named(session: Session, name: str) -> list[Person]:
    return list(
        session.scalars(
            select(Person).where(Person.name == name, Person.roster_key.is_not(None)).order_by(Person.id)
        )
    )


def _told(ctx: Context, person: Person) -> str:
    code = codes.make_code(ctx.session, person_id=person.id, made_by=ctx.sender.person_id, now=ctx.now)
    return ctx.texts("code_made", code=code, who=describe(ctx, person))


def describe(ctx: Context, person: Person) -> str:
    """Say who someone of the roster is: `陈立新，代表，东苑社区联络站`."""
    role, areas = roster_place(ctx.district, person)
    where = "、".join(area_name(area, ctx.district) for area in areas[:1])
    return "，".join(part for part in (person.name, ctx.texts(f"role_{role}"), where) if part)


def roster_place(district: District, person: Person) -> tuple[str, tuple[str, ...]]:
    """Give the role and the areas of someone of the roster."""
    kind, _, key = (person.roster_key or "").partition(":")
    if kind == "deputy":
        deputy = district.deputies.get(key)
        return str(Role.DEPUTY), deputy.stations if deputy else ()
    member = district.staff.get(key)
    return (member.role, (member.area,)) if member else (str(Role.STATION), ("",))


def may_bind(ctx: Context, person: Person) -> bool:
    """Tell whether the sender's own area covers this person; only the district and the operator reach above it."""
    if ctx.sender.holds(Role.DISTRICT, Role.OPERATOR):
        return True
    role, areas = roster_place(ctx.district, person)
    if role in {Role.DISTRICT, Role.OPERATOR, Role.STREET}:
        return False
    mine = {grant.area for grant in ctx.sender.grants if grant.role in {Role.STATION, Role.STREET}}
    streets = {ctx.district.stations[area].street for area in areas if area in ctx.district.stations}
    return bool(mine & (set(areas) | streets))


def revoke_last(ctx: Context, _message: IncomingMessage, _rest: str) -> str:
    """Call back the code one made last; if someone has used it already, ask before they are parted from it."""
    if codes.revoke(ctx.session, made_by=ctx.sender.person_id, now=ctx.now):
        return ctx.texts("code_revoked")
    code = codes.last_made(ctx.session, ctx.sender.person_id, ctx.now - codes.LASTS)
    if code is None or code.used_by is None or code.person_id is None:
        return ctx.texts("code_none_to_revoke")
    account = ctx.session.get_one(Account, code.used_by)
    if account.person_id != code.person_id:
        return ctx.texts("code_none_to_revoke")
    person = ctx.session.get_one(Person, code.person_id)
    return _ask_to_unbind(ctx, account.id, "code_used_already", name=person.name)


def new_code(
    session: Session, *, role: str, area: str, now: datetime, district: District | None = None
) -> str:
    """Make a code for a role at the machine itself; raises Refusal where the area does not fit the role."""
    if role in _ROLES_WITH_AREA and not area:
        raise Refusal(f"the role {role} needs --area: the name or key of its station, street or department")
    if area and role not in _ROLES_WITH_AREA:
        raise Refusal(f"the role {role} is for the whole district: leave --area out")
    key = area_key(role, area, district) if district and area else area
    return codes.make_code(session, role=role, area=key, now=now)


def area_key(role: str, area: str, district: District) -> str:
    """Find the station, street or department that a role is for, by key or name."""
    kind, named = _areas_of(role, district)
    found = [area] if area in named else [key for key, name in named.items() if name == area]
    if len(found) > 1:
        raise Refusal(f"'{area}' is the name of several: give a key, one of {', '.join(sorted(found))}")
    if not found:
        raise Refusal(f"'{area}' is no {kind} of {district.settings.name}")
    return found[0]


def _areas_of(role: str, district: District) -> tuple[str, dict[str, str]]:
    if role in {Role.DEPARTMENT, Role.HEAD}:
        return "department", {key: each.name for key, each in district.departments.items()}
    if role == Role.STREET:
        streets = {key: each.name for key, each in district.areas.items() if each.kind in {"street", "town"}}
        return "street", streets
    return "station", {key: each.name for key, each in district.stations.items()}


def roster_code(session: Session, roster_key: str, now: datetime) -> str:
    """Make a code for somebody of the roster (`deputy:D001`)."""
    person = session.scalars(select(Person).where(Person.roster_key == roster_key)).one()
    return codes.make_code(session, person_id=person.id, now=now)


ACCOUNT_ROUTES = (
    Route(name="wrong code", handler=bind, pattern=_CODE),
    Route(name="not me", handler=not_me, words=("不是我", "不是本人", "解除绑定")),
    Route(
        name="make code",
        handler=make_for,
        starts=("绑定码", "生成绑定码"),
        roles=STAFF_ROLES,
        help="绑定码 姓名：给代表或同事绑定",
        example="绑定码 陈立新",
        group=Group.ACCOUNTS,
    ),
    Route(
        name="revoke code",
        handler=revoke_last,
        words=("作废", "作废绑定码"),
        roles=STAFF_ROLES,
        help="作废：收回刚才的绑定码",
        example="作废",
        group=Group.ACCOUNTS,
    ),
)

ACCOUNT_ANSWERS: dict[str, AnswerHandler] = {"code_for": make_for_chosen, "unbind": unbind_answer}
