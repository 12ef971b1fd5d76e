"""Cases entered for visitors are found without reading all others."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

_VISIT = sa.text("source = 'visit'")


def upgrade() -> None:
    op.create_index("ix_case_visit", "case_file", ["filed_at"], postgresql_where=_VISIT, sqlite_where=_VISIT)


def downgrade() -> None:
    op.drop_index("ix_case_visit", "case_file")
