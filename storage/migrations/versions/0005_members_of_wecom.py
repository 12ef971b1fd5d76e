"""The pace at which members of WeCom are written to, and the cards they were sent."""

import sqlalchemy as sa
from alembic import op

from storage.engine.database import Id, Instant

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "pace",
        sa.Column("key", sa.String(length=192), nullable=False),
        sa.Column("minute_full_at", Instant(), nullable=False),
        sa.Column("hour_full_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_table(
        "card",
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("question_id", Id, nullable=False),
        sa.Column("member", sa.String(length=128), nullable=False),
        sa.Column("response_code", sa.String(length=256), nullable=False),
        sa.Column("chosen", sa.String(length=64), nullable=False),
        sa.Column("noted_at", Instant(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["question_id"], ["question.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("card", schema=None) as batch_op:
        batch_op.create_index("ix_card_question", ["question_id"], unique=False)
        batch_op.create_index(
            "ix_card_unchanged",
            ["noted_at"],
            unique=False,
            postgresql_where=sa.text("changed_at IS NULL"),
            sqlite_where=sa.text("changed_at IS NULL"),
        )


def downgrade() -> None:
    op.drop_table("card")
    op.drop_table("pace")
