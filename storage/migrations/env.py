"""How Alembic runs our revisions: on the connection that `storage.migrate` gives it."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import BigInteger

from storage.engine.database import Instant
from storage.migrate import is_mapped
from storage.models import Person


def render_item(kind: str, item: Any, autogen: AutogenContext) -> str | Literal[False]:  # noqa: ANN401 -- Alembic's
    """Write our own column types by name, so that a revision reads like the models."""
    if kind == "type" and isinstance(item, Instant):
        autogen.imports.add("from storage.engine.database import Instant")
        return "Instant()"
    if kind == "type" and isinstance(item, BigInteger):
        autogen.imports.add("from storage.engine.database import Id")
        return "Id"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Person.metadata,
    render_item=render_item,
    include_name=is_mapped,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
