"""Alembic's entry: runs on the connection it is handed, batch mode on, so that SQLite can alter tables too."""

from alembic import context

from core_psa.tables import METADATA

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=METADATA, render_as_batch=True)
context.run_migrations()
