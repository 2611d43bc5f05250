"""How a group of API routes is made.

Groups are not included one in another: FastAPI would put every route together twice, half a second of each start.
"""

from fastapi import APIRouter

from server.answers import ExactJson
from server.api.deps import RESPONSES

PREFIX = "/api/v1"


def api_router(tag: str, path: str = "") -> APIRouter:
    """Routes below `path` of the API, under this heading of its documentation."""
    return APIRouter(prefix=PREFIX + path, tags=[tag], responses=RESPONSES, default_response_class=ExactJson)
