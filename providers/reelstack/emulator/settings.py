"""How the local cloud behaves, and what it may be told to do wrong. Both are changed over the control room."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import Any, Literal, get_args

Pace = Literal["rendered", "immediate", "per_look", "timed"]


class SettingError(ValueError):
    """A setting or fault that cannot be used; the message names it."""


@dataclass(frozen=True)
class Settings:
    """The rules of the game. Times in seconds; `speed` divides them.

    `pace` holds for jobs submitted from now on: `rendered` (a real render), `immediate` (succeeded at once),
    `per_look` (each look moves the job one step), `timed` (`queue_seconds`, then `process_seconds`).
    `strict` refuses source media that were never registered instead of synthesising them, `source_seconds` long or
    as long as the timeline needs. `analysis_seconds` after its production the output is known; a VOD video is then
    `transcode_seconds` in transcoding. The index of a search shows a new thing after `index_seconds`.
    """

    pace: Pace = "rendered"
    strict: bool = False
    speed: float = 1.0
    queue_seconds: float = 2.0
    process_seconds: float = 13.0
    analysis_seconds: float = 0.5
    transcode_seconds: float = 1.0
    index_seconds: float = 1.0
    submit_qps: float = 30.0
    other_qps: float = 1000.0
    huawei_tasks_per_minute: float = 100.0
    huawei_assets_per_minute: float = 1500.0
    preset: str = "veryfast"
    source_seconds: float = 10.0
    source_width: int = 1280
    source_height: int = 720

    def changed(self, changes: dict[str, Any]) -> Settings:
        """These settings with some replaced. `SettingError` when a name or value is not one of ours."""
        kinds = {each.name: type(getattr(self, each.name)) for each in fields(self)}
        for name, value in changes.items():
            if name not in kinds:
                raise SettingError(f"{name!r} is not a setting; there are {', '.join(kinds)}")
            _check(name, value, kinds[name])
        return replace(self, **changes)


def _check(name: str, value: object, kind: type) -> None:
    accepted = (int, float) if kind is float else kind
    if not isinstance(value, accepted) or (kind is not bool and isinstance(value, bool)):
        raise SettingError(f"{name}: {value!r} is not a {kind.__name__}")
    if name == "pace" and value not in get_args(Pace):
        raise SettingError(f"pace: {value!r} is not one of {', '.join(get_args(Pace))}")
    may_be_zero = kind is bool or name.endswith("_seconds")
    if isinstance(value, (int, float)) and (value < 0 or (value == 0 and not may_be_zero)):
        raise SettingError(f"{name}: {value!r} must be above 0")


FaultKind = Literal["throttle", "error", "slow", "dropped", "lost", "fail_job", "late_lists", "forbid"]


@dataclass(frozen=True)
class Fault:
    """Something to do wrong, to the next `times` requests of `action` (`*`: any). `late_lists` holds until cleared.

    `dropped` breaks the connection before a request is carried out, `lost` afterwards, in place of the answer.
    `forbid` refuses, inside an answer of success, the next `times` ids that a deletion names (VOD's DeleteVideo).
    `code`, `status` and `message` say what to answer (throttle, error) or how the job fails (fail_job; for VOD
    UploadFail, TranscodeFail and Blocked are how the video ends after a production that succeeded); `seconds` how
    slow to be, or how late lists are; `retry_after` is sent as x-acs-retry-after, in milliseconds.
    """

    kind: FaultKind
    action: str = "*"
    times: int = 1
    code: str = ""
    status: int = 0
    message: str = ""
    seconds: float = 0.0
    retry_after: int | None = None

    @classmethod
    def parse(cls, given: dict[str, Any]) -> Fault:
        """Read a fault from the control room's JSON."""
        known = {each.name for each in fields(cls)}
        if unknown := sorted(set(given) - known):
            raise SettingError(f"{unknown[0]!r} is not part of a fault; there are {', '.join(sorted(known))}")
        if given.get("kind") not in get_args(FaultKind):
            raise SettingError(f"kind: {given.get('kind')!r} is not one of {', '.join(get_args(FaultKind))}")
        numbers = [given.get(name, 0) for name in ("times", "status", "seconds")] + [given.get("retry_after") or 0]
        if any(isinstance(n, bool) or not isinstance(n, (int, float)) or n < 0 for n in numbers):
            raise SettingError("times, status, seconds and retry_after are numbers, not below 0")
        return cls(**given)


@dataclass
class Faults:
    """The faults that are still to come, in the order in which they were asked for."""

    standing: list[Fault] = field(default_factory=list)

    def add(self, fault: Fault) -> None:
        """Ask for one more. A `late_lists` replaces the one before."""
        if fault.kind == "late_lists":
            self.standing = [each for each in self.standing if each.kind != "late_lists"]
        if fault.times > 0:
            self.standing.append(fault)

    def take(self, kind: FaultKind, action: str) -> Fault | None:
        """The next fault of this kind for this action, used up by one."""
        for place, fault in enumerate(self.standing):
            if fault.kind == kind and fault.action in ("*", action):
                left = replace(fault, times=fault.times - 1)
                self.standing[place : place + 1] = [left] if left.times > 0 else []
                return fault
        return None

    def lateness(self) -> float:
        """How many seconds it takes until lists and searches show a new thing."""
        return next((fault.seconds for fault in self.standing if fault.kind == "late_lists"), 0.0)
