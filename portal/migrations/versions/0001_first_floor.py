"""The first floor: people, tree, protections, pages, jobs, requests, trail

Revision: 0001, after
"""

import sqlalchemy as sa
from alembic import op

from portal.migrations.first_rows import DATED_VALUES, DOCUMENT_TYPES

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    for make in TABLES:
        make()
    guard_trail()
    op.bulk_insert(DOCUMENT_TYPE_ROWS, DOCUMENT_TYPES)
    op.bulk_insert(DATED_VALUE_ROWS, DATED_VALUES)


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER audit_events_append_only ON audit_events")
        op.execute("DROP FUNCTION refuse_change()")
    for table in reversed(TABLE_NAMES):
        op.drop_table(table)


def guard_trail() -> None:
    """Let the database itself refuse to change or delete what stands in the audit trail."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'the audit trail is append-only'; END $$"
        )
        op.execute(
            "CREATE TRIGGER audit_events_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_events "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
        return
    for act in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER audit_events_no_{act.lower()} BEFORE {act} ON audit_events "
            "BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END"
        )


def make_agencies() -> None:
    op.create_table(
        "agencies",
        sa.Column("id", sa.String(length=10), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("sort_key", sa.String(length=700), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("successor_id", sa.String(length=10), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["successor_id"], ["agencies.id"], name=op.f("fk_agencies_successor_id_agencies")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agencies")),
        sa.UniqueConstraint("code", name=op.f("uq_agencies_code")),
    )
    with op.batch_alter_table("agencies", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_agencies_sort_key"), ["sort_key"], unique=False)


def make_audit_events() -> None:
    op.create_table(
        "audit_events",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.String(length=10), nullable=True),
        sa.Column("actor_kind", sa.String(length=20), nullable=False),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("object_kind", sa.String(length=20), nullable=False),
        sa.Column("object_id", sa.String(length=64), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit_events")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("audit_events", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_events_actor_id"), ["actor_id"], unique=False)
        batch_op.create_index("ix_audit_events_object", ["object_kind", "object_id"], unique=False)


def make_blobs() -> None:
    op.create_table(
        "blobs",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_blobs")),
    )


def make_closures() -> None:
    op.create_table(
        "closures",
        sa.Column("node_id", sa.String(length=10), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("node_id", name=op.f("pk_closures")),
    )


def make_dated_values() -> None:
    op.create_table(
        "dated_values",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("value", sa.String(length=2000), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("legal_basis", sa.String(length=300), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dated_values")),
    )
    with op.batch_alter_table("dated_values", schema=None) as batch_op:
        batch_op.create_index("uq_dated_values_key_from", ["key", "valid_from"], unique=True)


def make_document_types() -> None:
    op.create_table(
        "document_types",
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("abbreviation", sa.String(length=20), nullable=False),
        sa.Column("legal_basis", sa.String(length=200), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_document_types")),
    )


def make_job_attempts() -> None:
    op.create_table(
        "job_attempts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("job_id", sa.String(length=10), nullable=False),
        sa.Column("token", sa.Integer(), nullable=False),
        sa.Column("owner", sa.String(length=80), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("error_code", sa.String(length=60), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_attempts")),
    )
    with op.batch_alter_table("job_attempts", schema=None) as batch_op:
        batch_op.create_index("ix_job_attempts_job", ["job_id", "token"], unique=False)


def make_jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("id", sa.String(length=10), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("lane", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("not_before", sa.Float(), nullable=False),
        sa.Column("every_seconds", sa.Integer(), nullable=True),
        sa.Column("owner", sa.String(length=80), nullable=False),
        sa.Column("leased_until", sa.Float(), nullable=True),
        sa.Column("token", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("deaths", sa.Integer(), nullable=False),
        sa.Column("error_code", sa.String(length=60), nullable=False),
        sa.Column("error_values", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("lane IN ('read','desk')", name=op.f("ck_jobs_lane")),
        sa.CheckConstraint("state IN ('waiting','leased','done','dead')", name=op.f("ck_jobs_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
    )
    with op.batch_alter_table("jobs", schema=None) as batch_op:
        batch_op.create_index("ix_jobs_claim", ["lane", "state", "priority", "not_before"], unique=False)
        batch_op.create_index("ix_jobs_owner", ["owner"], unique=False)
        batch_op.create_index(
            "ix_jobs_suspect",
            ["lane", "state"],
            unique=False,
            sqlite_where=sa.text("deaths >= 3"),
            postgresql_where=sa.text("deaths >= 3"),
        )
        batch_op.create_index("uq_jobs_kind_subject", ["kind", "subject"], unique=True)


def make_people() -> None:
    op.create_table(
        "people",
        sa.Column("id", sa.String(length=10), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("session_epoch", sa.Integer(), nullable=False),
        sa.Column("locale", sa.String(length=2), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "role IN ('citizen','operator','archivist','approver','administrator')",
            name=op.f("ck_people_role"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
        sa.UniqueConstraint("email", name=op.f("uq_people_email")),
    )


def make_request_year_counts() -> None:
    op.create_table(
        "request_year_counts",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_request_year_counts")),
    )


def make_search_entries() -> None:
    op.create_table(
        "search_entries",
        sa.Column("key", sa.String(length=12), nullable=False),
        sa.Column("side", sa.String(length=10), nullable=False),
        sa.Column("document_id", sa.String(length=10), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_search_entries")),
    )
    with op.batch_alter_table("search_entries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_search_entries_document_id"), ["document_id"], unique=False)


def make_search_outbox() -> None:
    op.create_table(
        "search_outbox",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("target", sa.String(length=10), nullable=False),
        sa.Column("scope", sa.String(length=10), nullable=False),
        sa.Column("is_bulk", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_search_outbox")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("search_outbox", schema=None) as batch_op:
        batch_op.create_index("ix_search_outbox_bulk_seq", ["is_bulk", "seq"], unique=False)


def make_sign_in_attempts() -> None:
    op.create_table(
        "sign_in_attempts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key_digest", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_attempts")),
    )
    with op.batch_alter_table("sign_in_attempts", schema=None) as batch_op:
        batch_op.create_index("ix_sign_in_attempts_key_at", ["key_digest", "at"], unique=False)


def make_grants() -> None:
    op.create_table(
        "grants",
        sa.Column("id", sa.String(length=10), nullable=False),
        sa.Column("person_id", sa.String(length=10), nullable=False),
        sa.Column("node_id", sa.String(length=10), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("mark", sa.String(length=400), nullable=False),
        sa.Column("given_by", sa.String(length=10), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_by", sa.String(length=10), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoke_reason", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(["given_by"], ["people.id"], name=op.f("fk_grants_given_by_people")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_grants_person_id_people")),
        sa.ForeignKeyConstraint(["revoked_by"], ["people.id"], name=op.f("fk_grants_revoked_by_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grants")),
    )
    with op.batch_alter_table("grants", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_grants_node_id"), ["node_id"], unique=False)
        batch_op.create_index("ix_grants_person_node", ["person_id", "node_id"], unique=False)


def make_login_links() -> None:
    op.create_table(
        "login_links",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.String(length=10), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_login_links_person_id_people")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_login_links")),
    )


def make_tokens() -> None:
    op.create_table(
        "tokens",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_tokens_person_id_people")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_tokens")),
    )
    with op.batch_alter_table("tokens", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tokens_person_id"), ["person_id"], unique=False)


def make_messages() -> None:
    op.create_table(
        "messages",
        sa.Column("id", sa.String(length=10), nullable=False),
        sa.Column("person_id", sa.String(length=10), nullable=False),
        sa.Column("template", sa.String(length=60), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("link", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_messages_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
    )
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.create_index("ix_messages_person_created", ["person_id", "created_at"], unique=False)


def make_nodes() -> None:
    op.create_table(
        "nodes",
        sa.Column("id", sa.String(length=10), nullable=False),
        sa.Column("parent_id", sa.String(length=10), nullable=True),
        sa.Column("path", sa.String(length=120), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("fonds_id", sa.String(length=10), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("title", sa.String(length=1000), nullable=False),
        sa.Column("working_title", sa.String(length=500), nullable=False),
        sa.Column("sort_key", sa.String(length=700), nullable=False),
        sa.Column("agency_id", sa.String(length=10), nullable=True),
        sa.Column("date_from", sa.Date(), nullable=True),
        sa.Column("date_to", sa.Date(), nullable=True),
        sa.Column("number", sa.String(length=80), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("issuer", sa.String(length=300), nullable=False),
        sa.Column("type_code", sa.String(length=20), nullable=True),
        sa.Column("on_paper_only", sa.Boolean(), nullable=False),
        sa.Column("described_by", sa.String(length=10), nullable=True),
        sa.Column("described_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(parent_id IS NULL) = (kind = 'fonds')", name=op.f("ck_nodes_root_is_fonds")),
        sa.CheckConstraint("kind IN ('fonds','file','holding','document')", name=op.f("ck_nodes_kind")),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_nodes_agency_id_agencies")),
        sa.ForeignKeyConstraint(["described_by"], ["people.id"], name=op.f("fk_nodes_described_by_people")),
        sa.ForeignKeyConstraint(["parent_id"], ["nodes.id"], name=op.f("fk_nodes_parent_id_nodes")),
        sa.ForeignKeyConstraint(
            ["type_code"], ["document_types.code"], name=op.f("fk_nodes_type_code_document_types")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nodes")),
    )
    with op.batch_alter_table("nodes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_nodes_fonds_id"), ["fonds_id"], unique=False)
        batch_op.create_index("ix_nodes_number", ["number"], unique=False)
        batch_op.create_index("ix_nodes_parent_position", ["parent_id", "position"], unique=False)
        batch_op.create_index("ix_nodes_parent_sort", ["parent_id", "sort_key"], unique=False)
        batch_op.create_index(
            "uq_nodes_fonds_code",
            ["code"],
            unique=True,
            sqlite_where=sa.text("kind = 'fonds'"),
            postgresql_where=sa.text("kind = 'fonds'"),
        )
        batch_op.create_index(
            "uq_nodes_path", ["path"], unique=True, postgresql_ops={"path": "varchar_pattern_ops"}
        )


def make_protections() -> None:
    op.create_table(
        "protections",
        sa.Column("node_id", sa.String(length=10), nullable=False),
        sa.Column("path", sa.String(length=120), nullable=False),
        sa.Column("level", sa.String(length=12), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("set_by", sa.String(length=10), nullable=True),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "level IS NULL OR level IN ('open','conditional','withheld')", name=op.f("ck_protections_level")
        ),
        sa.ForeignKeyConstraint(["set_by"], ["people.id"], name=op.f("fk_protections_set_by_people")),
        sa.PrimaryKeyConstraint("node_id", name=op.f("pk_protections")),
    )
    with op.batch_alter_table("protections", schema=None) as batch_op:
        batch_op.create_index("ix_protections_level", ["level"], unique=False)
        batch_op.create_index(
            "uq_protections_path", ["path"], unique=True, postgresql_ops={"path": "varchar_pattern_ops"}
        )


def make_requests() -> None:
    op.create_table(
        "requests",
        sa.Column("id", sa.String(length=10), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("person_id", sa.String(length=10), nullable=False),
        sa.Column("purpose", sa.String(length=2000), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_requests_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_requests")),
        sa.UniqueConstraint("number", name=op.f("uq_requests_number")),
    )
    with op.batch_alter_table("requests", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_requests_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_requests_submitted_at"), ["submitted_at"], unique=False)


def make_batches() -> None:
    op.create_table(
        "batches",
        sa.Column("id", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("fonds_id", sa.String(length=10), nullable=False),
        sa.Column("holding_id", sa.String(length=10), nullable=False),
        sa.Column("operator_id", sa.String(length=10), nullable=True),
        sa.Column("declared_no_secret_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["fonds_id"], ["nodes.id"], name=op.f("fk_batches_fonds_id_nodes")),
        sa.ForeignKeyConstraint(["holding_id"], ["nodes.id"], name=op.f("fk_batches_holding_id_nodes")),
        sa.ForeignKeyConstraint(["operator_id"], ["people.id"], name=op.f("fk_batches_operator_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batches")),
    )
    with op.batch_alter_table("batches", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_batches_created_at"), ["created_at"], unique=False)


def make_copies() -> None:
    op.create_table(
        "copies",
        sa.Column("grant_id", sa.String(length=10), nullable=False),
        sa.Column("blob_sha256", sa.String(length=64), nullable=True),
        sa.Column("built_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["blob_sha256"], ["blobs.sha256"], name=op.f("fk_copies_blob_sha256_blobs")),
        sa.ForeignKeyConstraint(["grant_id"], ["grants.id"], name=op.f("fk_copies_grant_id_grants")),
        sa.PrimaryKeyConstraint("grant_id", name=op.f("pk_copies")),
    )


def make_pages() -> None:
    op.create_table(
        "pages",
        sa.Column("id", sa.String(length=10), nullable=False),
        sa.Column("document_id", sa.String(length=10), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("blob_sha256", sa.String(length=64), nullable=False),
        sa.Column("frame", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("dpi", sa.Integer(), nullable=True),
        sa.Column("failure_code", sa.String(length=60), nullable=False),
        sa.CheckConstraint("state IN ('waiting','read','blank','failed')", name=op.f("ck_pages_state")),
        sa.ForeignKeyConstraint(["blob_sha256"], ["blobs.sha256"], name=op.f("fk_pages_blob_sha256_blobs")),
        sa.ForeignKeyConstraint(["document_id"], ["nodes.id"], name=op.f("fk_pages_document_id_nodes")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pages")),
    )
    with op.batch_alter_table("pages", schema=None) as batch_op:
        batch_op.create_index("ix_pages_state", ["state"], unique=False)
        batch_op.create_index("uq_pages_document_number", ["document_id", "number"], unique=True)


def make_request_items() -> None:
    op.create_table(
        "request_items",
        sa.Column("id", sa.String(length=10), nullable=False),
        sa.Column("request_id", sa.String(length=10), nullable=False),
        sa.Column("node_id", sa.String(length=10), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("decided_by", sa.String(length=10), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=2000), nullable=False),
        sa.Column("grant_id", sa.String(length=10), nullable=True),
        sa.Column("end_told_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('submitted','granted','refused','revoked')", name=op.f("ck_request_items_state")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["people.id"], name=op.f("fk_request_items_decided_by_people")
        ),
        sa.ForeignKeyConstraint(["grant_id"], ["grants.id"], name=op.f("fk_request_items_grant_id_grants")),
        sa.ForeignKeyConstraint(["node_id"], ["nodes.id"], name=op.f("fk_request_items_node_id_nodes")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["requests.id"], name=op.f("fk_request_items_request_id_requests")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_items")),
        sa.UniqueConstraint("grant_id", name=op.f("uq_request_items_grant_id")),
    )
    with op.batch_alter_table("request_items", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_request_items_node_id"), ["node_id"], unique=False)
        batch_op.create_index("ix_request_items_state", ["state"], unique=False)
        batch_op.create_index("uq_request_items_request_node", ["request_id", "node_id"], unique=True)


def make_page_texts() -> None:
    op.create_table(
        "page_texts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("page_id", sa.String(length=10), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(length=10), nullable=False),
        sa.Column("engine", sa.String(length=60), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=True),
        sa.Column("milliseconds", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("source IN ('ocr','embedded','human','blank')", name=op.f("ck_page_texts_source")),
        sa.ForeignKeyConstraint(["page_id"], ["pages.id"], name=op.f("fk_page_texts_page_id_pages")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_page_texts")),
    )
    with op.batch_alter_table("page_texts", schema=None) as batch_op:
        batch_op.create_index(
            "uq_page_texts_current",
            ["page_id"],
            unique=True,
            sqlite_where=sa.text("is_current"),
            postgresql_where=sa.text("is_current"),
        )
        batch_op.create_index("uq_page_texts_page_version", ["page_id", "version"], unique=True)


def make_scans() -> None:
    op.create_table(
        "scans",
        sa.Column("id", sa.String(length=10), nullable=False),
        sa.Column("batch_id", sa.String(length=10), nullable=False),
        sa.Column("blob_sha256", sa.String(length=64), nullable=False),
        sa.Column("file_name", sa.String(length=255), nullable=False),
        sa.Column("media_type", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("document_id", sa.String(length=10), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('received','split','refused','duplicate')", name=op.f("ck_scans_state")
        ),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name=op.f("fk_scans_batch_id_batches")),
        sa.ForeignKeyConstraint(["blob_sha256"], ["blobs.sha256"], name=op.f("fk_scans_blob_sha256_blobs")),
        sa.ForeignKeyConstraint(["document_id"], ["nodes.id"], name=op.f("fk_scans_document_id_nodes")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scans")),
    )
    with op.batch_alter_table("scans", schema=None) as batch_op:
        batch_op.create_index("ix_scans_batch", ["batch_id", "created_at"], unique=False)
        batch_op.create_index("ix_scans_blob", ["blob_sha256"], unique=False)
        batch_op.create_index(batch_op.f("ix_scans_document_id"), ["document_id"], unique=False)


TABLES = (
    make_agencies,
    make_audit_events,
    make_blobs,
    make_closures,
    make_dated_values,
    make_document_types,
    make_job_attempts,
    make_jobs,
    make_people,
    make_request_year_counts,
    make_search_entries,
    make_search_outbox,
    make_sign_in_attempts,
    make_grants,
    make_login_links,
    make_tokens,
    make_messages,
    make_nodes,
    make_protections,
    make_requests,
    make_batches,
    make_copies,
    make_pages,
    make_request_items,
    make_page_texts,
    make_scans,
)

TABLE_NAMES = [make.__name__.removeprefix("make_") for make in TABLES]

DOCUMENT_TYPE_ROWS = sa.table(
    "document_types",
    *(sa.column(name) for name in ("code", "name", "abbreviation", "legal_basis", "position")),
    sa.column("valid_from", sa.Date()),
    sa.column("valid_to", sa.Date()),
)

DATED_VALUE_ROWS = sa.table(
    "dated_values",
    *(sa.column(name) for name in ("key", "value", "legal_basis")),
    sa.column("valid_from", sa.Date()),
    sa.column("valid_to", sa.Date()),
)
