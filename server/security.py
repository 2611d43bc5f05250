"""What every answer carries and every request must keep to, as plain ASGI so that WebSockets pass through it too."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from server.answers import Problem
from server.errors import RequestTooLarge, problem

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

# A body of 10 MB may grow sixfold when JSON escapes it; what it holds is measured again after reading.
MAX_BODY = 64 * 1024 * 1024

HEADERS = (
    (
        b"content-security-policy",
        b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        b"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
)


# What every answer of a sandbox says to programs; to people each page does.
SANDBOX = ((b"x-fifthcall-desk", b"sandbox"),)


class SecurityHeaders:
    """`further` are headers that every answer carries beside those of security."""

    def __init__(self, app: App, further: tuple[tuple[bytes, bytes], ...] = ()) -> None:
        self.app = app
        self.headers = (*HEADERS, *further)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = list(message.get("headers", []))
                private = not scope["path"].startswith("/static/")
                present = {name for name, _ in headers}
                headers += [pair for pair in self.headers if pair[0] not in present]
                if private and b"cache-control" not in present:
                    headers.append((b"cache-control", b"no-store"))
                message["headers"] = headers
            await send(message)

        await self.app(scope, receive, send_with_headers if scope["type"] == "http" else send)


class BodyLimit:
    """Refuses larger bodies, announced or streamed, before anything reads them."""

    def __init__(self, app: App, limit: int = MAX_BODY) -> None:
        self.app, self.limit = app, limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        announced = dict(scope["headers"]).get(b"content-length", b"0")
        if announced.isdigit() and (len(announced) > 18 or int(announced) > self.limit):
            await self._refuse(scope, receive, send)
            return
        received = 0

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > self.limit:
                raise RequestTooLarge("the request is larger than 64 MB")
            return message

        await self.app(scope, counted, send)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        error = RequestTooLarge("the request is larger than 64 MB")
        await Problem(problem(error), status_code=413)(scope, receive, send)
