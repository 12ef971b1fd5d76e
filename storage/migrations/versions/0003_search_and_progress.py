"""Search index and progress of jobs."""

import sqlalchemy as sa
from alembic import op

from storage.engine.database import Id

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "progress",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("position", Id, nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    with op.batch_alter_table("case_part", schema=None) as batch_op:
        batch_op.create_index("ix_case_part_inbox", ["inbox_id"], unique=False)
    # The index is filled by a timed job, oldest case first, while the bot runs.
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE case_search USING fts5(grams, content='', detail=none, tokenize='ascii')"
        )
    else:
        op.execute("CREATE TABLE case_search (step_id BIGINT PRIMARY KEY, grams INTEGER[] NOT NULL)")
        op.execute("CREATE INDEX ix_case_search_grams ON case_search USING gin (grams)")


def downgrade() -> None:
    op.execute("DROP TABLE case_search")
    with op.batch_alter_table("case_part", schema=None) as batch_op:
        batch_op.drop_index("ix_case_part_inbox")
    op.drop_table("progress")
