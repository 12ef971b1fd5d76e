"""Columns that every table has alike."""

from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from storage.engine.database import Id, new_id


def own_id() -> Mapped[int]:
    return mapped_column(Id, primary_key=True, default=new_id, autoincrement=False)


def to(column: str, *, nullable: bool = False, primary_key: bool = False) -> Any:  # noqa: ANN401 -- Mapped[int] and Mapped[int | None]
    return mapped_column(Id, ForeignKey(column), nullable=nullable, primary_key=primary_key)
