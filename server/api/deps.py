"""What every API route gets: the desk and who is calling."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends, Request, Security
from fastapi.security import HTTPBearer
from fastapi.security.http import HTTPAuthorizationCredentials

from core_psa.access import actions as access
from core_psa.db import Database
from core_psa.errors import Unauthenticated
from core_psa.viewer import Viewer
from server.wiring import Desk

_bearer = HTTPBearer(auto_error=False, description="an API key from `fifthcall keys create`")


@dataclass(frozen=True)
class ApiContext:
    desk: Desk
    viewer: Viewer

    @property
    def db(self) -> Database:
        return self.desk.db

    @property
    def now(self) -> datetime:
        return self.desk.db.clock.now()


def _context(request: Request, given: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)]) -> ApiContext:
    if given is None:
        raise Unauthenticated("send 'Authorization: Bearer KEY'; make a key with 'fifthcall keys create'")
    desk: Desk = request.app.state.desk
    return ApiContext(desk, access.viewer_of_key(desk.db, given.credentials))


Api = Annotated[ApiContext, Depends(_context)]


def needs(permission: str) -> Callable[[ApiContext], None]:
    """A route dependency: the caller must hold this permission."""

    def check(api: Api) -> None:
        api.viewer.require(permission)

    return check


_PROBLEM: dict[str, Any] = {
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
}

# Documented once for every route: what each error status means.
RESPONSES: dict[int | str, dict[str, Any]] = {
    400: {"description": "the request is not readable", **_PROBLEM},
    401: {"description": "no valid API key", **_PROBLEM},
    403: {"description": "the key's role lacks a permission", **_PROBLEM},
    404: {"description": "no such record, or none the caller may see", **_PROBLEM},
    409: {"description": "the record is not in the state the caller assumed", **_PROBLEM},
    413: {"description": "the request is too large", **_PROBLEM},
    422: {"description": "a field cannot be accepted; `errors` names each and what is allowed", **_PROBLEM},
    503: {"description": "the store cannot be used now", **_PROBLEM},
}
