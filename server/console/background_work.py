"""One line about what the desk is busy with in the background; it asks for itself again, so no page has to be reloaded."""

from starlette.responses import Response

from server.console.router import page_router
from server.console.session import Console
from server.console.views import page

router = page_router()


@router.get("/background-work")
def background_work(visit: Console) -> Response:
    return page(visit, "background_work.html")
