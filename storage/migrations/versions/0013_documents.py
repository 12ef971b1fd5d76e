"""Files that people asked for, and pushes that bring them."""

import sqlalchemy as sa
from alembic import op

from storage.engine.database import Id, Instant

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_TO_DO = sa.text("state IN ('wanted', 'making')")


def upgrade() -> None:
    op.add_column("outbox", sa.Column("attached", sa.JSON(), nullable=True))
    op.create_table(
        "document",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("params", sa.JSON(), nullable=False),
        sa.Column("asked_by", Id, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.Column("scope", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("lease_until", Instant(), nullable=True),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("stored_as", sa.String(length=80), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("made_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_document_wanted", "document", ["id"], postgresql_where=_TO_DO, sqlite_where=_TO_DO)


def downgrade() -> None:
    op.drop_table("document")
    op.drop_column("outbox", "attached")
