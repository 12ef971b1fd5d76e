"""What an office changed about a department's answer, beside the department's own words."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("referral", sa.Column("edited", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("referral", "edited")
