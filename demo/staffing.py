"""Who takes a ticket: the team by topic, the person by skill, customer and who is there that day."""

from datetime import date
from random import Random

from demo.arrivals import Arrival
from demo.randomness import Weighted, tilt
from demo.shapes import Agent, Customer, Organisation

SKILL_PULL = 3.5
UNSKILLED = 0.25
SECOND_TEAM = 0.4
OTHER_DUTIES = {"manager": 0.1, "dispatcher": 0.12, "team lead": 0.5}
HOME_SHARE = 0.16
TEAM_TILT = 1.0
TEAM_CLARITY = 1.5


class Staff:
    """Draws teams and agents; what a day allows is worked out once a day."""

    def __init__(self, organisation: Organisation) -> None:
        self._agents = organisation.agents
        self._teams: dict[tuple[str, int], Weighted[str]] = {}
        self._favourites: dict[str, list[Agent]] = {}
        self._today: dict[tuple[str, str], Weighted[Agent]] = {}
        self._day: date | None = None

    def assign(self, rng: Random, arrival: Arrival) -> tuple[str, Agent]:
        """A team's name and one of its agents, employed and present on the day."""
        day = arrival.at.date()
        team = self._team(arrival).draw(rng)
        known = self._who_knows(arrival.customer, team, day) if rng.random() < HOME_SHARE else None
        return team, known or self._candidates(team, arrival.topic.skill, day).draw(rng)

    def _team(self, arrival: Arrival) -> Weighted[str]:
        """A problem leans to one of its topic's teams more than the topic as a whole."""
        topic, alert = arrival.topic, arrival.problem.alert
        index = -1 if arrival.outage else topic.problems.index(arrival.problem)
        if (topic.path, index) not in self._teams:
            teams = [team for team in topic.teams if not alert or team != "Service Desk" or len(topic.teams) == 1]
            weights = [
                topic.teams[team] ** TEAM_CLARITY * tilt(f"{team} for {topic.path} {index}", TEAM_TILT)
                for team in teams
            ]
            self._teams[topic.path, index] = Weighted(teams, weights)
        return self._teams[topic.path, index]

    def _who_knows(self, customer: Customer, team: str, day: date) -> Agent | None:
        """The agent of a team whom a customer's people ask for."""
        if customer.name not in self._favourites:
            self._favourites[customer.name] = sorted(
                self._agents, key=lambda agent: tilt(f"{agent.email} at {customer.name}", 1.0), reverse=True
            )
        ranked = self._favourites[customer.name]
        return next((agent for agent in ranked if team in agent.teams and _present(agent, day)), None)

    def _candidates(self, team: str, skill: str, day: date) -> Weighted[Agent]:
        if day != self._day:
            self._day, self._today = day, {}
        if (team, skill) not in self._today:
            present = [agent for agent in self._agents if team in agent.teams and _present(agent, day)]
            self._today[team, skill] = Weighted(present, [_fitness(agent, team, skill) for agent in present])
        return self._today[team, skill]


def _present(agent: Agent, day: date) -> bool:
    return agent.employed(day) and not agent.away(day)


def _fitness(agent: Agent, team: str, skill: str) -> float:
    duties = OTHER_DUTIES.get(agent.role, 1.0)
    home = 1.0 if agent.teams[0] == team else SECOND_TEAM
    skilled: float = max(agent.level(skill), UNSKILLED) ** SKILL_PULL
    return duties * home * skilled
