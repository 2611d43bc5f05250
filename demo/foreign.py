"""Letters in German, French and Spanish: plainer than the English ones, but framed the way people there write."""

from functools import cache
from random import Random

from demo.data_files import lines, read
from demo.facts import Facts
from demo.grammar import Template
from demo.noise import roughen
from demo.topics import Problem
from demo.voices import voice_of


@cache
def _phrase(language: str, name: str) -> Template:
    return Template(lines(read(f"languages/{language}")[name]))


def foreign_letter(language: str, problem: Problem, facts: Facts, rng: Random) -> tuple[str, str]:
    """Subject and body."""
    body = problem.says.fill(rng, facts)
    subject = (
        body.partition(",")[0].rstrip(".?!")[:60]
        if rng.random() < 0.5
        else _phrase(language, "subject").fill(rng, facts)
    )
    if rng.random() < 0.5:
        body = f"{body} {_phrase(language, 'ask').fill(rng, facts)}"
    voice = voice_of(f"{facts['username']}@{facts['domain']}")
    greeting, closing = (_phrase(language, name).fill(rng, facts) for name in ("greeting", "closing"))
    return subject, f"{greeting}\n\n{roughen(body, voice, rng)}\n\n{closing}\n{facts['fullname']}"
