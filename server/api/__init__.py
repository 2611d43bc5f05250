"""The REST API under /api/v1: JSON in, JSON out, `Authorization: Bearer KEY`, errors as problem details."""
