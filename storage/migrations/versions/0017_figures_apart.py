"""Figures that leave imported cases apart, and cases by the day on which they were closed."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_IMPORTED = sa.text("source = 'imported'")
_CLOSED = sa.text("closed_at IS NOT NULL")


def upgrade() -> None:
    op.create_index(
        "ix_case_filed",
        "case_file",
        ["filed_at", "sealed", "source", "category", "station", "street"],
    )
    op.create_index(
        "ix_case_imported",
        "case_file",
        ["filed_at"],
        postgresql_where=_IMPORTED,
        sqlite_where=_IMPORTED,
    )
    op.create_index(
        "ix_case_closed", "case_file", ["closed_at"], postgresql_where=_CLOSED, sqlite_where=_CLOSED
    )
    # The first of the new ones takes its place; a process of the version before works on without it.
    op.drop_index("ix_case_figures", "case_file")


def downgrade() -> None:
    op.create_index("ix_case_figures", "case_file", ["filed_at", "sealed", "category", "station", "street"])
    op.drop_index("ix_case_closed", "case_file")
    op.drop_index("ix_case_imported", "case_file")
    op.drop_index("ix_case_filed", "case_file")
