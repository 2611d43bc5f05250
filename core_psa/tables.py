"""Every mapped class, gathered so that the metadata is whole wherever it is needed."""

from core_psa.access import tables as access
from core_psa.agreements import tables as agreements
from core_psa.assets import tables as assets
from core_psa.attachments import tables as attachments
from core_psa.audit import tables as audit
from core_psa.checklists import tables as checklists
from core_psa.customers import tables as customers
from core_psa.db import Base
from core_psa.dispatch import tables as dispatch
from core_psa.following import tables as following
from core_psa.going_live import tables as going_live
from core_psa.intake import tables as intake
from core_psa.intake.recurring import tables as recurring
from core_psa.intake.replies import tables as replies
from core_psa.intake.senders import tables as senders
from core_psa.knowledge import tables as knowledge
from core_psa.notices import tables as notices
from core_psa.organisation import tables as organisation
from core_psa.presence import tables as presence
from core_psa.routing import tables as routing
from core_psa.sla import tables as sla
from core_psa.suggestions import tables as suggestions
from core_psa.tickets import tables as tickets
from core_psa.tickets.approvals import tables as approvals
from core_psa.tickets.own_fields import tables as own_fields
from core_psa.tickets.relations import tables as relations
from core_psa.tickets.urgency import tables as urgency
from core_psa.tickets.views import tables as views
from core_psa.tickets.waiting import tables as waiting
from core_psa.tickets.workflow import tables as workflow
from core_psa.time_tracking import tables as time_tracking
from core_psa.vectors import tables as vectors

METADATA = Base.metadata

__all__ = [
    "METADATA",
    "access",
    "agreements",
    "approvals",
    "assets",
    "attachments",
    "audit",
    "checklists",
    "customers",
    "dispatch",
    "following",
    "going_live",
    "intake",
    "knowledge",
    "notices",
    "organisation",
    "own_fields",
    "presence",
    "recurring",
    "relations",
    "replies",
    "routing",
    "senders",
    "sla",
    "suggestions",
    "tickets",
    "time_tracking",
    "urgency",
    "vectors",
    "views",
    "waiting",
    "workflow",
]
