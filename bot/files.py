"""GET /files/…: a made file behind a signed link, for the one person who asked; every opening is logged."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from html import escape
from urllib.parse import quote

from fastapi import APIRouter, Response, UploadFile
from fastapi.responses import HTMLResponse, PlainTextResponse
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from bot.papers import Note
from bot.shelf import Link, Shelf
from bot.writer import Writer
from handlers.texts import Texts
from storage import audit, documents
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

FORM_HEADERS = {
    **HEADERS,
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'",
}
MOST_BYTES = 5_000_000
TAKEN_BACK = {"ledger": "ledger_back_form", "history": "history_form", "activities": "activities_form"}
"""Kinds of sheets that are handed in filled, with the sentence above the form."""
FORM = """<!doctype html><html lang="zh-CN"><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1"><title>传回文件</title>
<body style="font:18px/1.6 sans-serif;max-width:32em;margin:2em auto;padding:0 1em"><p>{how}</p>
<form method="post" enctype="multipart/form-data"><p><input type="file" name="file" accept=".xlsx,.csv" required></p>
<p><button style="font-size:18px;padding:.5em 2em">传回</button></p></form></body></html>"""


def files_router(
    writer: Writer, shelf: Shelf, clock: Callable[[], datetime], texts: Callable[[], Texts], note: Note
) -> APIRouter:
    """Serve files by the links that were pushed, and take sheets back."""
    engine = writer.engine
    api = APIRouter(prefix="/files")

    @api.get("/{document_id}/{person_id}/{until}/{signature}")
    def give(document_id: int, person_id: int, until: int, signature: str) -> Response:
        document = opened(engine, shelf, clock(), Link(document_id, person_id, until, signature))
        if document is None:
            return PlainTextResponse(texts()("paper_link_over"), 404, headers=HEADERS)
        writer.transact(partial(_note_opening, document=document, now=clock()))
        note("file", document=str(document.id), person=str(person_id), sha256=document.stored_as)
        ending = document.name.rpartition(".")[2]
        named = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(document.name)}"}
        return Response(
            shelf.read(document.stored_as), media_type=KINDS.get(ending), headers={**HEADERS, **named}
        )

    @api.get("/{document_id}/{person_id}/{until}/{signature}/back")
    def form(document_id: int, person_id: int, until: int, signature: str) -> Response:
        document = opened(engine, shelf, clock(), Link(document_id, person_id, until, signature))
        if document is None or document.kind not in TAKEN_BACK:
            return PlainTextResponse(texts()("paper_link_over"), 404, headers=HEADERS)
        page = FORM.format(how=escape(texts()(TAKEN_BACK[document.kind], name=document.name)))
        return HTMLResponse(page, headers=FORM_HEADERS)

    @api.post("/{document_id}/{person_id}/{until}/{signature}/back")
    def take(document_id: int, person_id: int, until: int, signature: str, file: UploadFile) -> Response:
        document = opened(engine, shelf, clock(), Link(document_id, person_id, until, signature))
        if document is None or document.kind not in TAKEN_BACK:
            return PlainTextResponse(texts()("paper_link_over"), 404, headers=HEADERS)
        content = file.file.read(MOST_BYTES + 1)
        if len(content) > MOST_BYTES:
            return PlainTextResponse(texts()("ledger_back_big"), 413, headers=HEADERS)
        stored_as = shelf.put(content)
        note("file back", document=str(document.id), person=str(person_id), sha256=stored_as)
        hand_in(document, stored_as)
        return PlainTextResponse(texts()("ledger_back_taken"), headers=HEADERS)

    def hand_in(document: Document, stored_as: str) -> None:
        def want(session: Session) -> None:
            documents.want(
                session,
                f"{document.kind}_back",
                by=document.asked_by,
                scope=scope_from(document.scope),
                now=clock(),
                params={document.kind: document.id},
                stored_as=stored_as,
            )

        writer.transact(want)

    return api


def _note_opening(session: Session, *, document: Document, now: datetime) -> None:
    audit.note(session, "file opened", now=now, who="", actor_id=document.asked_by, reason=document.name)


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
