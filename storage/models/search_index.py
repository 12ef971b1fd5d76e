"""The search index: what no mapped class can say; storage/cases/search.py reads and writes it."""

from sqlalchemy import (
    Connection,
    MetaData,
    event,
)

from storage.engine.database import Base

_SEARCH = """CREATE VIRTUAL TABLE IF NOT EXISTS case_search
    USING fts5(grams, content='', detail=none, tokenize='ascii')"""
_SEARCH_POSTGRESQL = (
    "CREATE TABLE IF NOT EXISTS case_search (step_id BIGINT PRIMARY KEY, grams INTEGER[] NOT NULL)",
    "CREATE INDEX IF NOT EXISTS ix_case_search_grams ON case_search USING gin (grams)",
)


@event.listens_for(Base.metadata, "after_create")
def _make_search(_metadata: MetaData, connection: Connection, **_more: object) -> None:
    on_sqlite = connection.dialect.name == "sqlite"
    for statement in [_SEARCH] if on_sqlite else _SEARCH_POSTGRESQL:
        connection.exec_driver_sql(statement)
