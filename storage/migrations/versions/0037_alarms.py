"""Alarms climb until somebody says that they were heard."""

import sqlalchemy as sa
from alembic import op

from storage.engine.database import Id, Instant

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

_OPEN = sa.text("taken_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "alarm",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("case_id", Id, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("place", sa.String(length=64), nullable=False),
        sa.Column("account_id", Id, nullable=True),
        sa.Column("raised_at", Instant(), nullable=False),
        sa.Column("rung", sa.Integer(), nullable=False),
        sa.Column("rounds", sa.Integer(), nullable=False),
        sa.Column("told_at", Instant(), nullable=True),
        sa.Column("next_at", Instant(), nullable=False),
        sa.Column("bundled", sa.Boolean(), nullable=False),
        sa.Column("taken_by", Id, nullable=True),
        sa.Column("taken_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"]),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"]),
        sa.ForeignKeyConstraint(["taken_by"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_alarm_open", "alarm", ["next_at"], postgresql_where=_OPEN, sqlite_where=_OPEN)
    op.create_index("ix_alarm_case", "alarm", ["case_id"])
    op.create_index("ix_alarm_account", "alarm", ["account_id", "raised_at"])
    op.create_table(
        "alarm_told",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("alarm_id", Id, nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("push_id", Id, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["alarm_id"], ["alarm.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_alarm_told_alarm", "alarm_told", ["alarm_id"])
    op.create_index("ix_alarm_told_person", "alarm_told", ["person_id", "at"])


def downgrade() -> None:
    op.drop_table("alarm_told")
    op.drop_table("alarm")
