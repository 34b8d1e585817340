"""The errors that Reelstack raises, and who should do what about them.

    ReelstackError                 everything below; carries `hint`, what to do now
    ├── ConfigError                the user's files or settings: carries every `Fault` found
    │   └── NoCredentials          no source of credentials has any: a preview goes on without
    ├── CloudError                 a cloud answered with an error, or did not answer
    │   ├── Rejected               the request is wrong: repeating it is no use
    │   ├── NotFound               the thing is not there (any more)
    │   ├── Denied                 credentials or permissions: a person must act
    │   ├── Throttled              too many requests: repeat after `retry_after`
    │   └── Unavailable            the cloud failed or could not be reached
    │       └── OutcomeUnknown     sent, no answer: it may have happened
    ├── ProductionError            a production is not ready
    │   ├── ProductionFailed       the cloud says that it failed
    │   └── TimedOut               still running at our deadline: run again to go on waiting
    └── EngineError                the embedded engine cannot go on

The libraries below (httpx, pydantic, ruamel, grpc) never leak: one module per border maps theirs to ours and
chains with `from`. This module knows nobody.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

UNSEEN = "\N{REPLACEMENT CHARACTER}"
_JOINS_PICTURES = "\N{ZERO WIDTH JOINER}"


def visible(text: str) -> str:
    """A text of users as one line that shows what it holds: what is invisible or turns the line around is replaced."""
    return "".join(UNSEEN if _is_unseen(letter) else letter for letter in " ".join(text.splitlines()))


def visible_lines(text: str) -> str:
    """The same line by line; a tab is blanks."""
    return "\n".join(visible(line.expandtabs(4)) for line in text.splitlines())


def _is_unseen(letter: str) -> bool:
    """Control and format characters, lone surrogates, and what no font has."""
    return unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Co", "Cn") and letter != _JOINS_PICTURES


@dataclass(frozen=True)
class Fault:
    """One thing wrong in the user's input: what, and where to look.

    `where` is `file:line:column` when it is known, `path` the property path such as `videos.teaser.size`.
    """

    message: str
    path: str = ""
    where: str = ""

    @property
    def place(self) -> tuple[str, int, int]:
        """The file, the line and the column, zeros where these are not known."""
        file, *numbers = self.where.rsplit(":", 2)
        if len(numbers) == 2 and all(number.isdecimal() for number in numbers):
            return file, int(numbers[0]), int(numbers[1])
        return self.where, 0, 0

    def __str__(self) -> str:
        # A path holds the keys of a file, which may be a stranger's.
        return visible(": ".join(part for part in (self.where, self.path, self.message) if part))


def property_path(location: Iterable[int | str]) -> str:
    """The parts of a path as people and Pulumi write it: `videos.teaser.tracks[0].out`."""
    path = ""
    for part in location:
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else part
    return path


class ReelstackError(Exception):
    """The base of all our errors. `hint` says what to do now; it is printed on a line of its own."""

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class ConfigError(ReelstackError):
    """The user's files or settings are wrong. `faults` holds everything that was found, not only the first."""

    def __init__(self, message: str, *, faults: tuple[Fault, ...] = (), hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.faults = faults

    @classmethod
    def of(cls, faults: list[Fault]) -> ConfigError:
        """Gather faults into one error whose message lists them, one on a line, those of a file in its order."""
        files = list(dict.fromkeys(fault.place[0] for fault in faults))
        ordered = sorted(faults, key=lambda fault: (files.index(fault.place[0]), fault.place[1:]))
        return cls("\n".join(str(fault) for fault in ordered), faults=tuple(ordered))


class NoCredentials(ConfigError):
    """No source of credentials has any. Those that are there and wrong are another error."""


class CloudError(ReelstackError):
    """A cloud refused or failed. Carries what its support would ask for.

    `cloud` is our word for the service (`alibaba-ims`), `action` the operation as the cloud spells it, `code` the
    cloud's error code, `status` the HTTP status (0 when there was no answer).
    """

    def __init__(
        self, *, cloud: str, action: str, code: str, message: str, request_id: str = "", status: int = 0, hint: str = ""
    ) -> None:
        said = f"{cloud} {action}: {code}: {message.rstrip('.')}."
        super().__init__(f"{said} (request id {request_id})" if request_id else said, hint=hint)
        self.cloud = cloud
        self.action = action
        self.code = code
        self.reason = message
        self.request_id = request_id
        self.status = status


class Rejected(CloudError):
    """The cloud found the request wrong. Repeating it is no use."""


class NotFound(CloudError):
    """The cloud does not know the thing that was asked for."""


class Denied(CloudError):
    """The credentials are missing, wrong or not allowed to do this."""


class Throttled(CloudError):
    """Too many requests. `retry_after` is in seconds, None when the cloud does not say."""

    retry_after: float | None = None


class Unavailable(CloudError):
    """The cloud failed, or could not be reached."""


class OutcomeUnknown(Unavailable):
    """The request was sent and no answer came: what it asked for may have happened."""


class ProductionError(ReelstackError):
    """A production that somebody waits for is not ready."""


class ProductionFailed(ProductionError):
    """The cloud says that a production failed."""


class TimedOut(ProductionError):
    """A production was still running at the deadline. Nothing is lost: the next run goes on waiting."""


class EngineError(ReelstackError):
    """The embedded engine cannot go on: the project, the state or the program stands in the way."""
