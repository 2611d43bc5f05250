"""The web application: routes, error answers, security, and the life of what runs beside them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from starlette.exceptions import HTTPException
from starlette.responses import Response

from core_psa.errors import DomainError
from core_psa.organisation.store import is_sandbox
from server.answers import ExactJson, Problem
from server.api import (
    access,
    agents,
    agreements,
    approvals,
    articles,
    assets,
    attachments,
    audit,
    bulk,
    calendars,
    checklists,
    configuration,
    contacts,
    customers,
    dispatch,
    documents,
    following,
    going_live,
    notices,
    organisation,
    phrases,
    relations,
    remote,
    reports,
    roles,
    schedules,
    search,
    service_levels,
    sla_policies,
    suggestions,
    tickets,
    users,
    views,
    waiting,
    workflows,
)
from server.api import routing as routing_api
from server.api import settings as settings_api
from server.api.documented import PROBLEM
from server.console import routes as console
from server.errors import field_error, problem, status_of
from server.guesses import Guesses
from server.metrics import DeskMetrics
from server.security import SANDBOX, BodyLimit, SecurityHeaders
from server.wiring import Desk

log = structlog.get_logger()

API_ROUTERS = (
    tickets.router,
    search.router,
    suggestions.router,
    organisation.router,
    access.router,
    agents.router,
    roles.router,
    audit.router,
    customers.router,
    users.router,
    contacts.router,
    calendars.router,
    agreements.router,
    sla_policies.router,
    service_levels.router,
    reports.router,
    settings_api.router,
    routing_api.router,
    articles.router,
    attachments.router,
    checklists.router,
    assets.router,
    remote.router,
    documents.router,
    phrases.router,
    workflows.router,
    approvals.router,
    following.router,
    notices.router,
    relations.router,
    waiting.router,
    schedules.router,
    views.router,
    bulk.router,
    dispatch.router,
    configuration.router,
    going_live.router,
)


def create_app(desk: Desk) -> FastAPI:
    """The application over an opened desk. Starting it starts triage; stopping it closes the desk."""
    app = FastAPI(
        title="Fifthcall",
        version="1",
        lifespan=_life,
        default_response_class=ExactJson,
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
    )
    app.add_middleware(BodyLimit)
    app.add_middleware(SecurityHeaders, SANDBOX if _is_sandbox(desk) else ())
    for router in API_ROUTERS:
        app.router.routes.extend(router.routes)
    console.install(app)
    _add_operations(app)
    _add_errors(app)
    app.openapi = lambda: _openapi(app)  # type: ignore[method-assign]
    put_before(app, desk)
    return app


def put_before(app: FastAPI, desk: Desk) -> None:
    """Has an application that does not run answer for this desk from now on; a sandbox needs one of its own."""
    app.state.desk = desk
    app.state.guesses = Guesses()


@asynccontextmanager
async def _life(app: FastAPI) -> AsyncIterator[None]:
    desk: Desk = app.state.desk
    desk.start()
    yield
    desk.close()


def _is_sandbox(desk: Desk) -> bool:
    """Once for the life of the process: a desk is made one, and stays one."""
    with desk.db.read() as session:
        return is_sandbox(session)


def _add_operations(app: FastAPI) -> None:
    @app.get("/healthz", include_in_schema=False)
    def healthz() -> Response:
        return ExactJson({"status": "ok"})

    @app.get("/readyz", include_in_schema=False)
    def readyz() -> Response:
        """Ready means tickets can come in; `triage` says whether they get suggestions. A desk that starts waits for that."""
        desk: Desk = app.state.desk
        with desk.db.read() as session:
            session.connection()
        starting = desk.triage.state == "starting"
        answer = {"status": "starting" if starting else "ready", "triage": desk.triage.state}
        return ExactJson({**answer, "trouble": desk.triage.trouble}, status_code=503 if starting else 200)

    @app.get("/metrics", include_in_schema=False)
    def metrics() -> Response:
        registry = CollectorRegistry()
        registry.register(DeskMetrics(app.state.desk))
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)


def _add_errors(app: FastAPI) -> None:
    @app.exception_handler(DomainError)
    def domain_error(request: Request, error: DomainError) -> Response:
        if console.wants_page(request):
            return console.error_page(request, error)
        headers = {"www-authenticate": "Bearer"} if status_of(error) == 401 else None
        return Problem(problem(error), status_code=status_of(error), headers=headers)

    @app.exception_handler(RequestValidationError)
    def validation_error(request: Request, error: RequestValidationError) -> Response:
        if console.wants_page(request):
            mistyped = any(e["loc"][0] == "path" for e in error.errors())
            return console.http_error_page(request, HTTPException(404 if mistyped else 422))
        errors = [field_error(_field(e["loc"]), e["msg"]) for e in error.errors()]
        broken = any(e["type"] == "json_invalid" for e in error.errors())
        status = 400 if broken else 422
        detail = "; ".join(f"{e['field']}: {e['message']}" for e in errors)
        title = "Bad Request" if broken else "Unprocessable Entity"
        body = {"type": "about:blank", "title": title, "status": status, "detail": detail, "errors": errors}
        return Problem(body, status_code=status)

    @app.exception_handler(HTTPException)
    def http_error(request: Request, error: HTTPException) -> Response:
        if console.wants_page(request):
            return console.http_error_page(request, error)
        body = {
            "type": "about:blank",
            "title": str(error.detail),
            "status": error.status_code,
            "detail": "",
            "errors": [],
        }
        return Problem(body, status_code=error.status_code, headers=error.headers)

    @app.exception_handler(Exception)
    def unforeseen(request: Request, _: Exception) -> Response:
        """What happened is in the log; whoever asked is told so, and no more."""
        if console.wants_page(request):
            return console.http_error_page(request, HTTPException(500))
        return Problem(problem(DomainError("it has been written to the log")), status_code=500)


def _field(location: tuple[Any, ...]) -> str:
    """The field's name as the caller wrote it, without where in the request it stood."""
    return ".".join(str(part) for part in location[1:]) or str(location[0])


def _openapi(app: FastAPI) -> dict[str, Any]:
    if app.openapi_schema is None:
        schema = get_openapi(title=app.title, version=app.version, routes=app.routes, description=_ABOUT)
        schema.setdefault("components", {}).setdefault("schemas", {})["Problem"] = PROBLEM
        app.openapi_schema = schema
    return app.openapi_schema


_ABOUT = (
    "Everything the pages do. Lists are cursor-paged, changes take If-Match with a ticket's version, opening a ticket takes "
    "an Idempotency-Key; errors are problem details that name each field and what is allowed."
)
