"""How Alembic reaches the database and the models."""

from __future__ import annotations

from alembic import context
from sqlalchemy import create_engine, pool

import portal.access.models
import portal.accounts.models
import portal.audit.models
import portal.catalogue.beginnings
import portal.catalogue.models
import portal.catalogue.usage.models
import portal.core.dated
import portal.ingest.models
import portal.jobs.models
import portal.mail.models
import portal.rights.models
import portal.storage.models  # noqa: F401
from portal.core.db import Base

url = context.config.get_main_option("sqlalchemy.url")
if not url:
    raise SystemExit("no database address")
engine = create_engine(url, poolclass=pool.NullPool)
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
