"""An index of the cases whose voters said that they are not solved."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    failed = sa.text("failures > 0")
    op.create_index(
        "ix_case_failed", "case_file", ["state", "look_by"], postgresql_where=failed, sqlite_where=failed
    )


def downgrade() -> None:
    op.drop_index("ix_case_failed", "case_file")
