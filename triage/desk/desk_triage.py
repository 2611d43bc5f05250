"""One round of triage: claim what waits, encode, ask the engine, save what it said."""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from core_psa.aside import Aside
from core_psa.db import Database
from core_psa.db.records import table_of
from core_psa.sla.choice import Calendars
from core_psa.suggestions import actions as suggestions
from core_psa.suggestions.rules import FieldOutcome, TriageResult
from core_psa.tickets.tables import TicketText
from embeddings.encoder import Encoder
from embeddings.index import VectorIndex
from triage.desk.descriptions import DescriptionCache
from triage.desk.feed import Feed, Follower, SharedFollower, SolvedFollower, SolvedVectors, written_at
from triage.desk.history import FIELD_COLUMNS, HOUR, TICKET, StoredHistory
from triage.desk.learned import UNTAUGHT, Taught, load
from triage.desk.lists import DeskLists, ListsCache
from triage.engine import Engine, Learned, Query, Triage
from triage.eta import Eta
from triage.modes import FieldRule, Mode, decide
from triage.votes import Proposal

# Requests come first.
_NICE = 5
RELATED = 3
RELATED_FLOOR = 0.6


@dataclass(frozen=True)
class Asked:
    """A ticket as triage reads it. `present` are the ids its fields hold already."""

    ticket_id: int | None
    text: str
    text_version: int
    text_hash: str
    created_at: datetime
    customer_id: int | None
    team_id: int | None
    present: Mapping[str, int | None]


@dataclass(frozen=True)
class Preview:
    """A triage that nobody stored."""

    fields: Mapping[str, FieldOutcome]
    neighbours: tuple[Mapping[str, Any], ...]
    related: tuple[Mapping[str, Any], ...]
    eta: Mapping[str, Any]


class DeskTriage:
    """The live desk's triage. One instance per process; `work_once` and `preview` may be called from several threads."""

    def __init__(
        self,
        db: Database,
        encoder: Encoder,
        solved: SolvedFollower | SharedFollower,
        recent: Follower,
        descriptions: DescriptionCache,
        learned_file: Path,
        lease: timedelta,
    ) -> None:
        self.db = db
        self.encoder = encoder
        self._solved, self._recent = solved, recent
        self._feed = Feed(encoder.id, encoder.dim)
        self._lease = lease
        self._learned_file = learned_file
        self._learned_at = written_at(learned_file)
        self._taught: Taught = load(learned_file)
        self._descriptions = descriptions
        self._lists = ListsCache()
        self._catching_up = threading.Lock()
        self._aside = Aside(_NICE)

    @property
    def model_version(self) -> str:
        return self._taught.version

    def warm_up(self) -> None:
        """Does once what the first triage would wait for: the desk's descriptions are encoded, the statements compiled."""
        text = "A first ticket."
        self.preview([Asked(None, text, 0, "", self.db.clock.now(), None, None, {})])

    def catch_up(self) -> None:
        """Brings both indexes up to the store."""
        with self.db.read() as session:
            self._catch_up(session)

    def _catch_up(self, session: Session) -> None:
        with self._catching_up:
            self._solved.follow(session, self._feed, [self._recent], self.db.clock.now())

    def refresh(self) -> None:
        """Takes up what child processes have made meanwhile: a new base of the index, a new lesson."""
        with self.db.read() as session:
            with self._catching_up:
                self._solved.reload(session, self._feed, self.db.clock.now())
            self._catch_up(session)
        if (learned_at := written_at(self._learned_file)) != self._learned_at:
            before, self._taught, self._learned_at = self._taught, load(self._learned_file), learned_at
            if before.version == UNTAUGHT:
                self._ask_again()

    def _ask_again(self) -> None:
        """What was triaged before this desk had learned anything deserves a second look, unless somebody has decided."""
        with self.db.work() as w:
            suggestions.triage_again(w, self.model_version)

    @property
    def solved(self) -> SolvedVectors:
        return self._solved.index

    def work_once(self, limit: int) -> Sequence[int]:
        """Triages up to `limit` waiting tickets; returns the ids that are now ready."""
        with self.db.work() as w:
            claimed = suggestions.claim(w, limit, self._lease)
            asked = _waiting(w.session, claimed) if claimed else {}
        if not claimed:
            return ()
        try:
            results = self._aside.run(self._triage, asked)
        except Exception as error:
            with self.db.work() as w:
                suggestions.release(w, claimed, f"{type(error).__name__}: {error}")
            raise
        with self.db.work() as w:
            suggestions.store_results(w, results)
        return tuple(results)

    def _triage(self, asked: Mapping[int, Asked]) -> dict[int, TriageResult]:
        vectors = self.encoder.encode([a.text for a in asked.values()])
        previews = self._previews(list(asked.values()), vectors)
        return {
            ticket_id: self._result(a, preview, vector)
            for (ticket_id, a), preview, vector in zip(asked.items(), previews, vectors, strict=True)
        }

    def _result(self, asked: Asked, preview: Preview, vector: NDArray[np.float32]) -> TriageResult:
        return TriageResult(
            fields=preview.fields,
            neighbours=preview.neighbours,
            related=preview.related,
            eta=preview.eta,
            model_version=self.model_version,
            encoder_id=self.encoder.id,
            text_version=asked.text_version,
            text_hash=asked.text_hash,
            vector=vector.astype("<f4").tobytes(),
        )

    def preview(self, asked: Sequence[Asked]) -> list[Preview]:
        """What triage would say, without storing anything."""
        return self._previews(asked, self.encoder.encode([a.text for a in asked]))

    def _previews(self, asked: Sequence[Asked], vectors: NDArray[np.float32]) -> list[Preview]:
        with self.db.read() as session:
            self._catch_up(session)
            near = self._nearest(self._recent.index, asked, vectors)
            lists = self._lists.read(session, self.db.clock.now())
            engine = Engine(
                self._solved.index,
                StoredHistory(session, lists.calendars),
                learned=self._taught.learned,
                options=lists.options,
                descriptions=self._descriptions.of(lists),
            )
            queries = [Query(a.ticket_id, a.created_at.timestamp()) for a in asked]
            answers = list(engine.triage(queries, vectors))
            return [
                Preview(
                    fields=_outcomes(answer, a, lists, self._taught.learned),
                    neighbours=tuple(_neighbour(n) for n in answer.neighbours),
                    related=related,
                    eta=_eta(answer.eta, lists.calendars, a),
                )
                for a, answer, related in zip(asked, answers, near, strict=True)
            ]

    def _nearest(
        self, index: VectorIndex, asked: Sequence[Asked], vectors: NDArray[np.float32]
    ) -> list[tuple[Mapping[str, Any], ...]]:
        ids, similarities = index.nearest(vectors, RELATED + 1)
        rows = zip(asked, ids.tolist(), similarities.tolist(), strict=True)
        return [
            tuple(
                {"ticket_id": i, "similarity": round(s, 4)}
                for i, s in zip(near, values, strict=True)
                if i >= 0 and i != a.ticket_id and s >= RELATED_FLOOR
            )[:RELATED]
            for a, near, values in rows
        ]


_TEXT = table_of(TicketText).c
_WAITING = (
    select(TICKET.id, TICKET.created_at, TICKET.customer_id, *FIELD_COLUMNS.values())
    .add_columns(_TEXT.text, _TEXT.text_version, _TEXT.text_hash)
    .where(TICKET.id.in_(bindparam("ids", expanding=True)), _TEXT.ticket_id == TICKET.id)
)


def _waiting(session: Session, ticket_ids: Sequence[int]) -> dict[int, Asked]:
    return {
        row.id: Asked(
            ticket_id=row.id,
            text=row.text,
            text_version=row.text_version,
            text_hash=row.text_hash,
            created_at=row.created_at,
            customer_id=row.customer_id,
            team_id=row.team_id,
            present={name: getattr(row, column.key) for name, column in FIELD_COLUMNS.items()},
        )
        for row in session.execute(_WAITING, {"ids": list(ticket_ids)})
    }


def _outcomes(answer: Triage, asked: Asked, lists: DeskLists, learned: Learned) -> dict[str, FieldOutcome]:
    return {
        name: _outcome(proposal, asked.present.get(name), _rule(name, lists, learned))
        for name, proposal in answer.fields.items()
    }


def _rule(name: str, lists: DeskLists, learned: Learned) -> FieldRule:
    """The field's mode. Acting alone takes a precision measured on this desk as well as the configured confidence."""
    mode = lists.modes[name]
    auto_from = max(mode.auto_from, learned.calibration(name).auto_threshold)
    return FieldRule(Mode(mode.mode), mode.suggest_from, auto_from, lists.ranks if name == "priority" else None)


def _outcome(proposal: Proposal, present: int | None, rule: FieldRule) -> FieldOutcome:
    # A field that is filled at intake was filled by somebody: it is never overwritten, only suggested against.
    decision = decide(proposal, rule, present, locked=present is not None)
    value = proposal.value if isinstance(proposal.value, int) else None
    return FieldOutcome(
        value_id=value,
        confidence=round(proposal.confidence, 4),
        method=proposal.method,
        mode=str(rule.mode),
        shown=decision.shown,
        applied=decision.applied,
        reason=decision.reason or proposal.reason,
        alternatives=tuple({"value": v, "confidence": round(c, 4)} for v, c in proposal.alternatives),
    )


def _neighbour(neighbour: Any) -> dict[str, Any]:
    hours = None if neighbour.hours is None else round(neighbour.hours, 2)
    return {"ticket_id": neighbour.id, "similarity": round(neighbour.similarity, 4), "resolved_in_hours": hours}


def _eta(eta: Eta, calendars: Calendars, asked: Asked) -> dict[str, Any]:
    calendar = calendars.of(asked.customer_id, asked.team_id)
    if eta.p50 is None:
        return {"calendar": calendar.spec.name, "reason": eta.reason}
    hours = {"p10_hours": eta.p10, "p50_hours": eta.p50, "p90_hours": eta.p90}
    at = {f"{p}_at": _due(calendar, asked.created_at, h) for p, h in (("p50", eta.p50), ("p90", eta.p90))}
    return {**{k: round(v, 2) for k, v in hours.items() if v is not None}, "calendar": calendar.spec.name, **at}


def _due(calendar: Any, start: datetime, hours: float | None) -> str | None:
    return None if hours is None else calendar.deadline(start, timedelta(seconds=hours * HOUR)).isoformat()
