"""Looking again on the spot: the task of whoever is near, the picture or position that proves it, the finding."""

from handlers import wording
from handlers.account.duty_channel import kept_to
from handlers.cases import case_rows
from handlers.cases.entering import write_effects
from handlers.cases.reach import scope_of, topic_label
from handlers.cases.reopening import change, reopen, tell_office
from handlers.cases.telling import tell_voter
from handlers.context import Context
from handlers.district.district import in_gcj02
from handlers.effects import Effects
from handlers.errors import Refusal
from handlers.messages import IncomingMessage, Kind, Point, Role
from handlers.pushes.asking import owe_question
from handlers.pushes.send_times import When
from handlers.route import AnswerHandler, Route
from handlers.staff.cases import SHOWN
from nlp.places.geo import metres_between
from storage.activity import duties
from storage.cases import referrals
from storage.casework import rechecks
from storage.casework.rechecks import FAILED, HELD, UNCLEAR
from storage.messages import questions
from storage.messages.questions import menu, option
from storage.models import Case, Recheck, State
from storage.people import people
from storage.people.people import OpenQuestion, Sender

KIND, LIST = "recheck", "recheck_list"
EVIDENCE = frozenset({Kind.IMAGE, Kind.VIDEO, Kind.LOCATION})
_LONGEST_NOTE = 300
_ANSWER_SHOWN = 30


# -- handing out ------------------------------------------------------------------------------------------


def hand_out(ctx: Context, draw_id: int) -> int:
    """Tell those who are nearest what they have to look at, one push each; give how many were told."""
    tasks: dict[int, list[tuple[Recheck, Case]]] = {}
    for recheck, case in rechecks.drawn(ctx.session, draw_id):
        for person_id in _nearest(ctx, case):
            tasks.setdefault(person_id, []).append((recheck, case))
    for person_id, mine in tasks.items():
        owe_question(
            ctx,
            person_id,
            kind=LIST,
            subject="",
            text=ctx.texts("recheck_tasks", count=len(mine), day=wording.day(mine[0][0].due)),
            options=_task_options(ctx, mine),
            dedupe_key=f"recheck/{draw_id}/{person_id}",
            when=When.BY_DAY,
        )
    return len(tasks)


def _nearest(ctx: Context, case: Case) -> list[int]:
    """Give the people of the case's station; where nobody is bound there those of its street, else the desk."""
    for role, area in ((Role.STATION, case.station), (Role.STREET, case.street), (Role.DISTRICT, "")):
        if area or role is Role.DISTRICT:
            found = referrals.holders(ctx.session, role, area, ctx.now)
            if reached := duties.channels_of(ctx.session, found, kept_to(role, ctx.switches)):
                return list(reached)
    return []


def _task_options(ctx: Context, tasks: list[tuple[Recheck, Case]]) -> list[dict[str, str]]:
    options = [
        option(
            digit,
            ctx.texts(
                "recheck_task_line",
                number=case.number,
                topic=wording.clipped(topic_label(ctx, case), 6),
                place=wording.clipped(case.place_text, 8) or ctx.texts("place_unknown"),
            ),
            str(recheck.id),
        )
        for digit, (recheck, case) in enumerate(tasks[:SHOWN], 1)
    ]
    if len(tasks) > SHOWN:
        options.append(option(SHOWN + 1, ctx.texts("staff_more"), f"more:{SHOWN}"))
    return options


def task_list(ctx: Context, offset: int = 0) -> str:
    """List what the sender can still go and see; empty where there is nothing."""
    count = rechecks.count_waiting(ctx.session, scope_of(ctx))
    tasks = rechecks.waiting(ctx.session, scope_of(ctx), limit=SHOWN, offset=offset)
    if not tasks:
        return ""
    options = _task_options(ctx, tasks)
    if count > offset + SHOWN:
        options.append(option(SHOWN + 1, ctx.texts("staff_more"), f"more:{offset + SHOWN}"))
    questions.ask(ctx.session, person_id=ctx.sender.person_id, kind=LIST, options=options, now=ctx.now)
    said = ctx.texts("recheck_tasks", count=count, day=wording.day(tasks[0][0].due))
    return f"{said}\n{menu(options)}"


def show_waiting(ctx: Context) -> str:
    return task_list(ctx) or ctx.texts("recheck_nothing_to_see")


def pick_task(ctx: Context, _question: OpenQuestion, value: str) -> str:
    if value.startswith("more:"):
        return task_list(ctx, int(value.removeprefix("more:"))) or ctx.texts("recheck_nothing_to_see")
    recheck, case = _open(ctx, value)
    return _ask(ctx, recheck, "", _task(ctx, recheck, case))


def _open(ctx: Context, recheck_id: str) -> tuple[Recheck, Case]:
    """Give a look that nobody has done yet; who did it is said."""
    found = rechecks.find(ctx.session, scope_of(ctx), int(recheck_id))
    if found is None:
        raise Refusal(ctx.texts("staff_case_gone"))
    recheck, case = found
    if recheck.finding:
        name = people.name_of(ctx.session, recheck.found_by) if recheck.found_by else ""
        finding = ctx.texts(f"recheck_{recheck.finding}")
        raise Refusal(ctx.texts("recheck_found_already", number=case.number, name=name, finding=finding))
    return recheck, case


def _task(ctx: Context, recheck: Recheck, case: Case) -> str:
    """Say what to look at, and where."""
    return ctx.texts(
        "recheck_task",
        number=case.number,
        what=f"{wording.clipped(case.place_text, 12) or ctx.texts('place_unknown')}{topic_label(ctx, case)}",
        department=wording.department_name(recheck.department, ctx),
        answer=wording.clipped(rechecks.answer_of(ctx.session, recheck), _ANSWER_SHOWN),
    )


def _ask(ctx: Context, recheck: Recheck, said: str, text: str) -> str:
    """Keep the look open for a digit, a picture, a position or words; `said` is a finding without evidence yet."""
    options = [
        option(digit, ctx.texts(f"recheck_{finding}"), finding)
        for digit, finding in enumerate((HELD, FAILED, UNCLEAR), 1)
    ]
    questions.ask(
        ctx.session,
        person_id=ctx.sender.person_id,
        kind=KIND,
        subject=str(recheck.id),
        data={"free": True, "said": said},
        options=options,
        now=ctx.now,
    )
    return f"{text}\n{menu(options)}"


# -- what was seen ----------------------------------------------------------------------------------------


class EvidenceRoute(Route):
    """Takes a picture or a position while a look on the spot is the question at hand."""

    def match(self, message: IncomingMessage, sender: Sender, line: str) -> str | None:
        looking = bool(sender.questions) and sender.questions[0].kind == KIND
        return line if looking and message.kind in self.kinds and sender.holds(*self.roles) else None


def take_evidence(ctx: Context, message: IncomingMessage, _rest: str) -> str:
    """Keep a picture or position with the case; one from elsewhere proves nothing."""
    question = ctx.sender.questions[0]
    recheck, case = _open(ctx, question.subject)
    said = question.data.get("said", "")
    if message.point is not None and (metres := _too_far(ctx, case, message.point)):
        place = wording.clipped(case.place_text, 12)
        return _ask(ctx, recheck, said, ctx.texts("recheck_too_far", place=place, metres=metres))
    part = {**case_rows.part_row(case.id, message, ctx.now, ctx.inbox_id), "recheck_id": recheck.id}
    write_effects(ctx.session.connection(), [Effects(reply="", route="recheck", parts=[part])], ctx)
    if said:
        return _found(ctx, recheck, case, said)
    return _ask(ctx, recheck, "", ctx.texts("recheck_seen", number=case.number))


def _too_far(ctx: Context, case: Case, point: Point) -> int:
    """Give how many metres a position lies away from the place of the case, if that is too many."""
    place = ctx.district.place(case.place)
    if place is None or place.point is None:
        return 0
    metres = metres_between(in_gcj02(point), place.point)
    return int(metres) if metres > ctx.district.settings.recheck_metres else 0


def take_finding(ctx: Context, question: OpenQuestion, value: str) -> str:
    """Take a digit, or words that are kept with the look."""
    recheck, case = _open(ctx, question.subject)
    if value not in {HELD, FAILED, UNCLEAR}:
        note = "\n".join(filter(None, (recheck.note, value.strip())))[:_LONGEST_NOTE]
        recheck.note = note
        ctx.session.flush()
        said = question.data.get("said", "")
        return _ask(ctx, recheck, said, ctx.texts("recheck_noted", number=case.number))
    if value != UNCLEAR and not rechecks.evidence(ctx.session, recheck.id):
        finding = ctx.texts(f"recheck_{value}")
        return _ask(ctx, recheck, value, ctx.texts("recheck_prove", finding=finding))
    return _found(ctx, recheck, case, value)


def _found(ctx: Context, recheck: Recheck, case: Case, finding: str) -> str:
    """Write the finding down, once; what is not done goes back to its department."""
    questions.close(ctx.session, ctx.sender.questions[0].id, ctx.now)
    rechecks.record(ctx.session, recheck, finding, by=ctx.sender.person_id, now=ctx.now)
    left = rechecks.count_waiting(ctx.session, scope_of(ctx))
    rest = ctx.texts("recheck_left", count=left) if left else ctx.texts("recheck_none_left")
    said = ctx.texts("recheck_found", number=case.number, finding=ctx.texts(f"recheck_{finding}"))
    if finding != FAILED or case.state not in {State.CLOSED, State.AWAITING_VOTER}:
        change(ctx, case, f"recheck {finding}", State(case.state))
        return f"{said}{rest}"
    sent = reopen(ctx, case, f"recheck {FAILED}")
    tell_office(ctx, case, "recheck")
    if not sent.department:
        again = ctx.texts("voter_recheck_here", number=case.number, day=wording.day(sent.until.due))
        tell_voter(ctx, case, sent.step_id, again)
        return f"{said}{rest}"
    department, day = wording.department_name(sent.department, ctx), wording.day(sent.until.due)
    text = ctx.texts("voter_recheck_failed", number=case.number, department=department, day=day)
    tell_voter(ctx, case, sent.step_id, text, short="referred")
    return f"{said}{ctx.texts('recheck_back', department=department, day=day)}{rest}"


VISIT_ANSWERS: dict[str, AnswerHandler] = {KIND: take_finding, LIST: pick_task}
