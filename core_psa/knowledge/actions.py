"""Saving articles: every save is a version, and going back to an older one is a save too."""

from collections.abc import Sequence
from typing import Any, TypedDict, Unpack

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core_psa.audit import actions as audit
from core_psa.customers.tables import Customer
from core_psa.db import Work, fields
from core_psa.db.forms import Form
from core_psa.db.records import get, save
from core_psa.errors import Conflict, FieldError, Invalid
from core_psa.knowledge import rules, store
from core_psa.knowledge.markdown import plain
from core_psa.knowledge.tables import (
    Article,
    ArticleCustomer,
    ArticleFeedback,
    ArticleTag,
    ArticleTicket,
    ArticleVersion,
)
from core_psa.viewer import Viewer


class ArticleFields(TypedDict, total=False):
    """`body` is Markdown; `customers` are the ids of those it is for; `remark` says why it was saved."""

    title: str
    body: str
    visibility: str
    status: str
    category_id: int | None
    language: str
    tags: Sequence[str]
    customers: Sequence[int]
    remark: str


class ArticleChanged(Conflict):
    """Somebody saved the article in between."""

    def __init__(self, article_id: int, expected: int, actual: int) -> None:
        super().__init__(f"article {article_id} is at version {actual}, not {expected}: look at what was changed")
        self.article_id, self.expected, self.actual = article_id, expected, actual


def create_article(w: Work, viewer: Viewer, **given: Unpack[ArticleFields]) -> Article:
    """Needs a title. A new article is an internal draft unless told otherwise."""
    viewer.require("knowledge.edit")
    form = Form(given, rules.ARTICLE, ["title"])
    form.refers(w.session, Article.category_id)
    values = {"body": "", "visibility": "internal", "status": "draft", **_accepted(w.session, form)}
    _may_put_before_customers(viewer, values["status"], values["visibility"])
    lists = {name: values.pop(name, []) for name in ("tags", "customers")}
    _must_be_for_somebody(values["visibility"], lists["customers"])
    remark = values.pop("remark", "")
    row = Article(**values, search_text="", version=0, author=viewer.name, created_at=w.now, updated_at=w.now)
    save(w.session, row)
    _save(w, viewer, row, lists, remark)
    return row


def update_article(
    w: Work, viewer: Viewer, article_id: int, *, expected_version: int | None = None, **given: Unpack[ArticleFields]
) -> Article:
    """Saves what differs as the next version; nothing is written where nothing does. Raises ArticleChanged."""
    viewer.require("knowledge.edit")
    row = _locked(w, viewer, article_id, expected_version)
    form = Form(given, rules.ARTICLE)
    form.refers(w.session, Article.category_id)
    values = _accepted(w.session, form)
    _may_put_before_customers(viewer, row.status, row.visibility)
    _may_put_before_customers(viewer, values.get("status", row.status), values.get("visibility", row.visibility))
    before = _lists(w.session, row)
    lists = {name: values.pop(name, list(held)) for name, held in before.items()}
    _must_be_for_somebody(values.get("visibility", row.visibility), lists["customers"])
    remark = values.pop("remark", "")
    if lists == before and all(getattr(row, name) == value for name, value in values.items()):
        return row
    for name, value in values.items():
        setattr(row, name, value)
    _save(w, viewer, row, lists, remark)
    return row


def restore(w: Work, viewer: Viewer, article_id: int, number: int, *, expected_version: int | None = None) -> Article:
    """Brings back the title and text of an older version. Who may read the article stays as it is now."""
    old = store.version(w.session, viewer, article_id, number)
    return update_article(
        w,
        viewer,
        article_id,
        expected_version=expected_version,
        title=old.title,
        body=old.body,
        remark=f"version {number} restored",
    )


def give_feedback(w: Work, viewer: Viewer, article_id: int, *, helpful: bool, comment: str = "") -> ArticleFeedback:
    """What this reader thinks of the article. Saying it again replaces what they said before."""
    row = store.article(w.session, viewer, article_id)
    if viewer.id is None:
        raise Invalid(FieldError("reader", "only a person or a key can say whether an article helped"))
    said = Form({"comment": comment}, {"comment": fields.text}).accepted()
    mine = (ArticleFeedback.reader_kind == viewer.kind, ArticleFeedback.reader_id == viewer.id)
    w.session.execute(delete(ArticleFeedback).where(ArticleFeedback.article_id == row.id, *mine))
    feedback = ArticleFeedback(
        article_id=row.id,
        version=row.version,
        helpful=helpful,
        **said,
        reader_kind=viewer.kind,
        reader_id=viewer.id,
        reader=viewer.name,
        at=w.now,
    )
    save(w.session, feedback)
    return feedback


def link_ticket(w: Work, viewer: Viewer, article_id: int, ticket_id: int, kind: str) -> bool:
    """Remembers that the article was used in a ticket, or solved it; returns whether that is new.

    Whether the viewer may change the ticket is the caller's to ask; see `core_psa.desk`.
    """
    row = store.article(w.session, viewer, article_id)
    kind = Form({"kind": kind}, {"kind": fields.one_of(*rules.LINKS)}).accepted()["kind"]
    held = w.session.get(ArticleTicket, (row.id, ticket_id))
    if held is not None and held.kind in (kind, "solved"):
        return False
    link = held or ArticleTicket(article_id=row.id, ticket_id=ticket_id)
    link.kind, link.by, link.at = kind, viewer.name, w.now
    save(w.session, link)
    return True


def _locked(w: Work, viewer: Viewer, article_id: int, expected_version: int | None) -> Article:
    store.article(w.session, viewer, article_id)
    row = get(w.session, Article, article_id, lock=True)
    if expected_version is not None and row.version != expected_version:
        raise ArticleChanged(article_id, expected_version, row.version)
    return row


def _accepted(session: Session, form: Form) -> dict[str, Any]:
    wanted = form.values.get("customers", [])
    known = set(session.scalars(select(Customer.id).where(Customer.id.in_(wanted))))
    for customer_id in sorted(set(wanted) - known):
        form.refuse("customers", f"there is no customer {customer_id}")
    return form.accepted()


def _may_put_before_customers(viewer: Viewer, status: str, visibility: str) -> None:
    if rules.before_customers(status, visibility):
        viewer.require("knowledge.publish")


def _must_be_for_somebody(visibility: str, customers: Sequence[int]) -> None:
    if visibility == "customers" and not customers:
        raise Invalid(FieldError("customers", "say which customers it is for, or choose another visibility"))


def _lists(session: Session, row: Article) -> dict[str, list[Any]]:
    return {
        "tags": store.tags_of(session, [row.id]).get(row.id, []),
        "customers": store.customers_of(session, [row.id]).get(row.id, []),
    }


def _save(w: Work, viewer: Viewer, row: Article, lists: dict[str, list[Any]], remark: str) -> None:
    """Writes the row, its lists and its version; `row` holds the new values already."""
    row.version += 1
    row.updated_at = w.now
    row.search_text = "\n".join([" ".join(lists["tags"]), plain(row.body)]).strip()
    if row.status == "published" and row.published_at is None:
        row.published_at = w.now
    save(w.session, row)
    _set_lists(w.session, row.id, lists)
    about = {"status": row.status, "visibility": row.visibility, "category_id": row.category_id, **lists}
    version = ArticleVersion(
        article_id=row.id,
        version=row.version,
        title=row.title,
        body=row.body,
        about=about,
        remark=remark,
        author_kind=viewer.kind,
        author_id=viewer.id,
        author=viewer.name,
        at=w.now,
    )
    save(w.session, version)
    _record(w, viewer, row, about)


def _record(w: Work, viewer: Viewer, row: Article, about: dict[str, Any]) -> None:
    """The audit log tells who put what before whom; the words themselves stand in the versions."""
    former = w.session.get(ArticleVersion, (row.id, row.version - 1))
    before = former.about if former else {}
    changes = {name: [before.get(name), value] for name, value in about.items() if before.get(name) != value}
    changes["version"] = [row.version - 1 or None, row.version]
    audit.record(w, viewer, "updated" if former else "created", "article", row.id, changes)


def _set_lists(session: Session, article_id: int, lists: dict[str, list[Any]]) -> None:
    session.execute(delete(ArticleTag).where(ArticleTag.article_id == article_id))
    session.execute(delete(ArticleCustomer).where(ArticleCustomer.article_id == article_id))
    save(session, *(ArticleTag(tag=tag, article_id=article_id) for tag in lists["tags"]))
    save(session, *(ArticleCustomer(article_id=article_id, customer_id=c) for c in lists["customers"]))
