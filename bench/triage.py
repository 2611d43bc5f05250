"""One triage (encode, search, combine, save) beside the bare encoding of the same text, on a desk with much history.

`python -m bench.triage --data DIR` works on a desk that exists; afterwards its new tickets are still there, so use a copy.
"""

import argparse
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.measures import percentile, report, summary
from core_psa.intake.receive import NewTicket, receive
from core_psa.viewer import SYSTEM
from demo.generator import generate
from server.settings import read_settings
from server.store import open_store
from server.wiring import open_encoder, open_triage


def measure(data: Path, tickets: int) -> dict[str, Any]:
    settings = read_settings(data)
    db = open_store(settings)
    encoder = open_encoder(settings)
    triage = open_triage(settings, db, encoder)
    triage.catch_up()
    rows = generate(tickets=10_000, days=60, seed=7, until=datetime.now(UTC))
    texts = [NewTicket(subject=r.subject, body=r.body) for r, _ in zip(rows, range(tickets + 20), strict=False)]
    bare, whole = [], []
    for number, new in enumerate(texts):
        with db.work() as w:
            ticket_id = receive(w, SYSTEM, new).id
        text = _text(db, ticket_id)
        encode = _timed(lambda text=text: encoder.encode([text]))
        one = _timed(lambda: triage.work_once(1))
        if number >= 20:  # the first few warm caches that a running desk has warm
            bare.append(encode)
            whole.append(one)
    ratios = {f"p{int(s * 100)}": round(percentile(whole, s) / percentile(bare, 0.5), 2) for s in (0.5, 0.99)}
    db.close()
    return {"bare_encoding_ms": summary(bare), "one_triage_ms": summary(whole), "ratio_to_median_encoding": ratios}


def _text(db: Any, ticket_id: int) -> str:
    from core_psa.tickets import store

    with db.read() as session:
        found = store.text_of(session, ticket_id)
        return found.text if found else ""


def _timed(call: Any) -> float:
    started = time.perf_counter()
    call()
    return (time.perf_counter() - started) * 1000


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="bench triage", description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--tickets", type=int, default=400)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args(arguments)
    report("triage", measure(given.data, given.tickets), given.out)


if __name__ == "__main__":
    main()
