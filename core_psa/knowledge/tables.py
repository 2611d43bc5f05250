from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from core_psa.db import Base

_DESK = text("scope = 'desk'")


class Article(Base):
    """One text that helps. `search_text` is its tags and its words without markup, `version` rises with every save."""

    __tablename__ = "article"
    __table_args__ = (
        CheckConstraint("visibility IN ('internal', 'customers', 'public')", name="visibility"),
        CheckConstraint("status IN ('draft', 'published', 'retired')", name="status"),
        Index("ix_article_updated", "updated_at", "id"),
        UniqueConstraint("source", "external_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    body: Mapped[str]
    search_text: Mapped[str]
    visibility: Mapped[str] = mapped_column(default="internal")
    status: Mapped[str] = mapped_column(default="draft")
    category_id: Mapped[int | None] = mapped_column(ForeignKey("category.id"), index=True)
    language: Mapped[str] = mapped_column(default="en")
    version: Mapped[int] = mapped_column(default=1)
    author: Mapped[str]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    source: Mapped[str | None]
    external_id: Mapped[str | None]


class ArticleVersion(Base):
    """The article as one save left it. `about` holds what else was said of it then: status, visibility, tags, customers."""

    __tablename__ = "article_version"

    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    body: Mapped[str]
    about: Mapped[dict[str, Any]] = mapped_column(JSON)
    remark: Mapped[str] = mapped_column(default="")
    author_kind: Mapped[str]
    author_id: Mapped[int | None]
    author: Mapped[str]
    at: Mapped[datetime]


class ArticleCustomer(Base):
    """A customer whose users may read an article that is for certain customers."""

    __tablename__ = "article_customer"

    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), primary_key=True, index=True)


class ArticleTag(Base):
    __tablename__ = "article_tag"

    tag: Mapped[str] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), primary_key=True, index=True)


class ArticleFeedback(Base):
    """Whether the article helped somebody. One opinion a person: saying it again replaces it."""

    __tablename__ = "article_feedback"
    __table_args__ = (UniqueConstraint("article_id", "reader_kind", "reader_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"))
    version: Mapped[int]
    helpful: Mapped[bool]
    comment: Mapped[str] = mapped_column(default="")
    reader_kind: Mapped[str]
    reader_id: Mapped[int]
    reader: Mapped[str]
    at: Mapped[datetime]


class ArticleTicket(Base):
    """A ticket the article was used in, or solved."""

    __tablename__ = "article_ticket"
    __table_args__ = (CheckConstraint("kind IN ('used', 'solved')", name="kind"),)

    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), primary_key=True, index=True)
    kind: Mapped[str]
    by: Mapped[str]
    at: Mapped[datetime]


class CannedAnswer(Base):
    """A ready text for replies: one agent's own, a team's, or the whole desk's."""

    __tablename__ = "canned_answer"
    __table_args__ = (
        CheckConstraint("scope IN ('personal', 'team', 'desk')", name="scope"),
        CheckConstraint(
            "(scope = 'personal') = (agent_id IS NOT NULL) AND (scope = 'team') = (team_id IS NOT NULL)", name="owner"
        ),
        # What is shared goes by its name.
        Index("uq_canned_answer_team", "team_id", "name", unique=True),
        Index("uq_canned_answer_desk", "name", unique=True, sqlite_where=_DESK, postgresql_where=_DESK),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    body: Mapped[str]
    scope: Mapped[str]
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"), index=True)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"), index=True)
    active: Mapped[bool] = mapped_column(default=True)
    updated_at: Mapped[datetime]


class CallScript(Base):
    """Questions to ask on the phone; `version` is the newest of its versions."""

    __tablename__ = "call_script"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    description: Mapped[str] = mapped_column(default="")
    active: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int]
    updated_at: Mapped[datetime]


class CallScriptVersion(Base):
    """The tree of questions as one save left it; what was answered names the version it was asked by."""

    __tablename__ = "call_script_version"

    script_id: Mapped[int] = mapped_column(ForeignKey("call_script.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    questions: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    author: Mapped[str]
    at: Mapped[datetime]
