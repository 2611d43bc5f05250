"""The one SMTP server. What it refuses is told apart: this mail for good, this mail for now, or nothing can be sent at all."""

import smtplib
import ssl
from email.headerregistry import Address
from email.message import EmailMessage
from types import TracebackType
from typing import Self

from server.mail.letters import sender
from server.settings import Settings

_GOING_AWAY = 421


class Refused(Exception):
    """The server does not take this mail; `for_good` says that asking again cannot help."""

    def __init__(self, reason: str, *, for_good: bool) -> None:
        super().__init__(reason)
        self.for_good = for_good


class ServerUnusable(Exception):
    """No mail can be sent now: the server is unreachable, lets us not in, or breaks off."""


class SenderRefused(ServerUnusable):
    """The server takes nothing from the address mails come from."""


class Smtp:
    """A connection, open inside `with`. Entering raises ServerUnusable."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.sender: Address = sender(settings.mail_from)
        self._server: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        try:
            self._server = self._open()
        except (OSError, smtplib.SMTPException) as error:
            raise ServerUnusable(said(error)) from error
        return self

    def _open(self) -> smtplib.SMTP:
        s = self._settings
        where = (s.smtp_host, s.smtp_port, self.sender.domain)
        if s.smtp_security == "tls":
            secured = ssl.create_default_context()
            server: smtplib.SMTP = smtplib.SMTP_SSL(*where, timeout=s.smtp_timeout_seconds, context=secured)
        else:
            server = smtplib.SMTP(*where, timeout=s.smtp_timeout_seconds)
        if s.smtp_security == "starttls":
            server.starttls(context=ssl.create_default_context())
        if s.smtp_user:
            server.login(s.smtp_user, s.smtp_password.text)
        return server

    def send(self, mail: EmailMessage) -> None:
        """Returns once the server has taken it. Raises Refused or ServerUnusable."""
        assert self._server is not None, "used outside its with"
        try:
            self._server.send_message(mail)
        except smtplib.SMTPRecipientsRefused as error:
            raise _refused(*next(iter(error.recipients.values()))) from error
        except smtplib.SMTPSenderRefused as error:
            raise SenderRefused(said(error)) from error
        except smtplib.SMTPNotSupportedError as error:
            raise Refused(said(error), for_good=True) from error
        except smtplib.SMTPResponseException as error:
            raise _refused(error.smtp_code, error.smtp_error) from error
        except (OSError, smtplib.SMTPException) as error:
            raise ServerUnusable(said(error)) from error

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._server is not None:
            self._server.close()


def _refused(code: int, text: bytes | str) -> Exception:
    reason = f"{code} {_words(text)}"
    return ServerUnusable(reason) if code == _GOING_AWAY else Refused(reason, for_good=code >= 500)


def said(error: Exception) -> str:
    """What a person needs to know of it; never what was sent, in which a password may have been."""
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return f"{error.smtp_code} the mail server does not accept user and password"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_words(error.smtp_error)}"
    return f"{type(error).__name__}: {error}"


def _words(text: bytes | str) -> str:
    return text.decode("utf-8", "replace") if isinstance(text, bytes) else text
