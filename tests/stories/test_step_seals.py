"""What was done with a case cannot be changed behind its back; what is erased is said to be erased."""

import pytest
from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session
from sqlalchemy.sql import Executable

from bot.upkeep.sweeping import run_sweeps, take_in_steps
from storage.keeping import audit, step_seals, sweeps
from storage.keeping.step_seals import Verified
from storage.models import Case, CaseStep, StepSeal, Sweep
from tests.stories.driver import Story
from tests.stories.people import EAST, WEST, bind

DESK, STAFF = "staff:T001", "staff:T005"


def seal(story: Story, limit: int = 2) -> None:
    """Take in all that was written until now, in small pieces."""
    with Session(story.engine) as session:
        last = session.scalars(select(CaseStep.id).order_by(CaseStep.id.desc()).limit(1)).one()
    while story.app.writer.transact(
        lambda session: step_seals.seal_some(session, story.clock(), until=last, limit=limit)
    ):
        pass


def verified(story: Story) -> Verified:
    with Session(story.engine) as session:
        assert audit.first_break(session) == ""
        return step_seals.verify(session)


@pytest.fixture
def worked(story: Story) -> Story:
    """Two cases with a history, under their chains."""
    for who in (DESK, STAFF):
        bind(story, who)
    story.say("voter-1", EAST)
    story.say("voter-2", WEST)
    story.say("voter-1", "补充 我的电话13900000012，就在3幢楼下")
    story.say(STAFF, "回复 1 明天来换灯，请住户打13900000012")
    seal(story)
    story.say(STAFF, "回复 2 明天清走")
    seal(story)
    return story


def test_what_nobody_touched_is_whole_and_new_steps_follow(worked: Story) -> None:
    whole = verified(worked)
    worked.say(DESK, "督办 1")
    seal(worked)

    assert whole.breaks == []
    assert whole.steps >= 4
    assert whole.taken_in == 0
    assert verified(worked).breaks == []


def of(number: str, action: str = "") -> Executable:
    rows = select(CaseStep.id).join(Case).where(Case.number == number)
    return rows.where(CaseStep.action == action) if action else rows


REPLIED = of("2611-0001", "replied")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (update(CaseStep).where(CaseStep.id.in_(REPLIED)).values(note="没人管"), "the words or the person"),
        (update(CaseStep).where(CaseStep.id.in_(REPLIED)).values(note=""), "the words or the person"),
        (update(CaseStep).where(CaseStep.id.in_(REPLIED)).values(actor_id=None), "the words or the person"),
        (update(CaseStep).where(CaseStep.id.in_(REPLIED)).values(action="noted"), "not what was written"),
        (
            update(CaseStep).where(CaseStep.id.in_(of("2611-0002"))).values(public=True, state="closed"),
            "2611-0002",
        ),
        (delete(CaseStep).where(CaseStep.id.in_(REPLIED)), "is gone"),
        (delete(StepSeal).where(StepSeal.step_id.in_(REPLIED)), "are not the ones that were taken in"),
        (
            update(StepSeal).where(StepSeal.step_id.in_(REPLIED)).values(salt="", gone_at=None),
            "a day on which nothing was erased",
        ),
    ],
    ids=[
        "words",
        "words taken out",
        "who",
        "what",
        "state",
        "a step taken out",
        "its seal",
        "the salt alone",
    ],
)
def test_a_change_behind_its_back_is_found(worked: Story, change: Executable, told: str) -> None:
    with Session(worked.engine) as session, session.begin():
        session.execute(change)

    assert any(told in each for each in verified(worked).breaks)


def test_a_step_that_is_put_in_between_is_found(worked: Story) -> None:
    with Session(worked.engine) as session, session.begin():
        step = session.scalars(select(CaseStep).order_by(CaseStep.id)).first()
        assert step is not None
        row = {"id": step.id + 1, "case_id": step.case_id, "at": step.at, "action": "noted"}
        session.execute(insert(CaseStep).values(**row, state="registered", note="从来没有过", public=False))

    assert any("1 were put in" in each for each in verified(worked).breaks)


def test_whoever_writes_the_whole_chain_of_a_case_anew_is_found_by_the_audit_chain(worked: Story) -> None:
    with Session(worked.engine) as session, session.begin():
        session.execute(update(CaseStep).where(CaseStep.id.in_(REPLIED)).values(note="没人管"))
        before = audit.START
        rows = session.execute(
            select(CaseStep, StepSeal)
            .join(StepSeal, StepSeal.step_id == CaseStep.id)
            .join(Case, Case.id == CaseStep.case_id)
            .where(Case.number == "2611-0001")
            .order_by(CaseStep.id)
        ).all()
        for step, sealed in rows:
            sealed.said = step_seals.said_of(sealed.salt, step.note, step.actor_id)
            what = {
                name: getattr(step, name) for name in ("id", "case_id", "at", "action", "state", "public")
            }
            sealed.hash = before = step_seals.hash_of(before, what, sealed.said)
    breaks = verified(worked).breaks

    assert breaks
    assert all("are not the ones that were taken in then" in each for each in breaks)


def test_who_is_forgotten_leaves_no_words_no_salt_and_no_broken_chain(worked: Story) -> None:
    worked.say("voter-1", "删除我")
    worked.say("voter-1", "1")
    seal(worked)
    found = verified(worked)
    with Session(worked.engine) as session:
        gone = session.execute(
            select(StepSeal.salt, CaseStep.note, CaseStep.actor_id)
            .join(CaseStep, CaseStep.id == StepSeal.step_id)
            .where(StepSeal.gone_at.is_not(None))
        ).all()

    assert found.breaks == []
    assert found.erased == len(gone) > 0
    assert {salt for salt, _, _ in gone} == {""}
    assert not any("13900000012" in note for _, note, _ in gone)


def test_old_steps_are_taken_in_once_in_pieces_and_said_to_be_since_that_day(story: Story) -> None:
    story.say("voter-1", EAST)
    story.say("voter-2", WEST)
    with Session(story.engine) as session, session.begin():
        session.execute(update(CaseStep).values(id=CaseStep.id - (600_000 << 22)))
    story.clock.turn(days=30)
    done = run_sweeps(story.app.writer, story.clock(), {"take in steps": take_in_steps})
    again = run_sweeps(story.app.writer, story.clock(), {"take in steps": take_in_steps})
    found = verified(story)
    with Session(story.engine) as session:
        sweep = session.scalars(select(Sweep)).one()

    assert done == {"take in steps": found.steps}
    assert again == {"take in steps": 0}
    assert (found.breaks, found.taken_in) == ([], found.steps)
    assert found.taken_in_on == story.clock()
    assert (sweep.seen, sweep.done_at) == (found.steps, story.clock())


def test_a_sweep_that_fails_goes_on_from_where_it_stood(story: Story) -> None:
    seen: list[int] = []

    def work(session: Session, position: int, _now: object) -> sweeps.Piece:
        if position == 2 and len(seen) == 2:
            seen.append(-1)
            raise ValueError("in the middle")
        seen.append(position)
        sweeps.found(session, "count", "number", now=story.clock(), detail=str(position))
        return sweeps.Piece(position + 1, 1, over=position == 3)

    with pytest.raises(ValueError, match="in the middle"):
        run_sweeps(story.app.writer, story.clock(), {"count": work})
    run_sweeps(story.app.writer, story.clock(), {"count": work})
    run_sweeps(story.app.writer, story.clock(), {"count": work})
    with Session(story.engine) as session:
        told = [each.detail for each in sweeps.findings(session, "count")]

    assert seen == [0, 1, -1, 2, 3]
    assert told == ["0", "1", "2", "3"]
