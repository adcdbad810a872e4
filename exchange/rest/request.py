"""One REST request as a resource sees it: names from the path, typed fields from the form, and how to answer."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from multidict import MultiDict, MultiMapping

from exchange.rest.errors import RestError, invalid, missing, not_found
from exchange.twiml.verb import Ask, Inline, Source

if TYPE_CHECKING:
    from exchange.exchange import Exchange
    from exchange.legs import Leg

ROOT = "/2010-04-01/Accounts"


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of a form, read as what they should be; what they cannot be is refused."""

    fields: MultiMapping[str] = field(default_factory=MultiDict)

    def __contains__(self, name: str) -> bool:
        return name in self.fields

    def __iter__(self) -> Iterator[str]:
        return iter(self.fields)

    def text(self, name: str, default: str = "") -> str:
        """A field as it stands."""
        return self.fields.get(name, default)

    def needed(self, name: str, code: int = 20001) -> str:
        """A field that must be there."""
        value = self.fields.get(name, "")
        if not value:
            raise missing(name, code)
        return value

    def flag(self, name: str) -> bool | None:
        """True or false, None when not given. Twilio reads any other word as false."""
        return None if name not in self.fields else self.fields[name].lower() == "true"

    def number(self, name: str, default: int, *, least: int = 0, most: int = 1 << 31) -> int:
        """A whole number within bounds."""
        raw = self.fields.get(name, "")
        if not raw:
            return default
        if not raw.isdecimal() or not least <= int(raw) <= most:
            raise invalid(name, raw)
        return int(raw)

    def choice(self, name: str, choices: tuple[str, ...], default: str = "") -> str:
        """One of these words."""
        raw = self.fields.get(name, "") or default
        if raw and raw not in choices:
            raise invalid(name, raw)
        return raw

    def method(self, name: str) -> str:
        """GET or POST."""
        return self.choice(name, ("GET", "POST"), "POST")

    def words(self, name: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        """A field given several times, or once with spaces between."""
        given = [word for value in self.fields.getall(name, []) for word in value.split()]
        return tuple(given) or default

    def url(self, name: str, code: int = 21205) -> str:
        """An absolute URL, empty when not given."""
        value = self.fields.get(name, "")
        if value and not value.startswith(("http://", "https://")):
            raise RestError(400, code, f"{name} is not a valid URL: {value!r}")
        return value


@dataclass(frozen=True, slots=True, kw_only=True)
class RestRequest:
    """A request that has shown its credentials."""

    exchange: "Exchange"
    path: str
    names: Mapping[str, str]  # from the path: call, conference, queue, …
    form: Form = field(default_factory=Form)
    query: MultiMapping[str] = field(default_factory=MultiDict)

    @property
    def account(self) -> str:
        """The account's SID."""
        return self.exchange.config.account_sid

    def gone(self) -> RestError:
        """The error for a resource that is not there."""
        return not_found(self.path)

    def leg(self) -> "Leg":
        """The call named in the path."""
        leg = self.exchange.leg(self.names["call"])
        if leg is None:
            raise self.gone()
        return leg

    def document(self) -> Source | None:
        """Url (with Method) or Twiml, whichever is given."""
        form = self.form
        if form.text("Twiml"):
            return Inline(form.text("Twiml"))
        url = form.url("Url")
        return Ask(url=url, method=form.method("Method")) if url else None

    def uri(self, *parts: str) -> str:
        """The path of a resource of this account."""
        return "/".join((ROOT, self.account, *parts))


@dataclass(frozen=True, slots=True)
class Reply:
    """What is answered: JSON, or bytes of a type; 204 with nothing."""

    status: int = 200
    body: Mapping[str, object] | None = None
    media: bytes = b""
    media_type: str = ""


Handler = Callable[[RestRequest], Reply | Awaitable[Reply]]


@dataclass(frozen=True, slots=True)
class Route:
    """One method of one path; the path is relative to the account and in aiohttp's spelling."""

    method: str
    path: str
    handler: Handler


def ok(body: Mapping[str, object]) -> Reply:
    """200."""
    return Reply(200, body)


def created(body: Mapping[str, object]) -> Reply:
    """201."""
    return Reply(201, body)


def nothing() -> Reply:
    """204: done, and nothing to say."""
    return Reply(204)
