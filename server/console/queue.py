"""The queue page, and the parts of it that are refreshed while it is open."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import Query, Request
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from core_psa.db.fields import MAX_KEY
from core_psa.errors import Invalid, NotFound
from core_psa.reads import lookups
from core_psa.reads.queue import COUNTED, count, newest_id, queue, tally
from core_psa.reads.suggested import suggested
from core_psa.tickets.views import store as saved
from core_psa.tickets.views.tables import SavedView
from core_psa.tickets.waiting.store import came_back
from core_psa.viewer import Viewer
from server.console import channels
from server.console.queue_query import SORT_NAMES, STANDING_NAMES, TABS, QueueQuery, view_address
from server.console.router import page_router
from server.console.session import Console
from server.console.views import page
from server.console.words import count as in_words
from server.live import QUEUE, mark_of

router = page_router()

PAGE = 50


@dataclass(frozen=True)
class Tab:
    """`total` is more than COUNTED where there are more than anybody counts."""

    name: str
    url: str
    total: int
    here: bool

    @property
    def number(self) -> str:
        return in_words(min(self.total, COUNTED), self.total > COUNTED)


@router.get("/queue")
def queue_page(request: Request, visit: Console) -> Response:
    query = QueueQuery.parse(request.query_params)
    wanted = query.filter(visit.viewer)
    with visit.db.read() as session:
        if not request.query_params and (default := saved.default_of(session, visit.viewer)):
            return RedirectResponse(view_address(default), 303)
        offered = lookups.of_the_queue(session, visit.viewer, wanted)
        if wanted.site and wanted.site not in dict(offered.sites):
            return RedirectResponse(query.first_page().url(site=None), 303)  # another customer was chosen
        tabs = _tabs(query, tally(session, visit.viewer, wanted))
        total = next(tab.total for tab in tabs if tab.here)
        try:
            found = queue(session, visit.viewer, wanted, sort=query.sort, cursor=query.cursor, limit=PAGE, total=total)
        except Invalid:  # a cursor of another order, or of another day's link
            return RedirectResponse(query.first_page().url(), 303)
        return page(
            visit,
            "queue.html",
            query=query,
            view=_view(session, visit.viewer, query),
            found=found,
            tabs=tabs,
            suggested=suggested(session, [row.id for row in found.items]),
            choices=offered,
            channel_choices=list(channels.NAMES.items()),
            standing_choices=list(STANDING_NAMES.items()),
            sorts=SORT_NAMES,
            back=came_back(session, visit.viewer) if query.tab == "unsolved" and not query.cursor else [],
            newest=newest_id(session),
            mark=mark_of(session, QUEUE),
        )


def _view(session: Session, viewer: Viewer, query: QueueQuery) -> SavedView | None:
    """The saved view that the list began as, unless it is gone."""
    with suppress(NotFound):
        return saved.get(session, viewer, query.view) if query.view else None
    return None


@router.get("/queue/news")
def news(request: Request, visit: Console, after: Annotated[int, Query(ge=0, le=MAX_KEY)]) -> Response:
    """How many tickets of this list have come in since the page was drawn."""
    query = QueueQuery.parse(request.query_params).first_page()
    wanted = query.filter(visit.viewer)
    with visit.db.read() as session:
        number, _ = count(session, visit.viewer, replace(wanted, after_id=after))
    return page(visit, "queue/news.html", number=number, query=query)


# What a tab shows of what is counted.
_PARTS = {"unsolved": ("open", "paused"), "all": ("open", "paused", "aside", "done")}


def _tabs(query: QueueQuery, counts: Mapping[str, int]) -> Sequence[Tab]:
    totals = {tab: sum(counts[part] for part in _PARTS.get(tab, (tab,))) for tab in TABS}
    return [Tab(name, query.url(state=tab), totals[tab], here=tab == query.tab) for tab, (name, _) in TABS.items()]
