"""The store's first tables."""

import sqlalchemy as sa
from alembic import op

from core_psa import db

revision = "0001"
down_revision = None

TABLES = [
    "agent",
    "audit_entry",
    "calendar",
    "category",
    "department",
    "field_mode",
    "import_run",
    "organisation",
    "priority",
    "role",
    "skill",
    "status",
    "ticket_type",
    "absence",
    "agent_role",
    "agent_skill",
    "api_key",
    "calendar_holiday",
    "calendar_window",
    "credential",
    "customer",
    "import_rejection",
    "shift",
    "sign_in_session",
    "team",
    "customer_domain",
    "idempotent_answer",
    "site",
    "team_member",
    "customer_user",
    "ticket",
    "action",
    "decision",
    "neighbour_change",
    "proposal",
    "ticket_tag",
    "ticket_text",
    "ticket_vector",
    "time_entry",
    "triage",
]

SQLITE_SEARCH = """
CREATE VIRTUAL TABLE ticket_search
USING fts5(text, content='ticket_text', content_rowid='ticket_id', tokenize='unicode61 remove_diacritics 2')
"""
# A tsvector holds at most 1 MB; no ticket is searched for its hundred-thousandth character.
POSTGRESQL_SEARCH = """
ALTER TABLE ticket_text
ADD COLUMN search tsvector GENERATED ALWAYS AS (to_tsvector('simple', left(text, 100000))) STORED
"""
POSTGRESQL_SEARCH_INDEX = "CREATE INDEX ix_ticket_text_search ON ticket_text USING gin (search)"


def upgrade() -> None:
    op.create_table(
        "agent",
        sa.Column("id", db.Key, nullable=False),
        sa.Column("name", db.RawText(), nullable=False),
        sa.Column("email", db.RawText(), nullable=False),
        sa.Column("tier", db.Key, nullable=False),
        sa.Column("extension", db.RawText(), nullable=True),
        sa.Column("timezone", db.RawText(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", db.Instant(), nullable=False),
        sa.CheckConstraint("tier BETWEEN 1 AND 3", name=op.f("ck_agent_tier")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agent")),
        sa.UniqueConstraint("email", name=op.f("uq_agent_email")),
    )
    op.create_table(
        "audit_entry",
        sa.Column("id", db.Key, nullable=False),
        sa.Column("at", db.Instant(), nullable=False),
        sa.Column("actor_kind", db.RawText(), nullable=False),
        sa.Column("actor_id", db.Key, nullable=True),
        sa.Column("actor_name", db.RawText(), nullable=False),
        sa.Column("action", db.RawText(), nullable=False),
        sa.Column("record_kind", db.RawText(), nullable=False),
        sa.Column("record_id", db.Key, nullable=True),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    op.create_index(op.f("ix_audit_entry_at"), "audit_entry", ["at"], unique=False)
    op.create_index("ix_audit_entry_record", "audit_entry", ["record_kind", "record_id"], unique=False)
    op.create_table(
        "calendar",
        sa.Column("id", db.Key, nullable=False),
        sa.Column("name", db.RawText(), nullable=False),
        sa.Column("timezone", db.RawText(), nullable=False),
        sa.Column("always_open", sa.Boolean(), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("version", db.Key, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar")),
        sa.UniqueConstraint("name", name=op.f("uq_calendar_name")),
    )
    op.create_table(
        "category",
        sa.Column("id", db.Key, nullable=False),
        sa.Column("parent_id", db.Key, nullable=True),
        sa.Column("name", db.RawText(), nullable=False),
        sa.Column("path", db.RawText(), nullable=False),
        sa.Column("description", db.RawText(), nullable=False),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["parent_id"], ["category.id"], name=op.f("fk_category_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_category")),
        sa.UniqueConstraint("path", name=op.f("uq_category_path")),
    )
    op.create_index("ix_category_parent_id", "category", ["parent_id"], unique=False)
    op.create_table(
        "department",
        sa.Column("id", db.Key, nullable=False),
        sa.Column("name", db.RawText(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_department")),
        sa.UniqueConstraint("name", name=op.f("uq_department_name")),
    )
    op.create_table(
        "field_mode",
        sa.Column("field", db.RawText(), nullable=False),
        sa.Column("mode", db.RawText(), nullable=False),
        sa.Column("suggest_from", sa.Double(), nullable=False),
        sa.Column("auto_from", sa.Double(), nullable=False),
        sa.CheckConstraint("mode IN ('off', 'monitor', 'suggest', 'auto')", name=op.f("ck_field_mode_mode")),
        sa.PrimaryKeyConstraint("field", name=op.f("pk_field_mode")),
    )
    op.create_table(
        "import_run",
        sa.Column("id", db.Key, nullable=False),
        sa.Column("kind", db.RawText(), nullable=False),
        sa.Column("file_name", db.RawText(), nullable=False),
        sa.Column("file_hash", db.RawText(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("state", db.RawText(), nullable=False),
        sa.Column("rows_total", db.Key, nullable=False),
        sa.Column("rows_done", db.Key, nullable=False),
        sa.Column("rows_created", db.Key, nullable=False),
        sa.Column("rows_skipped", db.Key, nullable=False),
        sa.Column("rows_rejected", db.Key, nullable=False),
        sa.Column("started_at", db.Instant(), nullable=False),
        sa.Column("finished_at", db.Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_run")),
    )
    op.create_index(op.f("ix_import_run_file_hash"), "import_run", ["file_hash"], unique=False)
    op.create_table(
        "organisation",
        sa.Column("id", db.Key, nullable=False),
        sa.Column("name", db.RawText(), nullable=False),
        sa.Column("timezone", db.RawText(), nullable=False),
        sa.Column("created_at", db.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
    )
    op.create_table(
        "priority",
        sa.Column("id", db.Key, nullable=False),
        sa.Column("name", db.RawText(), nullable=False),
        sa.Column("description", db.RawText(), nullable=False),
        sa.Column("rank", db.Key, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_priority")),
        sa.UniqueConstraint("name", name=op.f("uq_priority_name")),
        sa.UniqueConstraint("rank", name=op.f("uq_priority_rank")),
    )
    op.create_table(
        "role",
        sa.Column("id", db.Key, nullable=False),
        sa.Column("name", db.RawText(), nullable=False),
        sa.Column("permissions", sa.JSON(), nullable=False),
        sa.Column("builtin", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role")),
        sa.UniqueConstraint("name", name=op.f("uq_role_name")),
    )
    op.create_table(
        "skill",
        sa.Column("id", db.Key, nullable=False),
        sa.Column("name", db.RawText(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_skill")),
        sa.UniqueConstraint("name", name=op.f("uq_skill_name")),
    )
    op.create_table(
        "status",
        sa.Column("id", db.Key, nullable=False),
        sa.Column("name", db.RawText(), nullable=False),
        sa.Column("state", db.RawText(), nullable=False),
        sa.Column("position", db.Key, nullable=False),
        sa.CheckConstraint("state IN ('open', 'paused', 'done')", name=op.f("ck_status_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_status")),
        sa.UniqueConstraint("name", name=op.f("uq_status_name")),
    )
    op.create_table(
        "ticket_type",
        sa.Column("id", db.Key, nullable=False),
        sa.Column("name", db.RawText(), nullable=False),
        sa.Column("description", db.RawText(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_type")),
        sa.UniqueConstraint("name", name=op.f("uq_ticket_type_name")),
    )
    op.create_table(
        "absence",
        sa.Column("id", db.Key, nullable=False),
        sa.Column("agent_id", db.Key, nullable=False),
        sa.Column("starts_at", db.Instant(), nullable=False),
        sa.Column("ends_at", db.Instant(), nullable=False),
        sa.Column("reason", db.RawText(), nullable=False),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_absence_order")),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name=op.f("fk_absence_agent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence")),
    )
    op.create_index(op.f("ix_absence_agent_id"), "absence", ["agent_id"], unique=False)
    op.create_table(
        "agent_role",
        sa.Column("agent_id", db.Key, nullable=False),
        sa.Column("role_id", db.Key, nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name=op.f("fk_agent_role_agent_id")),
        sa.ForeignKeyConstraint(["role_id"], ["role.id"], name=op.f("fk_agent_role_role_id")),
        sa.PrimaryKeyConstraint("agent_id", "role_id", name=op.f("pk_agent_role")),
    )
    op.create_table(
        "agent_skill",
        sa.Column("agent_id", db.Key, nullable=False),
        sa.Column("skill_id", db.Key, nullable=False),
        sa.Column("level", db.Key, nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name=op.f("fk_agent_skill_agent_id")),
        sa.ForeignKeyConstraint(["skill_id"], ["skill.id"], name=op.f("fk_agent_skill_skill_id")),
        sa.PrimaryKeyConstraint("agent_id", "skill_id", name=op.f("pk_agent_skill")),
    )
    op.create_table(
        "api_key",
        sa.Column("id", db.Key, nullable=False),
        sa.Column("name", db.RawText(), nullable=False),
        sa.Column("prefix", db.RawText(), nullable=False),
        sa.Column("key_hash", db.RawText(), nullable=False),
        sa.Column("role_id", db.Key, nullable=False),
        sa.Column("created_at", db.Instant(), nullable=False),
        sa.Column("expires_at", db.Instant(), nullable=True),
        sa.Column("revoked_at", db.Instant(), nullable=True),
        sa.Column("used_at", db.Instant(), nullable=True),
        sa.ForeignKeyConstraint(["role_id"], ["role.id"], name=op.f("fk_api_key_role_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_key")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_api_key_key_hash")),
        sa.UniqueConstraint("name", name=op.f("uq_api_key_name")),
    )
    op.create_table(
        "calendar_holiday",
        sa.Column("calendar_id", db.Key, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("name", db.RawText(), nullable=False),
        sa.ForeignKeyConstraint(["calendar_id"], ["calendar.id"], name=op.f("fk_calendar_holiday_calendar_id")),
        sa.PrimaryKeyConstraint("calendar_id", "day", name=op.f("pk_calendar_holiday")),
    )
    op.create_table(
        "calendar_window",
        sa.Column("calendar_id", db.Key, nullable=False),
        sa.Column("weekday", db.Key, nullable=False),
        sa.Column("opens", db.Key, nullable=False),
        sa.Column("closes", db.Key, nullable=False),
        sa.CheckConstraint("opens >= 0 AND opens < closes AND closes <= 1440", name=op.f("ck_calendar_window_minutes")),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=op.f("ck_calendar_window_weekday")),
        sa.ForeignKeyConstraint(["calendar_id"], ["calendar.id"], name=op.f("fk_calendar_window_calendar_id")),
        sa.PrimaryKeyConstraint("calendar_id", "weekday", "opens", name=op.f("pk_calendar_window")),
    )
    op.create_table(
        "credential",
        sa.Column("agent_id", db.Key, nullable=False),
        sa.Column("password_hash", db.RawText(), nullable=False),
        sa.Column("changed_at", db.Instant(), nullable=False),
        sa.Column("failures", db.Key, nullable=False),
        sa.Column("held_until", db.Instant(), nullable=True),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name=op.f("fk_credential_agent_id")),
        sa.PrimaryKeyConstraint("agent_id", name=op.f("pk_credential")),
    )
    op.create_table(
        "customer",
        sa.Column("id", db.Key, nullable=False),
        sa.Column("name", db.RawText(), nullable=False),
        sa.Column("timezone", db.RawText(), nullable=False),
        sa.Column("language", db.RawText(), nullable=False),
        sa.Column("vip", sa.Boolean(), nullable=False),
        sa.Column("note", db.RawText(), nullable=False),
        sa.Column("calendar_id", db.Key, nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["calendar_id"], ["calendar.id"], name=op.f("fk_customer_calendar_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer")),
        sa.UniqueConstraint("name", name=op.f("uq_customer_name")),
    )
    op.create_table(
        "import_rejection",
        sa.Column("id", db.Key, nullable=False),
        sa.Column("run_id", db.Key, nullable=False),
        sa.Column("row_number", db.Key, nullable=False),
        sa.Column("field", db.RawText(), nullable=False),
        sa.Column("reason", db.RawText(), nullable=False),
        sa.Column("value", db.RawText(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["import_run.id"], name=op.f("fk_import_rejection_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_rejection")),
    )
    op.create_index("ix_import_rejection_run", "import_rejection", ["run_id", "row_number"], unique=False)
    op.create_table(
        "shift",
        sa.Column("id", db.Key, nullable=False),
        sa.Column("agent_id", db.Key, nullable=False),
        sa.Column("weekday", db.Key, nullable=False),
        sa.Column("starts", db.Key, nullable=False),
        sa.Column("ends", db.Key, nullable=False),
        sa.CheckConstraint("starts >= 0 AND starts < ends AND ends <= 1440", name=op.f("ck_shift_minutes")),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=op.f("ck_shift_weekday")),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name=op.f("fk_shift_agent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shift")),
    )
    op.create_index(op.f("ix_shift_agent_id"), "shift", ["agent_id"], unique=False)
    op.create_table(
        "sign_in_session",
        sa.Column("id", db.Key, nullable=False),
        sa.Column("token_hash", db.RawText(), nullable=False),
        sa.Column("agent_id", db.Key, nullable=False),
        sa.Column("csrf_token", db.RawText(), nullable=False),
        sa.Column("created_at", db.Instant(), nullable=False),
        sa.Column("seen_at", db.Instant(), nullable=False),
        sa.Column("expires_at", db.Instant(), nullable=False),
        sa.Column("revoked_at", db.Instant(), nullable=True),
        sa.Column("address", db.RawText(), nullable=False),
        sa.Column("browser", db.RawText(), nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name=op.f("fk_sign_in_session_agent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_in_session_token_hash")),
    )
    op.create_index(op.f("ix_sign_in_session_agent_id"), "sign_in_session", ["agent_id"], unique=False)
    op.create_index(op.f("ix_sign_in_session_expires_at"), "sign_in_session", ["expires_at"], unique=False)
    op.create_table(
        "team",
        sa.Column("id", db.Key, nullable=False),
        sa.Column("name", db.RawText(), nullable=False),
        sa.Column("description", db.RawText(), nullable=False),
        sa.Column("department_id", db.Key, nullable=True),
        sa.Column("calendar_id", db.Key, nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["calendar_id"], ["calendar.id"], name=op.f("fk_team_calendar_id")),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("fk_team_department_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team")),
        sa.UniqueConstraint("name", name=op.f("uq_team_name")),
    )
    op.create_table(
        "customer_domain",
        sa.Column("domain", db.RawText(), nullable=False),
        sa.Column("customer_id", db.Key, nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_customer_domain_customer_id")),
        sa.PrimaryKeyConstraint("domain", name=op.f("pk_customer_domain")),
    )
    op.create_index(op.f("ix_customer_domain_customer_id"), "customer_domain", ["customer_id"], unique=False)
    op.create_table(
        "idempotent_answer",
        sa.Column("api_key_id", db.Key, nullable=False),
        sa.Column("key", db.RawText(), nullable=False),
        sa.Column("body_hash", db.RawText(), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.Column("created_at", db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["api_key_id"], ["api_key.id"], name=op.f("fk_idempotent_answer_api_key_id")),
        sa.PrimaryKeyConstraint("api_key_id", "key", name=op.f("pk_idempotent_answer")),
    )
    op.create_index(op.f("ix_idempotent_answer_created_at"), "idempotent_answer", ["created_at"], unique=False)
    op.create_table(
        "site",
        sa.Column("id", db.Key, nullable=False),
        sa.Column("customer_id", db.Key, nullable=False),
        sa.Column("name", db.RawText(), nullable=False),
        sa.Column("address", db.RawText(), nullable=False),
        sa.Column("timezone", db.RawText(), nullable=True),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_site_customer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site")),
        sa.UniqueConstraint("customer_id", "name", name=op.f("uq_site_customer_id_name")),
    )
    op.create_table(
        "team_member",
        sa.Column("team_id", db.Key, nullable=False),
        sa.Column("agent_id", db.Key, nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name=op.f("fk_team_member_agent_id")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_team_member_team_id")),
        sa.PrimaryKeyConstraint("team_id", "agent_id", name=op.f("pk_team_member")),
    )
    op.create_index(op.f("ix_team_member_agent_id"), "team_member", ["agent_id"], unique=False)
    op.create_table(
        "customer_user",
        sa.Column("id", db.Key, nullable=False),
        sa.Column("customer_id", db.Key, nullable=False),
        sa.Column("site_id", db.Key, nullable=True),
        sa.Column("name", db.RawText(), nullable=False),
        sa.Column("email", db.RawText(), nullable=True),
        sa.Column("phone", db.RawText(), nullable=True),
        sa.Column("vip", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_customer_user_customer_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_customer_user_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_user")),
        sa.UniqueConstraint("email", name=op.f("uq_customer_user_email")),
    )
    op.create_index(op.f("ix_customer_user_customer_id"), "customer_user", ["customer_id"], unique=False)
    op.create_table(
        "ticket",
        sa.Column("id", db.Key, nullable=False),
        sa.Column("subject", db.RawText(), nullable=False),
        sa.Column("state", db.RawText(), nullable=False),
        sa.Column("status_id", db.Key, nullable=False),
        sa.Column("type_id", db.Key, nullable=False),
        sa.Column("channel", db.RawText(), nullable=False),
        sa.Column("customer_id", db.Key, nullable=True),
        sa.Column("site_id", db.Key, nullable=True),
        sa.Column("requester_id", db.Key, nullable=True),
        sa.Column("category_id", db.Key, nullable=True),
        sa.Column("priority_id", db.Key, nullable=True),
        sa.Column("priority_rank", db.Key, nullable=False),
        sa.Column("team_id", db.Key, nullable=True),
        sa.Column("assignee_id", db.Key, nullable=True),
        sa.Column("duplicate_of_id", db.Key, nullable=True),
        sa.Column("spam", sa.Boolean(), nullable=False),
        sa.Column("created_at", db.Instant(), nullable=False),
        sa.Column("updated_at", db.Instant(), nullable=False),
        sa.Column("resolved_at", db.Instant(), nullable=True),
        sa.Column("end_known", sa.Boolean(), nullable=False),
        sa.Column("version", db.Key, nullable=False),
        sa.Column("source", db.RawText(), nullable=True),
        sa.Column("external_id", db.RawText(), nullable=True),
        sa.ForeignKeyConstraint(["assignee_id"], ["agent.id"], name=op.f("fk_ticket_assignee_id")),
        sa.ForeignKeyConstraint(["category_id"], ["category.id"], name=op.f("fk_ticket_category_id")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_ticket_customer_id")),
        sa.ForeignKeyConstraint(["duplicate_of_id"], ["ticket.id"], name=op.f("fk_ticket_duplicate_of_id")),
        sa.ForeignKeyConstraint(["priority_id"], ["priority.id"], name=op.f("fk_ticket_priority_id")),
        sa.ForeignKeyConstraint(["requester_id"], ["customer_user.id"], name=op.f("fk_ticket_requester_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_ticket_site_id")),
        sa.ForeignKeyConstraint(["status_id"], ["status.id"], name=op.f("fk_ticket_status_id")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_ticket_team_id")),
        sa.ForeignKeyConstraint(["type_id"], ["ticket_type.id"], name=op.f("fk_ticket_type_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket")),
        sa.UniqueConstraint("source", "external_id", name=op.f("uq_ticket_source_external_id")),
    )
    op.create_index("ix_ticket_assignee", "ticket", ["assignee_id", "state", "created_at"], unique=False)
    op.create_index("ix_ticket_category", "ticket", ["category_id", "created_at"], unique=False)
    op.create_index("ix_ticket_created", "ticket", ["created_at"], unique=False)
    op.create_index("ix_ticket_customer", "ticket", ["customer_id", "created_at"], unique=False)
    op.create_index("ix_ticket_queue", "ticket", ["state", "created_at"], unique=False)
    op.create_index("ix_ticket_queue_priority", "ticket", ["state", "priority_rank", "created_at"], unique=False)
    op.create_index("ix_ticket_queue_updated", "ticket", ["state", "updated_at"], unique=False)
    op.create_index("ix_ticket_requester", "ticket", ["requester_id", "created_at"], unique=False)
    op.create_index("ix_ticket_team", "ticket", ["team_id", "state", "created_at"], unique=False)
    op.create_index("ix_ticket_updated", "ticket", ["updated_at"], unique=False)
    op.create_table(
        "action",
        sa.Column("id", db.Key, nullable=False),
        sa.Column("ticket_id", db.Key, nullable=False),
        sa.Column("kind", db.RawText(), nullable=False),
        sa.Column("at", db.Instant(), nullable=False),
        sa.Column("actor_kind", db.RawText(), nullable=False),
        sa.Column("actor_id", db.Key, nullable=True),
        sa.Column("actor_name", db.RawText(), nullable=False),
        sa.Column("public", sa.Boolean(), nullable=False),
        sa.Column("version", db.Key, nullable=False),
        sa.Column("changes", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("body", db.RawText(), nullable=True),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_action_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_action")),
    )
    op.create_index("ix_action_ticket_id", "action", ["ticket_id", "id"], unique=False)
    op.create_table(
        "decision",
        sa.Column("id", db.Key, nullable=False),
        sa.Column("ticket_id", db.Key, nullable=False),
        sa.Column("field", db.RawText(), nullable=False),
        sa.Column("kind", db.RawText(), nullable=False),
        sa.Column("proposed_id", db.Key, nullable=True),
        sa.Column("value_id", db.Key, nullable=True),
        sa.Column("confidence", sa.Double(), nullable=True),
        sa.Column("model_version", db.RawText(), nullable=True),
        sa.Column("agent_id", db.Key, nullable=True),
        sa.Column("by", db.RawText(), nullable=False),
        sa.Column("at", db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name=op.f("fk_decision_agent_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_decision_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
    )
    op.create_index(op.f("ix_decision_at"), "decision", ["at"], unique=False)
    op.create_index(op.f("ix_decision_ticket_id"), "decision", ["ticket_id"], unique=False)
    op.create_table(
        "neighbour_change",
        sa.Column("seq", db.Key, nullable=False),
        sa.Column("ticket_id", db.Key, nullable=False),
        sa.Column("at", db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_neighbour_change_ticket_id")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_neighbour_change")),
    )
    op.create_table(
        "proposal",
        sa.Column("id", db.Key, nullable=False),
        sa.Column("ticket_id", db.Key, nullable=False),
        sa.Column("field", db.RawText(), nullable=False),
        sa.Column("value_id", db.Key, nullable=True),
        sa.Column("confidence", sa.Double(), nullable=False),
        sa.Column("method", db.RawText(), nullable=False),
        sa.Column("mode", db.RawText(), nullable=False),
        sa.Column("shown", sa.Boolean(), nullable=False),
        sa.Column("applied", sa.Boolean(), nullable=False),
        sa.Column("reason", db.RawText(), nullable=True),
        sa.Column("alternatives", sa.JSON(), nullable=False),
        sa.Column("made_at", db.Instant(), nullable=False),
        sa.Column("superseded", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_proposal_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
    )
    op.create_index("ix_proposal_ticket_id", "proposal", ["ticket_id"], unique=False)
    op.create_table(
        "ticket_tag",
        sa.Column("tag", db.RawText(), nullable=False),
        sa.Column("ticket_id", db.Key, nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_ticket_tag_ticket_id")),
        sa.PrimaryKeyConstraint("tag", "ticket_id", name=op.f("pk_ticket_tag")),
    )
    op.create_index(op.f("ix_ticket_tag_ticket_id"), "ticket_tag", ["ticket_id"], unique=False)
    op.create_table(
        "ticket_text",
        sa.Column("ticket_id", db.Key, nullable=False),
        sa.Column("text", db.RawText(), nullable=False),
        sa.Column("text_version", db.Key, nullable=False),
        sa.Column("text_hash", db.RawText(), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_ticket_text_ticket_id")),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_ticket_text")),
    )
    op.create_table(
        "ticket_vector",
        sa.Column("ticket_id", db.Key, nullable=False),
        sa.Column("encoder_id", db.RawText(), nullable=False),
        sa.Column("text_hash", db.RawText(), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_ticket_vector_ticket_id")),
        sa.PrimaryKeyConstraint("ticket_id", "encoder_id", name=op.f("pk_ticket_vector")),
    )
    op.create_table(
        "time_entry",
        sa.Column("id", db.Key, nullable=False),
        sa.Column("ticket_id", db.Key, nullable=False),
        sa.Column("agent_id", db.Key, nullable=True),
        sa.Column("started_at", db.Instant(), nullable=False),
        sa.Column("minutes", db.Key, nullable=False),
        sa.Column("charge_type", db.RawText(), nullable=False),
        sa.Column("note", db.RawText(), nullable=False),
        sa.CheckConstraint("minutes > 0", name=op.f("ck_time_entry_minutes")),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name=op.f("fk_time_entry_agent_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_time_entry_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_time_entry")),
    )
    op.create_index(op.f("ix_time_entry_agent_id"), "time_entry", ["agent_id"], unique=False)
    op.create_index(op.f("ix_time_entry_ticket_id"), "time_entry", ["ticket_id"], unique=False)
    op.create_table(
        "triage",
        sa.Column("ticket_id", db.Key, nullable=False),
        sa.Column("state", db.RawText(), nullable=False),
        sa.Column("attempts", db.Key, nullable=False),
        sa.Column("lease_until", db.Instant(), nullable=True),
        sa.Column("error", db.RawText(), nullable=True),
        sa.Column("ready_at", db.Instant(), nullable=True),
        sa.Column("model_version", db.RawText(), nullable=True),
        sa.Column("encoder_id", db.RawText(), nullable=True),
        sa.Column("text_version", db.Key, nullable=True),
        sa.Column("neighbours", sa.JSON(), nullable=False),
        sa.Column("related", sa.JSON(), nullable=False),
        sa.Column("eta", sa.JSON(none_as_null=True), nullable=True),
        sa.CheckConstraint("state IN ('waiting', 'ready', 'failed')", name=op.f("ck_triage_state")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_triage_ticket_id")),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_triage")),
    )
    op.create_index(
        "ix_triage_waiting",
        "triage",
        ["ticket_id"],
        unique=False,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute(SQLITE_SEARCH)
    else:
        op.execute(POSTGRESQL_SEARCH)
        op.execute(POSTGRESQL_SEARCH_INDEX)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE ticket_search")
    for table in reversed(TABLES):
        op.drop_table(table)
