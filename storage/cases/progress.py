"""How far a job that works through a table in small pieces has come; the row is also the lock of that job."""

from sqlalchemy import Connection, select, update

from storage.engine.bulk import insert_ignoring
from storage.models import Progress


def take(connection: Connection, name: str) -> int | None:
    """Give how far a job has come and keep others from it until the transaction ends; None while another has it."""
    held = (
        select(Progress.position)
        .where(Progress.name == name)
        .with_for_update(skip_locked=True, key_share=True)
    )
    position = connection.execute(held).scalar_one_or_none()
    if position is None:
        insert_ignoring(connection, Progress, [{"name": name, "position": 0}], key="name")
        position = connection.execute(held).scalar_one_or_none()
    return position


def peek(connection: Connection, name: str) -> int:
    """Give how far a job has come; 0 if it never ran."""
    found = connection.execute(select(Progress.position).where(Progress.name == name)).scalar_one_or_none()
    return found or 0


def move(connection: Connection, name: str, position: int) -> None:
    connection.execute(update(Progress).where(Progress.name == name).values(position=position))
