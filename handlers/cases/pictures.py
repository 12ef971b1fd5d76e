"""Where a picture was taken gives its case a place, as long as nobody has told one."""

from sqlalchemy.orm import Session

from handlers.cases.case_rows import near, step_row
from handlers.cases.entering import write_effects
from handlers.context import World
from handlers.effects import Effects
from handlers.messages import Point
from storage.cases.attachments import case_of
from storage.models import State


def place_by_picture(session: Session, part_id: int, point: Point, world: World) -> bool:
    """Give a case without place and station what lies where its picture was taken; what the voter said stays."""
    case = case_of(session, part_id)
    if case is None or case.sealed or case.place or case.station or case.state != State.REGISTERED:
        return False
    changes = near(point, world)
    if not changes:
        return False
    if not changes["place"]:
        changes["place_text"] = case.place_text or world.texts("pictured_place")
    step = step_row(
        case.id, "placed", case.state, world.now, actor=None, public=True, note=changes["place_text"]
    )
    effects = Effects(reply="", route="pictured", case_changes=[(case.id, changes)], steps=[step])
    write_effects(session.connection(), [effects], world)
    return True
