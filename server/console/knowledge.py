"""The knowledge: articles to find, read, write and compare."""

import difflib
from typing import Annotated, Any

from fastapi import Query
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from core_psa.db import Work
from core_psa.db.fields import MAX_KEY
from core_psa.knowledge import actions, store
from core_psa.knowledge.markdown import render
from core_psa.knowledge.rules import STATUSES, VISIBILITIES
from core_psa.knowledge.search import search
from core_psa.knowledge.store import ArticleFilter
from core_psa.knowledge.tables import Article
from core_psa.reads.article_page import tickets_of_article
from core_psa.reads.choices import choices
from server.api.models import Key
from server.console.forms import EMPTY, Form, Posted, attempt
from server.console.router import page_router
from server.console.session import Console, Visit
from server.console.views import page, safe_html

router = page_router("/knowledge")

Words = Annotated[str, Query(max_length=500)]
Chosen = Annotated[str, Query(max_length=60)]


@router.get("")
def articles_page(
    visit: Console,
    q: Words = "",
    status: Chosen = "",
    visibility: Chosen = "",
    tag: Chosen = "",
    ticket: str = "",
    cursor: str | None = None,
) -> Response:
    """The newest, or those that hold the words, the best first; with a ticket each can be noted as used in it."""
    given = ArticleFilter(status=status or None, visibility=visibility or None, tag=tag or None)
    with visit.db.read() as session:
        if q.strip():
            found = search(session, visit.viewer, q, given, cursor, 25)
            rows, following = [(hit.article, hit.excerpt) for hit in found.rows], found.next_cursor
        else:
            listed = store.article_page(session, visit.viewer, given, cursor, 25)
            rows, following = [(row, []) for row in listed.rows], listed.next_cursor
        ids = [row.id for row, _ in rows]
        tags, judged = store.tags_of(session, ids), store.helpfulness(session, ids)
        most_used = store.all_tags(session, visit.viewer)[:20]
    chosen = {"q": q, "status": status, "visibility": visibility, "tag": tag, "ticket": ticket}
    return page(
        visit,
        "knowledge/articles.html",
        rows=rows,
        tags=tags,
        judged=judged,
        most_used=most_used,
        next_cursor=following,
        chosen=chosen,
        statuses=STATUSES,
        visibilities=VISIBILITIES,
        ticket=_number(ticket),
    )


@router.get("/new")
def new_page(visit: Console) -> Response:
    visit.viewer.require("knowledge.edit")
    return _form(visit, None)


@router.post("/new")
def create(visit: Console, form: Posted) -> Response:
    made: list[int] = []
    errors = attempt(visit.db, lambda w: made.append(actions.create_article(w, visit.viewer, **_given(form)).id))
    return _form(visit, None, form, errors) if errors else RedirectResponse(f"/knowledge/{made[0]}?saved=1", 303)


@router.post("/preview")
def preview(visit: Console, form: Posted) -> Response:
    """What is being written, as it will be read; nothing is stored."""
    visit.viewer.require("knowledge.see")
    return page(visit, "knowledge/preview.html", html=safe_html(render(form.text("body")[:200_000])))


@router.get("/{article_id}")
def article_page(article_id: Key, visit: Console, ticket: str = "") -> Response:
    with visit.db.read() as session:
        row = store.article(session, visit.viewer, article_id)
        return page(visit, "knowledge/article.html", ticket=_number(ticket), **_facts(session, visit, row))


def _facts(session: Session, visit: Visit, row: Article) -> dict[str, Any]:
    offered = choices(session, customers=True)
    names = dict(offered.customers)
    return {
        "article": row,
        "html": safe_html(render(row.body)),
        "tags": store.tags_of(session, [row.id]).get(row.id, []),
        "customers": [names.get(i, str(i)) for i in store.customers_of(session, [row.id]).get(row.id, [])],
        "category": dict(offered.categories).get(row.category_id or 0),
        "judged": store.helpfulness(session, [row.id]).get(row.id, (0, 0)),
        "feedback": store.feedback_page(session, visit.viewer, row.id, limit=10).rows,
        "tickets": tickets_of_article(session, visit.viewer, row.id),
    }


@router.post("/{article_id}/feedback")
def give_feedback(article_id: Key, visit: Console, form: Posted) -> Response:
    helpful = form.text("helpful") == "yes"
    attempt(
        visit.db,
        lambda w: actions.give_feedback(w, visit.viewer, article_id, helpful=helpful, comment=form.text("comment")),
    )
    return RedirectResponse(f"/knowledge/{article_id}?saved=1", 303)


@router.get("/{article_id}/edit")
def edit_page(article_id: Key, visit: Console) -> Response:
    visit.viewer.require("knowledge.edit")
    with visit.db.read() as session:
        row = store.article(session, visit.viewer, article_id)
    return _form(visit, row)


@router.post("/{article_id}/edit")
def save(article_id: Key, visit: Console, form: Posted) -> Response:
    def change(w: Work) -> None:
        actions.update_article(w, visit.viewer, article_id, expected_version=form.number("version"), **_given(form))

    errors = attempt(visit.db, change)
    if not errors:
        return RedirectResponse(f"/knowledge/{article_id}?saved=1", 303)
    with visit.db.read() as session:
        row = store.article(session, visit.viewer, article_id)
    return _form(visit, row, form, errors)


@router.get("/{article_id}/history")
def history_page(
    article_id: Key, visit: Console, version: Annotated[int | None, Query(ge=1, le=MAX_KEY)] = None
) -> Response:
    """The versions, and what one of them changed, line by line."""
    with visit.db.read() as session:
        row = store.article(session, visit.viewer, article_id)
        versions = store.version_page(session, visit.viewer, article_id, limit=200).rows
        after = store.version(session, visit.viewer, article_id, version or row.version)
        older = [held for held in versions if held.version < after.version]
    before = older[0].body if older else ""
    return page(
        visit,
        "knowledge/history.html",
        article=row,
        versions=versions,
        shown=after,
        lines=_difference(before, after.body),
    )


@router.post("/{article_id}/restore")
def restore(article_id: Key, visit: Console, form: Posted) -> Response:
    attempt(visit.db, lambda w: actions.restore(w, visit.viewer, article_id, form.number("version") or 0))
    return RedirectResponse(f"/knowledge/{article_id}?saved=1", 303)


def _difference(before: str, after: str) -> list[tuple[str, str]]:
    """(sign, line) with + for what came, - for what went, and a blank for what stayed beside it."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), n=3, lineterm="")
    return [(line[0], line[1:]) for line in list(lines)[2:]]


def _given(form: Form) -> Any:
    """What the form says; its lists are parted by commas."""
    return {
        "title": form.text("title"),
        "body": form.text("body"),
        "status": form.text("status", "draft"),
        "visibility": form.text("visibility", "internal"),
        "category_id": form.number("category_id"),
        "tags": [tag.strip() for tag in form.text("tags").split(",") if tag.strip()],
        "customers": form.numbers("customers"),
        "remark": form.text("remark"),
    }


def _form(visit: Visit, row: Article | None, form: Form = EMPTY, errors: dict[str, str] | None = None) -> Response:
    with visit.db.read() as session:
        held = [] if row is None else [row.id]
        return page(
            visit,
            "knowledge/edit.html",
            status=422 if errors else 200,
            article=row,
            form=form,
            errors=errors or {},
            tags=", ".join(store.tags_of(session, held).get(held[0], [])) if held else "",
            customers=store.customers_of(session, held).get(held[0], []) if held else [],
            choices=choices(session, customers=True),
            statuses=STATUSES,
            visibilities=VISIBILITIES,
        )


def _number(written: str) -> int | None:
    return int(written) if written.isascii() and written.isdecimal() and len(written) <= 18 else None
