"""The carrier's form, read once a request: what it says, and what of it was signed."""

from urllib.parse import unquote_plus

from flask import g, request

MAX_FIELDS = 200


class PostedForm(dict[str, str]):
    """The fields, each with its first value; `getall` has them all, as the signature wants them."""

    def __init__(self, pairs: list[tuple[str, str]]) -> None:
        super().__init__(reversed(pairs))
        self._pairs = pairs if len(pairs) != len(self) else None

    def getall(self, name: str) -> list[str]:
        """Every value of the field, in the order sent."""
        if self._pairs is None:
            return [self[name]]
        return [value for key, value in self._pairs if key == name]


def posted() -> PostedForm:
    """The form of the request at hand; one with too many fields, or that is no text, is an empty one."""
    form: PostedForm | None = g.get("posted")
    if form is None:
        form = g.posted = read_form(_body())
    return form


def _body() -> bytes:
    length = request.environ.get("CONTENT_LENGTH")
    if length:  # the guard has seen that it is a number, and not too large
        return bytes(request.environ["wsgi.input"].read(int(length)))
    return request.get_data(cache=False)


def read_form(body: bytes) -> PostedForm:
    """A form as browsers and carriers write it; empty values count."""
    try:
        fields = body.decode("utf-8").split("&")
        if len(fields) > MAX_FIELDS:
            return PostedForm([])
        return PostedForm([_pair(field) for field in fields if field])
    except UnicodeDecodeError:
        return PostedForm([])


def _pair(field: str) -> tuple[str, str]:
    name, _, value = field.partition("=")
    return _plain(name), _plain(value)


def _plain(written: str) -> str:
    """Most fields are written as they are: only the others are taken apart."""
    return unquote_plus(written, errors="strict") if "%" in written or "+" in written else written
