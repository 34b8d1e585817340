"""What a room answers instead of a result: the clouds' errors, as the gateway writes them on the wire."""

from __future__ import annotations


class ApiError(Exception):
    """An error answer: HTTP status, the cloud's code, a message. Rooms derive their own codes from it.

    `kept`: what the request did until then is kept, for reads that move something on and find nothing.
    """

    def __init__(
        self, status: int, code: str, message: str, *, retry_after: int | None = None, kept: bool = False
    ) -> None:
        super().__init__(f"{code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.retry_after = retry_after
        self.kept = kept


class AnswerLostError(ConnectionError):
    """Stands for a connection that broke before the answer was sent, where there is no connection to break."""


def missing(name: str) -> ApiError:
    """A mandatory parameter is absent."""
    return ApiError(
        400,
        "MissingParameter",
        f"The input parameter {name} that is mandatory for processing this request is not supplied.",
    )


def invalid(name: str, why: str) -> ApiError:
    """A parameter's value cannot be used."""
    return ApiError(400, "InvalidParameter", f"The specified parameter {name} is not valid: {why}.")
