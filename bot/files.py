"""GET /files/…: a made file behind a signed link, for the one person who asked; every opening is logged."""

from collections.abc import Callable
from datetime import datetime
from urllib.parse import quote

from fastapi import APIRouter, Response
from fastapi.responses import PlainTextResponse
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from bot.papers import Note
from bot.shelf import Link, Shelf
from handlers.texts import Texts
from storage import documents
from storage.documents import scope_from
from storage.models import Document
from storage.reports import holders
from storage.scopes import Scope, staff_scope

KINDS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "png": "image/png",
}
STAFF = ("station", "street", "district")
HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}


def files_router(
    engine: Engine, shelf: Shelf, clock: Callable[[], datetime], texts: Callable[[], Texts], note: Note
) -> APIRouter:
    """Serve files by the links that were pushed."""
    api = APIRouter(prefix="/files")

    @api.get("/{document_id}/{person_id}/{until}/{signature}")
    def give(document_id: int, person_id: int, until: int, signature: str) -> Response:
        document = opened(engine, shelf, clock(), Link(document_id, person_id, until, signature))
        if document is None:
            return PlainTextResponse(texts()("paper_link_over"), 404, headers=HEADERS)
        note("file", document=str(document.id), person=str(person_id), sha256=document.stored_as)
        ending = document.name.rpartition(".")[2]
        named = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(document.name)}"}
        return Response(
            shelf.read(document.stored_as), media_type=KINDS.get(ending), headers={**HEADERS, **named}
        )

    return api


def opened(engine: Engine, shelf: Shelf, now: datetime, link: Link) -> Document | None:
    """Give the made file of a good link, as long as its person may still see all that is in it."""
    if not shelf.opens(link, now):
        return None
    with Session(engine.execution_options(reading=True)) as session:
        document = documents.find(session, link.document)
        if document is None or document.state != "made" or document.asked_by != link.person:
            return None
        grants = holders(session, STAFF, now).get(link.person, ())
        session.expunge(document)
    return document if _within(scope_from(document.scope), staff_scope(grants)) else None


def _within(inner: Scope, outer: Scope) -> bool:
    if outer.district:
        return True
    return not inner.district and inner.streets <= outer.streets and inner.stations <= outer.stations
