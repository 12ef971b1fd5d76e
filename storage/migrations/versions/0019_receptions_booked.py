"""Places at receptions that voters booked, and voters who want to be called."""

import sqlalchemy as sa
from alembic import op

from storage.engine.database import Id, Instant

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_WAITING = sa.text("done_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "booking",
        sa.Column("id", Id, primary_key=True, autoincrement=False),
        sa.Column("occasion_id", Id, sa.ForeignKey("occasion.id"), nullable=False),
        sa.Column("person_id", Id, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("came", sa.Boolean(), nullable=True),
        sa.UniqueConstraint("occasion_id", "person_id"),
        sa.UniqueConstraint("occasion_id", "place"),
    )
    op.create_index("ix_booking_person", "booking", ["person_id"])
    op.create_table(
        "call_back",
        sa.Column("id", Id, primary_key=True, autoincrement=False),
        sa.Column("person_id", Id, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("station", sa.String(64), nullable=False),
        sa.Column("street", sa.String(64), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("done_at", Instant(), nullable=True),
        sa.Column("done_by", Id, sa.ForeignKey("person.id"), nullable=True),
    )
    op.create_index(
        "ix_call_back_waiting", "call_back", ["due"], postgresql_where=_WAITING, sqlite_where=_WAITING
    )
    op.create_index("ix_call_back_person", "call_back", ["person_id"])


def downgrade() -> None:
    op.drop_table("call_back")
    op.drop_table("booking")
