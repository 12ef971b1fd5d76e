"""The industry station that sees a case beside the station of its place."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

OPEN = sa.text(
    "state IN ('registered', 'assigned', 'referred', 'accepted', 'answered', 'awaiting_voter')",
)
BEFORE = ["state", "look_by", "urgency", "station", "street", "sealed", "number"]


def upgrade() -> None:
    op.add_column("case_file", sa.Column("industry", sa.String(length=64), server_default="", nullable=False))
    # Lists of open cases ask about it too, and read nothing but the index.
    op.drop_index("ix_case_open", "case_file")
    op.create_index(
        "ix_case_open", "case_file", [*BEFORE, "industry"], postgresql_where=OPEN, sqlite_where=OPEN
    )


def downgrade() -> None:
    op.drop_index("ix_case_open", "case_file")
    op.create_index("ix_case_open", "case_file", BEFORE, postgresql_where=OPEN, sqlite_where=OPEN)
    op.drop_column("case_file", "industry")
