"""Cases of several voters about one trouble, worked on as one."""

import sqlalchemy as sa
from alembic import op

from storage.engine.database import Id, Instant

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_PLACED = sa.text("place <> ''")
_MERGED = sa.text("merged_into IS NOT NULL")


def upgrade() -> None:
    op.add_column("case_file", sa.Column("merged_into", Id, nullable=True))
    op.add_column("case_file", sa.Column("voter_left_at", Instant(), nullable=True))
    op.create_index(
        "ix_case_alike", "case_file", ["place", "filed_at"], postgresql_where=_PLACED, sqlite_where=_PLACED
    )
    op.create_index(
        "ix_case_merged", "case_file", ["merged_into"], postgresql_where=_MERGED, sqlite_where=_MERGED
    )


def downgrade() -> None:
    op.drop_index("ix_case_merged", "case_file")
    op.drop_index("ix_case_alike", "case_file")
    op.drop_column("case_file", "voter_left_at")
    op.drop_column("case_file", "merged_into")
