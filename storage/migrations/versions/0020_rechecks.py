"""Looks on the spot (回头看): what was drawn, what was found, and the pictures that prove it."""

import sqlalchemy as sa
from alembic import op

from storage.engine.database import Id, Instant

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "recheck_draw",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("month", sa.String(length=8), nullable=True),
        sa.Column("seed", sa.String(length=16), nullable=False),
        sa.Column("drawn_at", Instant(), nullable=False),
        sa.Column("drawn_by", Id, nullable=False),
        sa.Column("pool", sa.JSON(), nullable=False),
        sa.Column("sizes", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["drawn_by"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("month"),
    )
    op.create_table(
        "recheck",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("draw_id", Id, nullable=False),
        sa.Column("case_id", Id, nullable=False),
        sa.Column("referral_id", Id, nullable=False),
        sa.Column("department", sa.String(length=64), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("finding", sa.String(length=8), server_default="", nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("found_at", Instant(), nullable=True),
        sa.Column("found_by", Id, nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"]),
        sa.ForeignKeyConstraint(["draw_id"], ["recheck_draw.id"]),
        sa.ForeignKeyConstraint(["found_by"], ["person.id"]),
        sa.ForeignKeyConstraint(["referral_id"], ["referral.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("referral_id"),
    )
    op.create_index("ix_recheck_case", "recheck", ["case_id"])
    _partial_index("ix_recheck_waiting", "recheck", "due", "finding = ''")
    op.add_column("case_part", sa.Column("recheck_id", Id, nullable=True))
    _partial_index("ix_case_part_recheck", "case_part", "recheck_id", "recheck_id IS NOT NULL")


def _partial_index(name: str, table: str, column: str, where: str) -> None:
    op.create_index(name, table, [column], postgresql_where=sa.text(where), sqlite_where=sa.text(where))


def downgrade() -> None:
    op.drop_index("ix_case_part_recheck", table_name="case_part")
    op.drop_column("case_part", "recheck_id")
    op.drop_table("recheck")
    op.drop_table("recheck_draw")
