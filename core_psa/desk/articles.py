"""Tickets and the articles they lead to: using one, and writing one from what solved a ticket."""

from sqlalchemy import select

from core_psa.db import Work
from core_psa.desk.remarks import remark, ticket_to_annotate
from core_psa.desk.steps import begin
from core_psa.knowledge import actions as knowledge
from core_psa.knowledge import store as articles
from core_psa.knowledge.tables import Article
from core_psa.tickets import store
from core_psa.tickets.tables import Action, Ticket
from core_psa.viewer import Viewer


def use_article(w: Work, viewer: Viewer, ticket_id: int, article_id: int, kind: str = "used") -> Action | None:
    """Notes on the ticket that an article was used in it, or solved it; None where that stands there already."""
    ticket = ticket_to_annotate(w, viewer, ticket_id)
    if not knowledge.link_ticket(w, viewer, article_id, ticket_id, kind):
        return None
    title = articles.article(w.session, viewer, article_id).title
    return remark(w, viewer, ticket, "article", {"article": [None, {"id": article_id, "name": title, "kind": kind}]})


def draft_article(w: Work, viewer: Viewer, ticket_id: int) -> Article:
    """An internal draft with what was asked and what helped, tied to the ticket; asked again it is the same draft.

    Raises ActionRefused for a ticket that nobody has solved.
    """
    step = begin(w, viewer, ticket_id, "note")
    ticket = step.ticket
    viewer.require("knowledge.edit")
    if ticket.resolved_at is None:
        raise step.refused(["nothing has solved this ticket yet"], "article draft")
    for article, kind in articles.articles_of_ticket(w.session, viewer, ticket_id):
        if kind == "solved" and article.status == "draft":
            return article
    article = knowledge.create_article(
        w,
        viewer,
        title=" ".join(ticket.subject.split())[:500] or f"Ticket {ticket.number}",
        body=_body(w, ticket),
        category_id=ticket.category_id,
        tags=[tag[:60] for tag in store.tags_of(w.session, [ticket_id]).get(ticket_id, [])][:20],
        remark=f"from ticket {ticket.number}",
    )
    use_article(w, viewer, ticket_id, article.id, "solved")
    return article


def _body(w: Work, ticket: Ticket) -> str:
    text = store.text_of(w.session, ticket.id)
    first = select(Action.body).where(Action.ticket_id == ticket.id).order_by(Action.id).limit(1)
    asked = text.text if text else w.session.scalar(first) or ""
    solved = store.resolutions_of(w.session, [ticket.id]).get(ticket.id, "")
    # What a customer wrote is quoted, so that it is never taken for markup or for our own words.
    quoted = "\n".join(f"> {line}" for line in asked[:20_000].splitlines())
    return f"## What was reported\n\n{quoted}\n\n## What helped\n\n{solved[:20_000]}\n"
