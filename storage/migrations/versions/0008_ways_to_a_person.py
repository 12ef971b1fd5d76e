"""Ways to a person: windows and what was used of them, acceptances, closed ways, and what goes first."""

import sqlalchemy as sa
from alembic import op

from storage.engine.database import Id, Instant

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

OWED = sa.text("status IN ('pending', 'sending')")


def upgrade() -> None:
    op.add_column("account", sa.Column("window_used", sa.Integer(), server_default="0", nullable=False))
    op.add_column("account", sa.Column("last_action_at", Instant(), nullable=True))
    op.add_column("account", sa.Column("action_used", sa.Integer(), server_default="0", nullable=False))
    op.add_column("outbox", sa.Column("priority", sa.Integer(), server_default="0", nullable=False))
    op.add_column("outbox", sa.Column("because", sa.String(length=256), server_default="", nullable=False))
    op.add_column("outbox", sa.Column("detail", sa.String(length=160), server_default="", nullable=False))
    op.add_column("outbox", sa.Column("doubt_since", Instant(), nullable=True))
    op.create_index(
        "ix_outbox_next",
        "outbox",
        ["priority", "not_before", "id"],
        postgresql_where=OWED,
        sqlite_where=OWED,
    )
    # A process of the version before works on with the new one.
    op.drop_index("ix_outbox_due", "outbox")
    op.create_table(
        "acceptance",
        sa.Column("account_id", Id, sa.ForeignKey("account.id"), nullable=False),
        sa.Column("template_id", sa.String(length=64), nullable=False),
        sa.Column("remaining", sa.Integer(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "template_id"),
    )
    op.create_table(
        "closed_way",
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("rung", sa.String(length=16), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("closed_at", Instant(), nullable=False),
        sa.Column("until", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("channel", "rung"),
    )
