"""HTTP, commands, settings and wiring: where everything is put together. Imported by nobody inside."""
