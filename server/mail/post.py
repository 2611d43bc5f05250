"""Taking mails out of the outbox and handing them to the SMTP server, one transaction for what became of each."""

import threading
from collections.abc import Sequence
from datetime import timedelta

import structlog

from core_psa.db import Database, Work
from core_psa.notices import outbox
from core_psa.notices.outbox import Letter
from core_psa.notices.sending import Ceiling, Ceilings
from server.mail.letters import compose
from server.mail.smtp import Refused, SenderRefused, ServerUnusable, Smtp
from server.settings import Settings

log = structlog.get_logger()

BATCH = 20
LEASE = timedelta(minutes=5)
LOOKS_EVERY = 2.0
_FIRST_PAUSE, _LONGEST_PAUSE = 5.0, 300.0


class Post:
    """Sends what waits. Without a configured server mails stay where they are, until they are too old to be news."""

    def __init__(self, settings: Settings, db: Database) -> None:
        self._db = db
        self._smtp = _server_of(settings)
        self._expires = timedelta(hours=settings.mail_expires_hours)
        per_ticket, per_person = settings.mail_ceilings, settings.mail_ceilings_person
        self._ceilings = Ceilings(tuple(Ceiling(*c) for c in per_ticket), tuple(Ceiling(*c) for c in per_person))

    def work_once(self) -> int:
        """Sends one batch; how many mails were taken from the outbox. Raises ServerUnusable; what was not sent is back in it."""
        with self._db.read() as session:
            if not outbox.is_due(session, self._db.clock.now()):
                return 0
        with self._db.work() as w:
            outbox.expire(w, self._expires)
            letters = self._claim(w)
        if letters:
            self._send(letters)
        return len(letters)

    def _claim(self, w: Work) -> Sequence[Letter]:
        if self._smtp is None:
            return ()
        return outbox.claim(w, BATCH, LEASE, self._smtp.sender.domain, self._ceilings)

    def _send(self, letters: Sequence[Letter]) -> None:
        assert self._smtp is not None
        left = list(letters)
        try:
            with self._smtp as smtp:
                while left:
                    self._send_one(smtp, left.pop(0))
        except ServerUnusable as error:
            with self._db.work() as w:
                outbox.give_back(w, [letter.id for letter in left], f"mail server: {error}")
            raise

    def _send_one(self, smtp: Smtp, letter: Letter) -> None:
        try:
            smtp.send(compose(letter, smtp.sender))
        except SenderRefused as error:
            self._given_back(letter, error)
            raise
        except ServerUnusable as error:
            # It may be this mail that the server breaks down over: the others must not wait behind it for ever.
            self._refused(letter, str(error), for_good=False)
            raise
        except Refused as error:
            self._refused(letter, str(error), for_good=error.for_good)
        except ValueError as error:
            self._refused(letter, str(error), for_good=True)
        else:
            with self._db.work() as w:
                outbox.sent(w, letter.id)

    def _refused(self, letter: Letter, reason: str, *, for_good: bool) -> None:
        with self._db.work() as w:
            outbox.refused(w, letter.id, reason, for_good=for_good)
        log.warning("mail.refused", mail=letter.id, for_good=for_good)

    def _given_back(self, letter: Letter, error: ServerUnusable) -> None:
        with self._db.work() as w:
            outbox.give_back(w, [letter.id], f"mail server: {error}")


def _server_of(settings: Settings) -> Smtp | None:
    if not settings.smtp_host:
        return None
    try:
        return Smtp(settings)
    except ValueError as error:  # the worker has more to do than mail
        log.error("mail.unusable", error=str(error), advice="set FIFTHCALL_MAIL_FROM to the address mails come from")
        return None


class PostLoop:
    """A thread around `Post`; never dies of an error, and leaves a server alone that is in trouble."""

    def __init__(self, post: Post) -> None:
        self._post = post
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="post", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join(timeout=60)

    def _run(self) -> None:
        pause = _FIRST_PAUSE
        while not self._stopped.is_set():
            try:
                sent = self._post.work_once()
                pause = _FIRST_PAUSE
                self._stopped.wait(0.0 if sent else LOOKS_EVERY)
            except Exception as error:
                log.error("mail.failed", error=f"{type(error).__name__}: {error}", retry_seconds=pause)
                self._stopped.wait(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)
