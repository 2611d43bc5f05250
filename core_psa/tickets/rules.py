"""Words that tickets are described in."""

from typing import Literal

State = Literal["open", "paused", "done"]

TRIAGED_FIELDS = ("category", "priority", "team", "assignee")
CHANNELS = ("api", "email", "phone", "portal", "desk", "rmm", "schedule", "import")
