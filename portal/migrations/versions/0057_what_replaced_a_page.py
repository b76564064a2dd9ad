"""Which page shows the paper of a page that was scanned again, wherever it was moved since

Revision: 0057, after 0056

Of rows of before it is filled in only where no page of their document can have got another number since: none
was moved, and none was set aside for another reason; and only where the page at the place came in a file of
its own.
"""

import sqlalchemy as sa
from alembic import op

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None

WHERE_CERTAIN = """
    UPDATE set_aside SET replaced_by = (
        SELECT now.id FROM pages AS now
        JOIN pages AS old ON old.id = set_aside.page_id
        WHERE now.document_id = set_aside.document_id AND now.number = set_aside.number
        AND now.scan_id <> old.scan_id
        AND (SELECT count(*) FROM pages AS same WHERE same.scan_id = now.scan_id) = 1
    )
    WHERE reason = 'replaced'
    AND NOT EXISTS (
        SELECT 1 FROM page_moves
        WHERE from_document = set_aside.document_id OR to_document = set_aside.document_id
    )
    AND NOT EXISTS (
        SELECT 1 FROM set_aside AS other
        WHERE other.document_id = set_aside.document_id AND other.reason <> 'replaced'
    )
    AND (
        SELECT count(*) FROM set_aside AS twice
        WHERE twice.document_id = set_aside.document_id AND twice.number = set_aside.number
    ) = 1
"""


def upgrade() -> None:
    op.add_column("set_aside", sa.Column("replaced_by", sa.String(10), nullable=True))
    op.execute(WHERE_CERTAIN)
    op.create_index("ix_set_aside_replaced_by", "set_aside", ["replaced_by"])


def downgrade() -> None:
    op.drop_index("ix_set_aside_replaced_by", "set_aside")
    with op.batch_alter_table("set_aside") as table:
        table.drop_column("replaced_by")
