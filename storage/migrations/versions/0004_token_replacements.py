"""One budget of token replacements for all processes."""

import sqlalchemy as sa
from alembic import op

from storage.engine.database import Instant

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("token", sa.Column("replaced_at", Instant(), nullable=True))
    op.add_column("token", sa.Column("forced_at", Instant(), nullable=True))
