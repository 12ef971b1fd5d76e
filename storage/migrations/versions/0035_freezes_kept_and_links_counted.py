"""Freezes outlive a forgotten sender, and links to files end with the binding and are counted."""

import sqlalchemy as sa
from alembic import op

from storage.engine.database import Id, Instant

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "kept_freeze",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("strikes", sa.Integer(), nullable=False),
        sa.Column("struck_at", Instant(), nullable=True),
        sa.Column("frozen_at", Instant(), nullable=True),
        sa.Column("frozen_why", sa.String(length=16), nullable=False),
        sa.Column("until", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "file_link",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("document_id", Id, nullable=False),
        sa.Column("account_id", Id, nullable=False),
        sa.Column("until", Instant(), nullable=False),
        sa.Column("opened", sa.Integer(), server_default="0", nullable=False),
        sa.Column("handed_in", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"]),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"]),
        sa.PrimaryKeyConstraint("key"),
    )
    op.add_column("account", sa.Column("links_after", Instant(), nullable=True))


def downgrade() -> None:
    op.drop_column("account", "links_after")
    op.drop_table("file_link")
    op.drop_table("kept_freeze")
