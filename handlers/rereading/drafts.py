"""Papers that nobody has issued: drafted anew, so that nothing stands in them that today's rules keep out."""

from sqlalchemy.orm import Session

from handlers.context import World
from handlers.papers.bulletin import collect, copies_to
from handlers.papers.quotable import is_grave, why_not
from handlers.papers.special import collect_special
from handlers.pushes.owing import owe
from handlers.pushes.send_times import When
from storage.figures import bulletins
from storage.figures.documents import scope_from
from storage.keeping import rereading, sweeps
from storage.keeping.sweeps import Piece
from storage.models import Bulletin

DRAFTS = "drafts"


def draft_all(session: Session, position: int, until: int, world: World) -> Piece:
    """Draft again what the version before had drafted with people's words that nobody picked; there are few."""
    found = [row for row in rereading.drafts(session, until) if "offered" not in row.facts]
    for row in found:
        row.state = "draft" if _drafted_anew(session, row, world) else "dropped"
        row.submitted_by = None
        owe(
            session,
            world,
            row.drafted_by,
            when=When.IN_PEACE,
            dedupe_key=f"reread/{row.id}",
            kind="notice",
            text=world.texts(f"reread_bulletin_{row.state}"),
        )
        sweeps.found(session, DRAFTS, "draft", now=world.now, detail=row.issuer)
    return Piece(position, len(found), over=True)


def _drafted_anew(session: Session, row: Bulletin, world: World) -> bool:
    """Read its figures and cases again; False where nothing of it may stand in a paper."""
    if "cases" not in row.facts:
        row.facts = collect(session, world, row)
        return True
    scope, title = scope_from(row.scope), row.facts.get("title", "")
    numbers = [each["number"] for each in row.facts["cases"]]
    cases = rereading.cases_by_number(session, numbers)
    added = bulletins.words_added(session, [case.id for case in cases])
    fit = [case for case in cases if not case.sealed and not why_not(world, case, added.get(case.id, ()))]
    if not fit or is_grave(title):
        return False
    row.facts = {
        **collect_special(session, world, scope, title, fit),
        "copies": copies_to(row.issuer, world),
    }
    return True
