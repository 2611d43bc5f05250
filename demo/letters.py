"""The words of a ticket: mails, portal forms, notes of phone calls and messages of machines."""

from dataclasses import dataclass
from random import Random

from demo.facts import Facts
from demo.foreign import foreign_letter
from demo.grammar import Template, phrase
from demo.noise import reported, roughen, shouted
from demo.shapes import User
from demo.topics import Problem, foreign_problems
from demo.voices import Voice, voice_of

IMPACT_SAID = {"P1": 0.75, "P2": 0.55, "P3": 0.15, "P4": 0.4}
NOTED_SHARE = 0.45
VAGUE_SHARE = 0.06
VAGUE_SUBJECT_SHARE = 0.05
FOREIGN_SHARE = 0.6
FORWARDED_SHARE = 0.05
REPLIED_SHARE = 0.04
USUAL_EXTRAS = {"tried": 0.4, "others": 0.35, "detail": 0.6, "aside": 0.2}
REQUEST_EXTRAS = {"detail": 0.4, "aside": 0.25}
SUBJECT_LENGTH = 48


@dataclass(frozen=True, slots=True)
class Letter:
    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class Matter:
    """What a ticket is about: the problem, perhaps a second one beside it, and how bad it is."""

    problem: Problem
    second: Problem | None
    priority: str


def write(matter: Matter, *, user: User, channel: str, facts: Facts, rng: Random) -> Letter:
    """The subject and body as they arrive, whoever typed them."""
    if channel == "rmm":
        return _alert(matter.problem, facts, rng)
    if channel == "phone":
        return _call_note(matter, facts, rng)
    foreign = foreign_problems().get((user.language, matter.problem.topic))
    if foreign and rng.random() < FOREIGN_SHARE:
        return Letter(*foreign_letter(user.language, foreign, facts, rng))
    return _own_words(matter, voice_of(user.email), channel, facts, rng)


def chase(*, user: User, subject: str, facts: Facts, rng: Random) -> Letter:
    """A reminder about an earlier ticket that became a ticket of its own."""
    voice = voice_of(user.email)
    body = roughen(phrase("chaser").fill(rng, facts), voice, rng)
    return Letter(f"RE: {subject}", _framed(body, voice, facts, rng))


def _own_words(matter: Matter, voice: Voice, channel: str, facts: Facts, rng: Random) -> Letter:
    if rng.random() < VAGUE_SHARE:
        body = phrase("vague_body").fill(rng, facts)
        subject = phrase("vague_subject").fill(rng, facts)
    else:
        body = _sentences(matter, voice, facts, rng)
        subject = _subject(matter.problem, body, facts, rng)
    body, subject = roughen(body, voice, rng), shouted(roughen(subject, voice, rng), voice, rng)
    if channel == "portal":
        return Letter(subject, _form(body, facts, rng))
    return _enclosed(Letter(subject, _framed(body, voice, facts, rng)), facts, rng)


def _sentences(matter: Matter, voice: Voice, facts: Facts, rng: Random) -> str:
    said = [matter.problem.says.fill(rng, facts)]
    if matter.second:
        said.append(f"{phrase('also').fill(rng, facts)} {_uncapital(matter.second.says.fill(rng, facts))}")
    if rng.random() < IMPACT_SAID[matter.priority]:
        _put(said, phrase(f"impact_{matter.priority.lower()}").fill(rng, facts), rng)
    for template, share in _extras(matter.problem, voice):
        if rng.random() < share:
            _put(said, template.fill(rng, facts), rng)
    if rng.random() < 0.25 + 0.4 * voice.wordy:
        said.append(phrase("ask").fill(rng, facts))
    if rng.random() < 0.3 * voice.wordy:
        said.insert(0, phrase("opening").fill(rng, facts))
    return _joined(said, voice, rng)


def _extras(problem: Problem, voice: Voice) -> list[tuple[Template, float]]:
    own = [(problem.more, 0.2 + 0.6 * voice.wordy)] if problem.more else []
    usual = USUAL_EXTRAS if problem.type == "Incident" else REQUEST_EXTRAS
    return [*own, *((phrase(name), share * voice.wordy) for name, share in usual.items())]


def _put(said: list[str], sentence: str, rng: Random) -> None:
    """Mostly after the matter, sometimes before it."""
    said.insert(0 if rng.random() < 0.12 else 1 + int(rng.random() * len(said)), sentence)


def _joined(said: list[str], voice: Voice, rng: Random) -> str:
    if voice.airy and len(said) > 1:
        cut = 1 + int(rng.random() * (len(said) - 1))
        return " ".join(said[:cut]) + "\n\n" + " ".join(said[cut:])
    return ("\n" if rng.random() < 0.1 else " ").join(said)


def _uncapital(sentence: str) -> str:
    return (
        sentence
        if sentence[:2] in {"I ", "I'", "I["} or sentence[1:2].isupper()
        else sentence[:1].lower() + sentence[1:]
    )


def _subject(problem: Problem, body: str, facts: Facts, rng: Random) -> str:
    kind = rng.random()
    if kind < VAGUE_SUBJECT_SHARE:
        return phrase("vague_subject").fill(rng, facts)
    if kind < 0.27:
        return _first_words(body)
    subject = problem.subjects.fitting(body, rng, facts)
    if kind < 0.42:
        return subject + facts.one_of(
            (f" - {facts['site']}", f" ({facts['device']})", f" / {facts['fullname']}", " - urgent", ", please help")
        )
    return subject if kind < 0.8 else subject[:1].upper() + subject[1:]


def _first_words(body: str) -> str:
    """What the person began to say, cut where the line was full."""
    first = body.partition("\n")[0].partition(". ")[0].rstrip(".!?, ")
    return first if len(first) <= SUBJECT_LENGTH else first[:SUBJECT_LENGTH].rpartition(" ")[0].rstrip(",;: ")


def _framed(body: str, voice: Voice, facts: Facts, rng: Random) -> str:
    """With greeting and signature as this person puts them."""
    parts = [roughen(phrase("greeting").fill(rng, facts), voice, rng)] if rng.random() < voice.greets else []
    parts.append(body)
    parts += _signature(voice, facts, rng)
    return ("\n\n" if voice.airy or voice.signs == "full" else "\n").join(parts)


def _signature(voice: Voice, facts: Facts, rng: Random) -> list[str]:
    closing = phrase("closing").fill(rng, facts)
    if voice.signs == "none":
        return [closing] if rng.random() < 0.3 else []
    if voice.signs == "mobile":
        return [phrase("device_sign").fill(rng, facts)]
    if voice.signs == "first":
        return [f"{closing}\n{facts['first']}"]
    if voice.signs == "name":
        return [f"{closing}\n{facts['fullname']}"]
    return _full_signature(closing, voice, facts)


def _full_signature(closing: str, voice: Voice, facts: Facts) -> list[str]:
    card = f"{facts['fullname']}\n{facts['department']}\n{facts['customer']}, {facts['site']}\nT {facts['phone']}"
    disclaimer = facts.organisation.disclaimer
    return [closing, card, disclaimer] if disclaimer and voice.disclaimer else [closing, card]


def _form(body: str, facts: Facts, rng: Random) -> str:
    """The portal asks for a place and a device; not everybody answers."""
    if rng.random() < 0.45:
        return body
    asked = [f"Site: {facts['site']}"]
    if rng.random() < 0.6:
        asked.append(f"Device: {facts['device'] if rng.random() < 0.7 else facts.one_of(('-', 'n/a', 'mine', '?'))}")
    if rng.random() < 0.5:
        asked.append(f"Phone: {facts['phone']}")
    return "\n".join([*asked, f"Description: {body}"] if rng.random() < 0.5 else [body, "", *asked])


def _enclosed(letter: Letter, facts: Facts, rng: Random) -> Letter:
    """Sometimes the mail comes forwarded by somebody else or hangs on an old conversation."""
    kind = rng.random()
    if kind < FORWARDED_SHARE:
        return _forwarded(letter, facts, rng)
    if kind < FORWARDED_SHARE + REPLIED_SHARE:
        return _replied(letter, facts, rng)
    return letter


def _forwarded(letter: Letter, facts: Facts, rng: Random) -> Letter:
    head = f"From: {facts['fullname']}\nSent: {facts.at:%d %B %Y %H:%M}\nTo: {facts['boss']}\nSubject: {letter.subject}"
    rule = facts.one_of(
        ("-----Original Message-----", "________________________________", "---------- Forwarded message ---------")
    )
    intro = phrase("forward_intro").fill(rng, facts)
    return Letter(
        facts.one_of(("FW: ", "Fwd: ")) + letter.subject,
        f"{intro}\n\n{facts['boss']}\n\n{rule}\n{head}\n\n{letter.body}",
    )


def _replied(letter: Letter, facts: Facts, rng: Random) -> Letter:
    intro = phrase("reply_intro").fill(rng, facts) + "\n" if rng.random() < 0.4 else ""
    quoted = phrase("old_mail").fill(rng, facts)
    head = f"On {facts.day(-40, -3):%d %b %Y} at {facts.number(8, 17)}:{facts.number(10, 59)}, Service Desk wrote:"
    return Letter(f"RE: {letter.subject}", f"{intro}{letter.body}\n\n{head}\n> {quoted}")


def _call_note(matter: Matter, facts: Facts, rng: Random) -> Letter:
    """An agent's note, typed while listening."""
    terse = matter.problem.notes if rng.random() < NOTED_SHARE else None
    told = terse.fill(rng, facts) if terse else reported(matter.problem.says.fill(rng, facts))
    subject = matter.problem.subjects.fitting(told, rng, facts)
    if rng.random() < 0.6:
        told = f"{phrase('phone_prefix').fill(rng, facts)} {told}"
    note = [told]
    if matter.second:
        note.append("+ " + reported((matter.second.notes or matter.second.says).fill(rng, facts)))
    tails = int(rng.random() ** 1.6 * 4)
    note += {phrase("phone_tail").fill(rng, facts): None for _ in range(tails)}
    body = facts.one_of((" ", " ", "\n", " - ")).join(note)
    return Letter(f"{facts['fullname']}: {subject}" if rng.random() < 0.35 else subject, body)


def _alert(problem: Problem, facts: Facts, rng: Random) -> Letter:
    body = problem.says.fill(rng, facts)
    if problem.more and rng.random() < 0.5:
        body = f"{body}\n{problem.more.fill(rng, facts)}"
    return Letter(problem.subjects.fitting(body, rng, facts), body)
