"""Bursts: many voters telling of one trouble at one place within a day."""

import sqlalchemy as sa
from alembic import op

from storage.engine.database import Id, Instant

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "burst",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("place", sa.String(length=64), nullable=False),
        sa.Column("topic", sa.String(length=32), nullable=False),
        sa.Column("first_case_id", Id, nullable=False),
        sa.Column("told_at", Instant(), nullable=False),
        sa.Column("last_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["first_case_id"], ["case_file.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("first_case_id"),
    )
    op.create_index("ix_burst_place", "burst", ["place", "topic", "last_at"])


def downgrade() -> None:
    op.drop_table("burst")
