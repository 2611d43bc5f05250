"""A small history of solved tickets, brought in as one would bring in another desk's."""

import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

from core_psa.db import Database
from core_psa.intake.importing import Options, import_file
from core_psa.viewer import SYSTEM

TOPICS = {
    "Printing": "printer toner paper jam tray driver spooler",
    "Mail": "outlook mailbox calendar attachment sender inbox archive",
    "Network": "vpn tunnel switch wireless cable gateway address",
}


def import_history(db: Database, folder: Path, tickets: int = 150) -> None:
    """Solved tickets about three topics, each with a team of its own."""
    rng = random.Random(7)
    file = folder / "history.jsonl"
    file.write_text("\n".join(json.dumps(_row(rng, number)) for number in range(tickets)))
    import_file(db, SYSTEM, "tickets", file, Options(source="history", history=True))
    file.unlink()


def _row(rng: random.Random, number: int) -> dict[str, str]:
    topic, words = rng.choice(list(TOPICS.items()))
    created = datetime(2025, 6, 2, 9, tzinfo=UTC) + timedelta(hours=number)
    return {
        "id": f"h-{number}",
        "created_at": created.isoformat(),
        "resolved_at": (created + timedelta(hours=rng.randint(1, 20))).isoformat(),
        "subject": " ".join(rng.sample(words.split(), 3)),
        "body": f"{' '.join(rng.choices(words.split(), k=8))} number {number}",
        "category": topic,
        "group": f"{topic} team",
    }
