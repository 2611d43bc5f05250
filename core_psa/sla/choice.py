"""The calendars that count for many tickets at once, without a query for each."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from core_psa.customers.tables import Customer
from core_psa.errors import NotFound
from core_psa.organisation.tables import Team
from core_psa.sla.rules import CompiledCalendar
from core_psa.sla.store import CompiledCalendars
from core_psa.sla.tables import Calendar


class Calendars:
    """A snapshot of the choice: the customer's calendar, else the team's, else the default. May be shared by threads."""

    def __init__(self, session: Session, compiled: CompiledCalendars) -> None:
        customers = select(Customer.id, Customer.calendar_id).where(Customer.calendar_id.is_not(None))
        teams = select(Team.id, Team.calendar_id).where(Team.calendar_id.is_not(None))
        self._customers: dict[int | None, int | None] = {key: chosen for key, chosen in session.execute(customers)}
        self._teams: dict[int | None, int | None] = {key: chosen for key, chosen in session.execute(teams)}
        rows = session.execute(select(Calendar.id, Calendar.version, Calendar.is_default)).all()
        self._default = next((row.id for row in rows if row.is_default), None)
        chosen = {self._default, *self._customers.values(), *self._teams.values()}
        self._compiled = {r.id: compiled.at(session, r.id, r.version) for r in rows if r.id in chosen}

    def of(self, customer_id: int | None, team_id: int | None) -> CompiledCalendar:
        """The calendar that counts for a ticket of this customer and team. Raises NotFound if the desk has none."""
        chosen = self._customers.get(customer_id) or self._teams.get(team_id) or self._default
        if chosen is None:
            raise NotFound("calendar", "default")
        return self._compiled[chosen]
