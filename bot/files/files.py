"""GET /files/…: a made file behind a signed link, for the account it was sent to; every opening is counted and logged."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from html import escape
from urllib.parse import quote

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, PlainTextResponse
from sqlalchemy import Engine
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException

from bot.core.writer import Writer
from bot.files.papers import Note
from bot.files.shelf import Link, Shelf
from handlers.texts import Texts
from storage.figures import documents
from storage.figures.documents import scope_from
from storage.figures.reports import holders
from storage.keeping import audit
from storage.models import Document
from storage.people import links
from storage.people.links import Use
from storage.people.scopes import Scope, staff_scope

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
TAKEN_BACK = {"ledger": "ledger_back_form", "history": "history_form", "activities": "activities_form"}
"""Kinds of sheets that are handed in filled, with the sentence above the form."""
MOST_OPENINGS = 5
"""WeChat looks into a link before a person does, and a second try must be possible; passing it round must not."""
FORM = """<!doctype html><html lang="zh-CN"><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1"><title>传回文件</title>
<body style="font:18px/1.6 sans-serif;max-width:32em;margin:2em auto;padding:0 1em"><p>{how}</p>
<form method="post" enctype="multipart/form-data"><p><input type="file" name="file" accept=".xlsx,.csv" required></p>
<p><button style="font-size:18px;padding:.5em 2em">传回</button></p></form></body></html>"""


def files_router(
    writer: Writer, shelf: Shelf, clock: Callable[[], datetime], texts: Callable[[], Texts], note: Note
) -> APIRouter:
    """Serve files by the links that were pushed, and the pages by which sheets are sent back."""
    engine = writer.engine
    api = APIRouter(prefix="/files")

    @api.get("/{document_id}/{account_id}/{until}/{signature}")
    def give(document_id: int, account_id: int, until: int, signature: str) -> Response:
        link = Link(document_id, account_id, until, signature)
        document = opened(engine, shelf, clock(), link)
        if document is None:
            return PlainTextResponse(texts()("paper_link_over"), 404, headers=HEADERS)
        if not writer.transact(partial(_count_opening, link=link, document=document, now=clock())):
            note(
                "file refused",
                document=str(document.id),
                account=str(account_id),
                openings=str(MOST_OPENINGS),
            )
            return PlainTextResponse(texts()("paper_link_used", most=MOST_OPENINGS), 404, headers=HEADERS)
        note("file", document=str(document.id), account=str(account_id), sha256=document.stored_as)
        ending = document.name.rpartition(".")[2]
        named = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(document.name)}"}
        return Response(
            shelf.read(document.stored_as), media_type=KINDS.get(ending), headers={**HEADERS, **named}
        )

    @api.get("/{document_id}/{account_id}/{until}/{signature}/back")
    def form(document_id: int, account_id: int, until: int, signature: str) -> Response:
        document = opened(engine, shelf, clock(), Link(document_id, account_id, until, signature))
        if document is None or document.kind not in TAKEN_BACK:
            return PlainTextResponse(texts()("paper_link_over"), 404, headers=HEADERS)
        page = FORM.format(how=escape(texts()(TAKEN_BACK[document.kind], name=document.name)))
        return HTMLResponse(page, headers=FORM_HEADERS)

    return api


def speak_chinese(app: FastAPI, texts: Callable[[], Texts]) -> None:
    """Answer what is no page of ours with a sentence, never with the framework's own words."""

    def refuse(_request: Request, error: Exception) -> Response:
        if isinstance(error, RequestValidationError):
            # Only the addresses of files have parts that can be wrong.
            return PlainTextResponse(texts()("paper_link_over"), 404, headers=HEADERS)
        status = error.status_code if isinstance(error, HTTPException) else 500
        key = "page_method" if status == 405 else "page_unknown"  # noqa: PLR2004 -- a method that is not allowed
        headers = {**HEADERS, **(dict(getattr(error, "headers", None) or {}))}
        return PlainTextResponse(texts()(key), status, headers=headers)

    app.add_exception_handler(HTTPException, refuse)
    app.add_exception_handler(RequestValidationError, refuse)


def _count_opening(session: Session, *, link: Link, document: Document, now: datetime) -> bool:
    """Count the opening and note it where the voter can ask who looked; False if it was opened often enough."""
    counted = count_use(session, Use.OPENED, MOST_OPENINGS, link)
    if counted:
        audit.note(session, "file opened", now=now, who="", actor_id=document.asked_by, reason=document.name)
    return counted


def count_use(session: Session, use: Use, most: int, link: Link) -> bool:
    return links.count_use(
        session,
        use,
        most,
        key=link.key,
        document_id=link.document,
        account_id=link.account,
        until=link.over_at,
    )


def opened(engine: Engine, shelf: Shelf, now: datetime, link: Link) -> Document | None:
    """Give the made file of a good link, as long as its account is still that person's, who may still see all that is in it."""
    if not shelf.opens(link, now):
        return None
    with Session(engine.execution_options(reading=True)) as session:
        document = documents.find(session, link.document)
        holder = links.holder(session, link.account, link.made_at)
        if document is None or document.state != "made" or document.asked_by != holder:
            return None
        grants = holders(session, STAFF, now).get(document.asked_by, ())
        session.expunge(document)
    return document if _within(scope_from(document.scope), staff_scope(grants, document.asked_by)) else None


def _within(inner: Scope, outer: Scope) -> bool:
    if outer.district:
        return True
    return not inner.district and inner.streets <= outer.streets and inner.stations <= outer.stations
