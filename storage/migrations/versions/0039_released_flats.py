"""Whether the number of a flat was released to the department that answers for a case."""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("referral", sa.Column("door", sa.String(8), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("referral", "door")
