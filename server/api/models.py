"""What the bodies and answers of the records' routes have in common."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Generic, Self, TypeVar

from fastapi import Depends, Path, Query
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from core_psa.db import Base, fields
from core_psa.db.fields import MAX_KEY, MAX_NAME, MAX_TEXT
from core_psa.db.paging import DEFAULT_LIMIT, MAX_LIMIT, Page
from core_psa.db.weeks import MINUTES_A_DAY, Hours
from server.api.deps import Api

MAX_LISTED = 1_000

# The default of a field that may be left out: never read, as only what was given is passed on.
NOT_GIVEN: Any = Field(default_factory=lambda: None)

Name = Annotated[str, Field(min_length=1, max_length=MAX_NAME, description="one line")]
Text = Annotated[str, Field(max_length=MAX_TEXT)]
RecordId = Annotated[int, Field(ge=1, le=MAX_KEY)]
Email = Annotated[str, Field(max_length=254, examples=["ida@example.com"])]
Zone = Annotated[str, Field(max_length=100, description="a zone of the IANA database", examples=["Europe/Berlin"])]
Minute = Annotated[int, Field(ge=0, le=MINUTES_A_DAY, description="minute of the day; 1440 is the midnight after")]
Moment = Annotated[AwareDatetime, AfterValidator(fields.instant), Field(description="with a time zone")]

Key = Annotated[int, Path(ge=1, le=MAX_KEY)]
Cursor = Annotated[str | None, Query(max_length=4_000, description="`next_cursor` of the page before")]
Limit = Annotated[int, Query(ge=1, le=MAX_LIMIT)]
WithInactive = Annotated[bool, Query(description="also those that are no longer offered")]

DEFAULT = DEFAULT_LIMIT


class Body(BaseModel):
    """What a caller sends. A field that means nothing here is refused."""

    model_config = ConfigDict(extra="forbid")

    def given(self) -> dict[str, Any]:
        """The fields the caller wrote, and no defaults."""
        return self.model_dump(exclude_unset=True)


class Record(BaseModel):
    """What a caller gets."""

    @classmethod
    def of(cls, row: Base, **more: Any) -> Self:
        """Read from a stored row, and from `more` what stands in other tables."""
        own = {name: getattr(row, name) for name in cls.model_fields if name not in more}
        return cls.model_validate({**own, **more})


Row = TypeVar("Row")
Item = TypeVar("Item", bound=BaseModel)


class Listed(BaseModel, Generic[Item]):
    """One page of a list. `next_cursor` is null on the last."""

    items: list[Item]
    next_cursor: str | None


def listed(page: Page[Row], shape: Callable[[Row], Item]) -> Listed[Item]:
    return Listed(items=[shape(row) for row in page.rows], next_cursor=page.next_cursor)


@dataclass(frozen=True)
class Offered:
    """Which page of a list is wanted, whose records may be offered no longer."""

    cursor: Cursor = None
    limit: Limit = DEFAULT
    inactive: WithInactive = False

    def page(self, api: Api, read: Callable[..., Page[Row]], shape: Callable[[Row], Item]) -> Listed[Item]:
        """`read` takes session, viewer, cursor and limit, and `inactive` by its name."""
        with api.db.read() as session:
            return listed(read(session, api.viewer, self.cursor, self.limit, inactive=self.inactive), shape)


Wanted = Annotated[Offered, Depends()]


class Named(Body):
    name: Name


class WeekHours(Body):
    """Hours that return every week. What goes over midnight is written as two."""

    weekday: Annotated[int, Field(ge=0, le=6, description="0 is Monday")]
    starts: Minute
    ends: Minute


def hours(week: Sequence[WeekHours]) -> list[Hours]:
    return [Hours(entry.weekday, entry.starts, entry.ends) for entry in week]


def week(entries: Sequence[Hours]) -> list[WeekHours]:
    return [WeekHours(**entry._asdict()) for entry in entries]
