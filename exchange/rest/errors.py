"""What REST refuses, in Twilio's shape: code, message, more_info, status."""

from collections.abc import Mapping


class RestError(Exception):
    """A request that is refused; the code is Twilio's."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code

    def body(self) -> Mapping[str, object]:
        """The JSON that tells it."""
        more = f"https://www.twilio.com/docs/errors/{self.code}"
        return {"code": self.code, "message": str(self), "more_info": more, "status": self.status}


def not_found(path: str) -> RestError:
    """Nothing is there (20404)."""
    return RestError(404, 20404, f"The requested resource {path} was not found")


def not_allowed() -> RestError:
    """That method is not for this resource (20004)."""
    return RestError(405, 20004, "Method not allowed")


def unauthorised() -> RestError:
    """Wrong or no credentials (20003)."""
    return RestError(401, 20003, "Authenticate")


def missing(name: str, code: int = 20001) -> RestError:
    """A parameter that must be there is not."""
    return RestError(400, code, f"Missing required parameter {name} in the post body")


def invalid(name: str, value: str, code: int = 20001) -> RestError:
    """A parameter has a value it cannot have."""
    return RestError(400, code, f"Invalid value for {name}: {value!r}")


def call_over() -> RestError:
    """The call is not in progress any more, or not yet (21220)."""
    return RestError(400, 21220, "Call is not in-progress. Cannot redirect.")
