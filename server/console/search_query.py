"""What the address of the search page says, and the addresses its links lead to."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlencode

from core_psa.reads.search import Order
from server.console.queue_query import TABS, QueueQuery

LONGEST = 500
ORDER_NAMES: Mapping[str, str] = {"newest": "Newest first", "relevance": "Best match first"}
# Which tickets, as the queue's tabs say it.
STATE_NAMES: Mapping[str, str] = {name: label for name, (label, _) in TABS.items() if name != "all"}


@dataclass(frozen=True)
class SearchQuery:
    """`filters` are the queue's, without words, order and page."""

    words: str
    among: Literal["tickets", "articles"]
    order: Order
    cursor: str | None
    filters: QueueQuery

    @classmethod
    def parse(cls, parameters: Mapping[str, str]) -> "SearchQuery":
        """Takes what it understands; words beyond any sensible number are left out."""
        filters = {name: value for name, value in parameters.items() if name not in ("q", "sort", "cursor", "view")}
        return cls(
            words=parameters.get("q", "").strip()[:LONGEST],
            among="articles" if parameters.get("in") == "articles" else "tickets",
            order="relevance" if parameters.get("order") == "relevance" else "newest",
            cursor=parameters.get("cursor") or None,
            filters=QueueQuery.parse({**filters, "state": parameters.get("state") or "all"}),
        )

    def value(self, name: str) -> str:
        """Of a filter."""
        return self.filters.tab if name == "state" and self.filters.tab != "all" else self.filters.value(name)

    def url(self, **changes: str | None) -> str:
        """The address with these parameters set, or dropped where None; it begins at the first page."""
        standing = {"q": self.words, "in": self.among, "order": self.order, "state": self.filters.tab}
        wanted = {**standing, **dict(self.filters.given), **changes}
        usual = {"in": "tickets", "order": "newest", "state": "all"}
        return f"/search?{urlencode([(n, v) for n, v in wanted.items() if v and usual.get(n) != v])}"

    @property
    def filtered(self) -> bool:
        return bool(self.filters.given) or self.filters.tab != "all"

    @property
    def words_alone(self) -> str:
        return f"/search?{urlencode({'q': self.words})}"

    @property
    def in_queue(self) -> str:
        """The same tickets where they can be worked on."""
        return self.filters.url(q=self.words)
