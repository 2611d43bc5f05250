"""The facts of one ticket: device names, error codes, colleagues, files ... made when a text first asks for them."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from random import Random

from demo.customers import random_name
from demo.data_files import read
from demo.shapes import Customer, User

HEX_CODES = ("0x800", "0x8007", "0xc000", "0x8024", "0x80070", "CAA2000")


class Facts(dict[str, str]):
    """A mapping that makes up what it is asked for and then stays with it.

    `apps` are the programs the customer uses by then, `at` is the local time of the ticket, `agent` the first name that
    signs the desk's earlier mails.
    """

    def __init__(
        self, *, rng: Random, customer: Customer, user: User, apps: tuple[str, ...], at: datetime, agent: str
    ) -> None:
        super().__init__(
            fullname=user.name,
            username=user.email.partition("@")[0],
            phone=user.phone,
            site=user.site,
            department=user.department,
            customer=customer.name,
            domain=customer.domains[0],
            agent=agent,
        )
        self["first"], self["last"] = user.name.split(" ", 1)
        self.rng = rng
        self.organisation = customer
        self.apps = apps
        self.at = at

    def __missing__(self, name: str) -> str:
        value = self[name] = _MAKERS[name](self)
        return value

    def day(self, least: int, most: int) -> datetime:
        return self.at + timedelta(days=self.number(least, most))

    def number(self, least: int, most: int) -> int:
        """Like randint, in a third of its time."""
        return least + int(self.rng.random() * (most - least + 1))

    def one_of(self, values: tuple[str, ...]) -> str:
        return values[int(self.rng.random() * len(values))]

    def code(self) -> str:
        """Three letters that stand for the customer in the names of machines."""
        return self.organisation.domains[0][:3].upper()


Maker = Callable[[Facts], str]


@cache
def _values(name: str) -> tuple[str, ...]:
    return tuple(read("facts")[name].split("|"))


def _listed(name: str) -> Maker:
    values = _values(name)
    return lambda facts: facts.one_of(values)


def _colleague(facts: Facts) -> str:
    return _other(facts, facts.number(0, len(facts.organisation.users) - 1))


def _boss(facts: Facts) -> str:
    return _other(facts, facts.number(0, 2))


def _other(facts: Facts, number: int) -> str:
    """Nobody speaks of himself: the next person where it would be the writer."""
    users = facts.organisation.users
    name = users[number].name
    return name if name != facts["fullname"] else users[number - 1].name


def _new_name(facts: Facts) -> str:
    return random_name(facts.rng, facts.organisation.language)


def _server(facts: Facts) -> str:
    return f"{facts.code()}-{facts.one_of(('SRV', 'FS', 'DC', 'SQL', 'APP', 'PRT'))}0{facts.number(1, 4)}"


def _hex(facts: Facts) -> str:
    return f"{facts.one_of(HEX_CODES)}{facts.number(4096, 65535):X}"


def _date(facts: Facts) -> str:
    day = facts.day(1, 24)
    return f"{day.day} {day:%B}" if facts.rng.random() < 0.5 else f"{day:%d/%m}"


def _later(facts: Facts) -> str:
    return _clock(facts, facts.at + timedelta(minutes=facts.number(40, 280)))


def _earlier(facts: Facts) -> str:
    return _clock(facts, facts.at - timedelta(minutes=facts.number(8, 90)))


def _clock(facts: Facts, at: datetime) -> str:
    """To the next five minutes, in one of the ways people write it."""
    hour, minute = at.hour, at.minute // 5 * 5
    if facts.rng.random() < 0.3:
        return f"{hour % 12 or 12}{'am' if hour < 12 else 'pm'}"
    return f"{hour}{facts.one_of((':', '.'))}{minute:02}"


def _ip(facts: Facts) -> str:
    return f"10.{facts.number(1, 60)}.{facts.number(0, 30)}.{facts.number(2, 254)}"


def _app(facts: Facts) -> str:
    return facts.one_of(facts.apps or ("Excel",))


def _outside_mail(facts: Facts) -> str:
    company = facts["extcompany"].lower().replace(" ", "")
    return f"{facts['extperson'].split(' ')[0].lower()}@{company}.example"


_MAKERS: dict[str, Maker] = {
    "ap": lambda facts: f"AP-{facts.code()}-{facts.number(1, 28):02}",
    "app": _app,
    "asset": lambda facts: f"{facts.number(10200, 48999)}",
    "backuperror": _listed("backup_errors"),
    "boss": _boss,
    "city": _listed("cities"),
    "clock": _later,
    "code": lambda facts: f"{facts.one_of(('C', 'J', 'E', 'SC', '49.'))}{facts.number(102, 7990)}",
    "colleague": _colleague,
    "colleague_first": lambda facts: facts["colleague"].partition(" ")[0],
    "date": _date,
    "device": lambda facts: f"{facts.one_of(('NB', 'PC', 'LT', 'WS'))}-{facts.code()}-{facts.number(11, 489):04}",
    "earlier": _earlier,
    "eventid": lambda facts: facts.one_of(("7", "41", "129", "153", "6008")),
    "ext": lambda facts: str(facts.number(210, 489)),
    "extcompany": _listed("ext_companies"),
    "extmail": _outside_mail,
    "extperson": lambda facts: random_name(facts.rng, "en"),
    "file": lambda facts: facts.one_of(_values("file_stems")) + facts.one_of(_values("file_ends")),
    "folder": _listed("folders"),
    "folderword": lambda facts: facts["folder"].replace(" ", ""),
    "gb": lambda facts: str(facts.number(12, 940)),
    "headset": _listed("headsets"),
    "hex": _hex,
    "host": lambda facts: f"{facts.code()}-ESX0{facts.number(1, 3)}",
    "ip": _ip,
    "job": lambda facts: (
        f"{facts.code()}-{facts.one_of(('Daily', 'VMs', 'SQL hourly', 'Files', 'M365', 'Weekly full'))}"
    ),
    "jobtitle": _listed("job_titles"),
    "kb": lambda facts: f"KB50{facts.number(30100, 68900)}",
    "ledgererr": lambda facts: f"error LL-{facts.number(1004, 1990)}",
    "letter": _listed("letters"),
    "mailbox": lambda facts: (
        f"{facts.one_of(('info', 'orders', 'accounts', 'office', 'hr', 'enquiries'))}@{facts['domain']}"
    ),
    "malware": _listed("malware"),
    "model": _listed("models"),
    "month": _listed("months"),
    "n": lambda facts: str(facts.number(2, 9)),
    "newlast": lambda facts: facts["newname"].partition(" ")[2],
    "newname": _new_name,
    "oldticket": lambda facts: str(facts.number(70211, 99820)),
    "pct": lambda facts: str(facts.number(88, 99)),
    "port": lambda facts: facts.one_of(("8443", "1433", "5061", "4500", "10443", "22", "9100")),
    "printer": _listed("printers"),
    "printerplace": _listed("printer_places"),
    "process": _listed("processes"),
    "rds": lambda facts: f"RDS0{facts.number(1, 4)}",
    "room": _listed("rooms"),
    "router": lambda facts: f"RT-{facts.code()}-{facts.number(1, 3)}",
    "serial": lambda facts: f"{facts.one_of(('5CG', 'PF', 'INV-', 'A', 'VC'))}{facts.number(100200, 998877)}",
    "server": _server,
    "service": _listed("services"),
    "share": lambda facts: f"\\\\{facts.code()}-FS01\\{facts.one_of(('Common', 'Data', 'Teams', 'Office'))}",
    "smtp": _listed("smtp"),
    "socket": lambda facts: f"{facts.number(0, 3)}.{facts.one_of(('A', 'B', 'C'))}.{facts.number(1, 48):02}",
    "software": _listed("software"),
    "ssid": lambda facts: facts.one_of(
        (f"{facts.code()}-Office", f"{facts.code()}-Corp", "staff", f"{facts.code()}-5G")
    ),
    "stamp": lambda facts: f"{facts.at - timedelta(minutes=facts.number(4, 400)):%Y-%m-%d %H:%M}",
    "stockerr": lambda facts: facts.one_of(
        (f"SM-{facts.number(200, 880)}", "a red screen", '"article locked"', "timeout")
    ),
    "stop": _listed("stops"),
    "switch": lambda facts: f"SW-{facts.code()}-{facts.number(1, 6):02}",
    "vpncode": _listed("vpn_codes"),
    "webcat": _listed("web_categories"),
    "website": _listed("websites"),
    "weekday": lambda facts: f"{facts.day(-6, -1):%A}",
}
