"""The made-up customers and the people who work there. The people are the same for every seed: a desk keeps its users."""

import unicodedata
from functools import cache
from random import Random
from typing import Any

from demo.data_files import read
from demo.shapes import Customer, Site, User

PEOPLE_SEED = "the people of the demo desk"
VIP_SHARE = 0.04
LOCAL_NAME_SHARE = 0.8


@cache
def customers() -> tuple[Customer, ...]:
    zones = {row["name"]: row["time_zone"] for row in read("desk")["calendar"]} | {"Round the clock": "Europe/London"}
    taken: set[str] = set()
    return tuple(_customer(row, zones, taken) for row in read("customers")["customer"])


def _customer(row: dict[str, Any], zones: dict[str, str], taken: set[str]) -> Customer:
    rng = Random(f"{PEOPLE_SEED}: {row['name']}")
    sites = tuple(Site(site["name"], site["city"], site["phone"] + "00") for site in row["sites"])
    return Customer(
        name=row["name"],
        domains=tuple(row["domains"]),
        time_zone=row.get("time_zone", zones[row["calendar"]]),
        language=row.get("language", "en"),
        vip=row.get("vip", False),
        note=row["note"],
        calendar=row["calendar"],
        apps=tuple(row["apps"]),
        lean=tuple(row["lean"]),
        disclaimer=row.get("disclaimer", ""),
        sites=sites,
        users=tuple(_user(rng, row, number, taken) for number in range(row["size"])),
    )


def _user(rng: Random, row: dict[str, Any], number: int, taken: set[str]) -> User:
    home = row.get("language", "en")
    local = rng.random() < LOCAL_NAME_SHARE
    name = _new_name(rng, home if local else "en", taken)
    site = row["sites"][number % len(row["sites"])]
    return User(
        name=name,
        email=f"{plain(name)}@{row['domains'][0]}",
        phone=f"{site['phone']}{number // len(row['sites']) + 1:02}",
        site=site["name"],
        department=rng.choice(read("names")["departments"]["names"]),
        vip=number == 0 or rng.random() < VIP_SHARE,
        language=home if local else "en",
    )


def _new_name(rng: Random, language: str, taken: set[str]) -> str:
    while (name := random_name(rng, language)) in taken:
        pass
    taken.add(name)
    return name


def random_name(rng: Random, language: str) -> str:
    first, last = name_lists(language)
    return f"{rng.choice(first)} {rng.choice(last)}"


@cache
def name_lists(language: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """First names and family names of a language."""
    names = read("names")[language]
    return tuple(names["first"].split()), tuple(names["last"].split())


def plain(name: str) -> str:
    """A name as the left part of an address: `Jördis Ahrendsbeck` -> `jordis.ahrendsbeck`."""
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return letters.lower().replace(" ", ".")
