"""How a group of pages is made; see `server.api.router`."""

from fastapi import APIRouter

from server.answers import ExactJson


def page_router(prefix: str = "") -> APIRouter:
    """Pages below this address; no part of the API's documentation."""
    return APIRouter(prefix=prefix, include_in_schema=False, default_response_class=ExactJson)
