"""What Prometheus reads: the queue's state, straight from the store at the moment of asking, and how far long work has come."""

from collections.abc import Iterator

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import func, select

from core_psa.suggestions.tables import Triage
from core_psa.tickets import store
from core_psa.tickets.tables import Ticket
from server.progress import folder_of, running
from server.wiring import Desk


class DeskMetrics(Collector):
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def collect(self) -> Iterator[Metric]:
        with self._desk.db.read() as session:
            unsolved = select(Ticket.state, func.count()).where(store.unsolved())
            tickets = dict(session.execute(unsolved.group_by(Ticket.state)).all())
            triage = dict(session.execute(select(Triage.state, func.count()).group_by(Triage.state)).all())
        yield _gauge("fifthcall_tickets_unsolved", "unsolved tickets by state", tickets)
        yield _gauge("fifthcall_triage", "triaged tickets by state", triage)
        ready = GaugeMetricFamily("fifthcall_triage_available", "1 when suggestions can be made")
        ready.add_metric([], 1.0 if self._desk.triage.state == "ready" else 0.0)
        yield ready
        yield self._work()

    def _work(self) -> Metric:
        family = GaugeMetricFamily(
            "fifthcall_work_share", "share done of what runs in the background, 0 while it is unknown", labels=["work"]
        )
        for each in running(folder_of(self._desk.settings)):
            family.add_metric([each.name], (each.percent or 0) / 100)
        return family


def _gauge(name: str, text: str, by_state: dict[str, int]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, text, labels=["state"])
    for state, number in by_state.items():
        family.add_metric([state], float(number))
    return family
