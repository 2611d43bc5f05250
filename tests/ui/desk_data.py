"""Who is on the small desk, and what goes wrong there. Nobody and nothing in it is real."""

from dataclasses import dataclass

PASSWORD = "correct horse battery"
AGENTS = (
    ("Mara Ostrow", "mara@harbour.example", "Service Desk", "team lead"),
    ("Jory Penhallick", "jory@harbour.example", "Service Desk", "agent"),
    ("Imke Straat", "imke@harbour.example", "Network", "agent"),
    ("Pia Lindqvist", "pia@harbour.example", "Network", "agent"),
    ("Felix Amsel", "felix@harbour.example", "Service Desk", "finance"),
)
CUSTOMERS = (
    (
        "Marlowe Finch Solicitors",
        True,
        "Court deadlines: anything that stops filing is urgent.",
        ("Ada Quell", "Tom Birch", "Ines Vahl"),
    ),
    ("Brindle & Sons Bakery", False, "", ("Rosa Brindle", "Karl Mend")),
    ("Castlereach Housing", False, "", ("Lena Ott", "Omar Said", "June Pell")),
    ("Quillon Architects", False, "", ("Vera Lund", "Hugo Prins")),
)


@dataclass(frozen=True)
class Problem:
    """One kind of trouble: how people word it, who solves it and how."""

    category: str
    priority: str
    team: str
    agent: str
    hours: float
    wordings: tuple[tuple[str, str], ...]
    resolution: str


PROBLEMS = (
    Problem(
        "Network / Remote access / VPN",
        "P2 High",
        "Network",
        "Imke Straat",
        3.5,
        (
            (
                "VPN drops every few minutes",
                "Good morning,\n\nsince yesterday the VPN tunnel disconnects every five minutes when I work from home. The client says error 809.\n\nThanks",
            ),
            (
                "Cannot connect to VPN",
                "The VPN client shows error 809 and no connection to the office is made. Wi-Fi at home works.",
            ),
            (
                "vpn tunnel not stable from home office",
                "Tunnel disconnects again and again, error 809, I cannot reach the file server.",
            ),
            ("Remote access broken", "vpn connection fails with error 809 since the update this morning"),
        ),
        "Renewed the client certificate and set the tunnel to IKEv2. Connection stable for an hour, user confirmed.",
    ),
    Problem(
        "Printing / Print queue",
        "P3 Medium",
        "Service Desk",
        "Jory Penhallick",
        1.2,
        (
            ("Printer on floor 2 does not print", "All jobs stay in the queue of the printer on the second floor."),
            ("Print jobs stuck", "Print jobs are stuck in the queue, nothing comes out of the printer at reception."),
            ("Drucker druckt nicht", "Der Drucker im Empfang druckt nicht, die Warteschlange ist voll."),
        ),
        "Cleared the queue, restarted the spooler and reinstalled the driver on the print server.",
    ),
    Problem(
        "Accounts / Password and lockout",
        "P3 Medium",
        "Service Desk",
        "Jory Penhallick",
        0.3,
        (
            ("Account locked", "My account is locked after I typed the password wrong too often. Please unlock it."),
            ("Password expired, cannot sign in", "Windows says the password has expired and I cannot change it."),
            ("locked out", "please unlock my account, password reset needed"),
        ),
        "Checked identity by call back, unlocked the account and set a temporary password.",
    ),
    Problem(
        "E-mail / Outlook",
        "P3 Medium",
        "Service Desk",
        "Mara Ostrow",
        2.0,
        (
            ("Outlook hangs when opening", "Outlook shows 'loading profile' and hangs, e-mail works in the browser."),
            ("Outlook search finds nothing", "Search in Outlook returns no results since the update."),
            ("Outlook keeps asking for my password", "Outlook asks for the password again and again, web mail works."),
        ),
        "Created a new Outlook profile and rebuilt the search index.",
    ),
)

OPEN = (
    ("Outlook profile hangs again", "Outlook hangs at 'loading profile' since this morning. Web mail works fine.", 1),
    (
        "Printer on floor 3 does not print",
        "Jobs stay in the queue of the printer on the third floor, nothing comes out.",
        3,
    ),
    (
        "Account locked — urgent, hearing at 11",
        "My account is locked, I need to sign in before the hearing at eleven. Please unlock it.",
        0,
    ),
    (
        "New starter on Monday",
        "Please prepare a laptop and an account for our new colleague Nils who starts on Monday.",
        6,
    ),
    (
        "VPN tunnel disconnects at home",
        "The VPN tunnel disconnects every few minutes, error 809. I cannot reach the file server and the deadline is today.",
        0,
    ),
)
