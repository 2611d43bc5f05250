"""The way to every setting."""

from starlette.responses import Response

from core_psa.errors import Forbidden
from server.console.administration import offered
from server.console.router import page_router
from server.console.session import Console
from server.console.views import page

router = page_router()


@router.get("/administration")
def administration_page(visit: Console) -> Response:
    areas = offered(visit.viewer)
    if not areas:
        raise Forbidden("settings.see")
    return page(visit, "administration.html", areas=areas)
