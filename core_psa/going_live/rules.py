"""The steps of setting a desk up, in the order in which one needs the other, and what each still lacks. Pure."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

State = Literal["missing", "begun", "done"]

# From so many solved tickets on, neighbours say more than descriptions do.
ENOUGH_HISTORY = 200
UNNAMED = "Service desk"


@dataclass(frozen=True)
class Facts:
    """What was counted. `posted` says that there is a mail server, `held` that no mail leaves."""

    organisation: str = UNNAMED
    teams: int = 0
    teams_without_members: tuple[str, ...] = ()
    teams_without_lead: tuple[str, ...] = ()
    agents: int = 0
    agents_without_role: tuple[str, ...] = ()
    agents_without_sign_in: tuple[str, ...] = ()
    customers: int = 0
    customers_unknown: int = 0
    categories: int = 0
    categories_undescribed: int = 0
    calendar: str | None = None
    calendar_has_hours: bool = False
    holidays_ahead: int = 0
    policy: str | None = None
    priorities_without_target: tuple[str, ...] = ()
    types: int = 0
    own_workflows: int = 0
    gates: int = 0
    rules: int = 0
    posted: bool = False
    held: bool = False
    site: str = ""
    articles: int = 0
    canned: int = 0
    solved: int = 0


@dataclass(frozen=True)
class Lack:
    """Something that is not there yet. What is not `needed` is worth having."""

    words: str
    needed: bool = True


@dataclass(frozen=True)
class Step:
    """One step: what it is for, where it is done, what is there already, and what lacks."""

    name: str
    title: str
    about: str
    address: str
    there: Callable[[Facts], str]
    lacks: Callable[[Facts], Iterator[Lack]]


def state(step: Step, facts: Facts) -> State:
    """Done where nothing needed lacks; begun where something is there all the same."""
    if not any(lack.needed for lack in step.lacks(facts)):
        return "done"
    return "begun" if step.there(facts) else "missing"


def _some(number: int, one: str, many: str) -> str:
    return "" if number == 0 else f"{number:,} {one if number == 1 else many}"


def _listed(names: tuple[str, ...]) -> str:
    shown = ", ".join(names[:3])
    return shown if len(names) <= 3 else f"{shown} and {len(names) - 3} more"


def _organisation(f: Facts) -> Iterator[Lack]:
    if f.organisation == UNNAMED:
        yield Lack(f"The desk is still called '{UNNAMED}': mails and pages show that name.")


def _teams(f: Facts) -> Iterator[Lack]:
    if not f.teams:
        yield Lack("There is no team: nothing can be given to anybody but single agents.")
    if f.teams_without_members:
        yield Lack(f"Nobody is in {_listed(f.teams_without_members)}.")
    if f.teams_without_lead:
        yield Lack(f"Nobody leads {_listed(f.teams_without_lead)}: escalations find no one there.", needed=False)


def _agents(f: Facts) -> Iterator[Lack]:
    if f.agents < 2:
        yield Lack("The administrator is alone: add the people who work here.")
    if f.agents_without_role:
        yield Lack(f"No role, so they may do nothing: {_listed(f.agents_without_role)}.")
    if f.agents_without_sign_in:
        yield Lack(f"Neither a password nor single sign-on: {_listed(f.agents_without_sign_in)}.")


def _customers(f: Facts) -> Iterator[Lack]:
    if not f.customers:
        yield Lack("There is no customer: nobody who writes is recognised.")
    if f.customers_unknown:
        who = _some(f.customers_unknown, "customer has", "customers have")
        yield Lack(f"{who} neither users nor a mail domain: nobody of theirs is recognised.", needed=False)


def _categories(f: Facts) -> Iterator[Lack]:
    if not f.categories:
        yield Lack("There is no category: tickets cannot be told apart, and nothing is suggested.")
    if f.categories_undescribed:
        which = _some(f.categories_undescribed, "category has", "categories have")
        yield Lack(f"{which} no description: suggestions compare it while history is thin.", needed=False)


def _calendars(f: Facts) -> Iterator[Lack]:
    if f.calendar is None:
        yield Lack("No calendar is the usual one: no promise can be counted.")
    elif not f.calendar_has_hours:
        yield Lack(f"{f.calendar} has no opening hours, so its clock never rests.", needed=False)
    if f.calendar is not None and not f.holidays_ahead:
        yield Lack(f"{f.calendar} has no holidays in the year ahead.", needed=False)


def _policies(f: Facts) -> Iterator[Lack]:
    if f.policy is None:
        yield Lack("No SLA policy is the usual one: nothing is promised to anybody.")
    if f.priorities_without_target:
        yield Lack(f"{f.policy} promises no first response for {_listed(f.priorities_without_target)}.")


def _workflows(f: Facts) -> Iterator[Lack]:
    if not f.gates:
        yield Lack("No gate asks for anything before a ticket is closed.", needed=False)


def _routing(f: Facts) -> Iterator[Lack]:
    if not f.rules:
        yield Lack("No rule gives new tickets to a team: each waits until somebody takes it.")


def _mail(f: Facts) -> Iterator[Lack]:
    if not f.posted:
        yield Lack(
            "There is no mail server: mails stay in the outbox. Set FIFTHCALL_SMTP_HOST and FIFTHCALL_MAIL_FROM."
        )
    if f.held:
        yield Lack("Mail is held back: nobody outside gets any.")
    if not f.site:
        yield Lack("The desk does not know its own address: mails to agents hold no links.", needed=False)


def _knowledge(f: Facts) -> Iterator[Lack]:
    if not f.articles:
        yield Lack("No article is published.")
    if not f.canned:
        yield Lack("There is no canned answer.", needed=False)


def _history(f: Facts) -> Iterator[Lack]:
    if f.solved < ENOUGH_HISTORY:
        said = _some(f.solved, "solved ticket is", "solved tickets are") or "No solved ticket is"
        yield Lack(f"{said} there: suggestions are good from a few hundred on. Import them: fifthcall import tickets.")


STEPS: tuple[Step, ...] = (
    Step("organisation", "Organisation", "What the desk is called, and its clock", "/set-up/organisation",
         lambda f: "" if f.organisation == UNNAMED else f.organisation, _organisation),
    Step("teams", "Teams", "Who works together, who leads", "/teams",
         lambda f: _some(f.teams, "team", "teams"), _teams),
    Step("agents", "Agents", "Who works here, with role and sign-in", "/agents",
         lambda f: _some(f.agents, "agent", "agents"), _agents),
    Step("customers", "Customers", "Whom the desk works for, and how they are recognised", "/customers",
         lambda f: _some(f.customers, "customer", "customers"), _customers),
    Step("categories", "Types and categories", "What tickets are about: types, statuses, priorities, categories",
         "/administration/workflows", lambda f: _some(f.categories, "category", "categories"), _categories),
    Step("calendars", "Calendars", "When the desk is open", "/administration/calendars",
         lambda f: f.calendar or "", _calendars),
    Step("policies", "SLA policies", "What is promised, and who is warned", "/administration/sla",
         lambda f: f.policy or "", _policies),
    Step("workflows", "Workflows", "Which way tickets go, and what is asked for before they end",
         "/administration/workflows",
         lambda f: f"{f.own_workflows} of {f.types} types have a workflow of their own", _workflows),
    Step("routing", "Routing", "Where new tickets go", "/administration/routing",
         lambda f: _some(f.rules, "rule", "rules"), _routing),
    Step("mail", "Mail", "How the desk writes to people", "/outbox/settings",
         lambda f: f.site or ("a mail server" if f.posted else ""), _mail),
    Step("knowledge", "Knowledge", "What helps agents and customers", "/knowledge",
         lambda f: ", ".join(filter(None, (_some(f.articles, "article", "articles"),
                                           _some(f.canned, "canned answer", "canned answers")))), _knowledge),
    Step("history", "History", "Tickets solved before, from which suggestions are made", "/queue?state=done",
         lambda f: _some(f.solved, "solved ticket", "solved tickets"), _history),
)  # fmt: skip
BY_NAME: Mapping[str, Step] = {step.name: step for step in STEPS}
