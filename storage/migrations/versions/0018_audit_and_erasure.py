"""Who looked at personal data, in a chain of hashes, and who asked to be forgotten."""

import sqlalchemy as sa
from alembic import op

from storage.engine.database import Id, Instant

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_OF_A_CASE = sa.text("case_id IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("actor_id", Id, nullable=True),
        sa.Column("who", sa.String(length=64), nullable=False),
        sa.Column("action", sa.String(length=32), nullable=False),
        sa.Column("case_id", Id, nullable=True),
        sa.Column("person_id", Id, nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("position"),
    )
    op.create_index(
        "ix_audit_entry_case",
        "audit_entry",
        ["case_id"],
        postgresql_where=_OF_A_CASE,
        sqlite_where=_OF_A_CASE,
    )
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "erasure",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("certificate", sa.String(length=16), nullable=False),
        sa.Column("person_id", Id, nullable=True),
        sa.Column("accounts", sa.JSON(), nullable=False),
        sa.Column("keys", sa.JSON(), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("inbox_id", Id, nullable=True),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.Column("done_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("certificate"),
    )


def downgrade() -> None:
    op.drop_table("erasure")
    op.drop_table("audit_head")
    op.drop_table("audit_entry")
