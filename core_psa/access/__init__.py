"""Who may come in: passwords, server-side sessions, API keys, and the answers kept for idempotent requests."""
