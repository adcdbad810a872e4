"""The carrier's form, read once a request: what it says, and what of it was signed."""

from urllib.parse import parse_qsl

from flask import g, request

MAX_FIELDS = 200


class PostedForm(dict[str, str]):
    """The fields, each with its first value; `getall` has them all, as the signature wants them."""

    def __init__(self, pairs: list[tuple[str, str]]) -> None:
        super().__init__(reversed(pairs))
        self._pairs = pairs

    def getall(self, name: str) -> list[str]:
        """Every value of the field, in the order sent."""
        if len(self._pairs) == len(self):
            return [self[name]]
        return [value for key, value in self._pairs if key == name]


def posted() -> PostedForm:
    """The form of the request at hand; one with too many fields, or that is no text, is an empty one."""
    form: PostedForm | None = g.get("posted")
    if form is None:
        form = g.posted = _read()
    return form


def _read() -> PostedForm:
    try:
        body = request.get_data().decode("utf-8")
        return PostedForm(parse_qsl(body, keep_blank_values=True, max_num_fields=MAX_FIELDS))
    except (UnicodeDecodeError, ValueError):
        return PostedForm([])
