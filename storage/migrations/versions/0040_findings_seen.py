"""What is there by now is read once by the rules of today; what was found stands on a list until somebody has seen it."""

import sqlalchemy as sa
from alembic import op

from storage.engine.database import Id, Instant, new_id

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

_MARK = "rows before upgrade"


def upgrade() -> None:
    op.add_column("sweep_finding", sa.Column("seen_at", Instant(), nullable=True))
    marks = sa.table("progress", sa.column("name", sa.String), sa.column("position", Id))
    op.bulk_insert(marks, [{"name": _MARK, "position": new_id()}])


def downgrade() -> None:
    op.execute(sa.text("DELETE FROM progress WHERE name = :name").bindparams(name=_MARK))
    op.drop_column("sweep_finding", "seen_at")
