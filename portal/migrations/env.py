"""How Alembic reaches the database and the models."""

from __future__ import annotations

from alembic import context
from sqlalchemy import create_engine, pool

import portal.access.appeal_rows
import portal.access.attachment_rows
import portal.access.auto_rows
import portal.access.basket
import portal.access.exposure_rows
import portal.access.guest_rows
import portal.access.half_written
import portal.access.letters.rows
import portal.access.models
import portal.access.review_rows
import portal.accounts.absences
import portal.accounts.choice_rows
import portal.accounts.lending
import portal.accounts.models
import portal.audit.models
import portal.catalogue.beginnings
import portal.catalogue.code_rows
import portal.catalogue.models
import portal.catalogue.redaction_rows
import portal.catalogue.search_rows
import portal.catalogue.usage.models
import portal.core.dated
import portal.ingest.archive_rows
import portal.ingest.check_rows
import portal.ingest.flag_rows
import portal.ingest.legacy_rows
import portal.ingest.models
import portal.ingest.rearranging_rows
import portal.ingest.secret_rows
import portal.ingest.set_aside_rows
import portal.ingest.signature_rows
import portal.ingest.steering_rows
import portal.ingest.takeout_rows
import portal.jobs.models
import portal.jobs.pauses
import portal.jobs.rests
import portal.mail.models
import portal.purging.rows
import portal.rights.models
import portal.storage.models  # noqa: F401
from portal.core.db import Base

url = context.config.get_main_option("sqlalchemy.url")
if not url:
    raise SystemExit("no database address")
engine = create_engine(url, poolclass=pool.NullPool)
with engine.connect() as connection:
    is_sqlite = connection.dialect.name == "sqlite"
    if is_sqlite:
        # SQLite changes a constraint by writing the table anew, and while the old one goes it must not mind
        # what points to it. It can be told so only outside of transactions; the end is checked.
        connection.connection.driver_connection.execute("PRAGMA foreign_keys = OFF")
    context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()
        if is_sqlite and (lost := connection.exec_driver_sql("PRAGMA foreign_key_check").first()):
            raise SystemExit(f"the migration would leave a row of {lost[0]} that points to nothing")
    connection.commit()
