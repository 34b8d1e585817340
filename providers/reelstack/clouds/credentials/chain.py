"""What all chains of credentials have in common: places that are looked at in order, and what is found there.

The first place that has something wins, and is read again at every use, so that rotated keys are taken up. A place
that has something that we cannot use yet stops the search: going on could find another account's keys. Names and
places are told, values never.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from reelstack.clock import Clock
from reelstack.errors import ConfigError, Fault, NoCredentials

# So long, in seconds, a search that found nothing is not repeated: every resource of a preview asks.
_NOTHING_HOLDS = 30.0


@dataclass(frozen=True)
class Credentials:
    """A key pair; with a `security_token` it is a temporary one. Shows no secret when it is printed."""

    access_key_id: str = field(repr=False)
    access_key_secret: str = field(repr=False)
    security_token: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        for name in ("access_key_id", "access_key_secret", "security_token"):
            value = getattr(self, name)
            # They become header values; what is refused there would be quoted in the refusal.
            if not value.isascii() or not all(letter.isprintable() and letter != " " for letter in value):
                raise ConfigError(f"the {name.replace('_', ' ')} holds characters that no key has.")


Source = Callable[[], Credentials]


@dataclass(frozen=True)
class Found:
    """A source that has credentials. `provider` reads them anew at each call."""

    source_name: str
    provider: Source


_shared: dict[tuple[str, Clock], Source] = {}
_shared_lock = threading.Lock()


class Absent(Exception):
    """A source has nothing; the text says what was looked for."""


@dataclass(frozen=True)
class Place:
    """Somewhere to look. `look` says how keys are read there, asks no network, and raises `Absent` for nothing.

    With `probe` only reading tells whether there is anything, and that takes no more than a second.
    """

    name: str
    look: Callable[[], Source]
    probe: bool = False


def first(places: Iterable[Place], cloud: str, hint: str) -> Found:
    """The first place that has credentials; raises NoCredentials that lists every place when there is none."""
    faults = []
    for place in places:
        try:
            place.look()()
        except Absent as error:
            faults.append(Fault(str(error), path=place.name))
        else:
            return Found(place.name, _certain(place, hint))
    listed = "\n".join(f"  {fault}" for fault in faults)
    raise NoCredentials(f"no {cloud} credentials were found.\n{listed}\n", faults=tuple(faults), hint=hint)


def described(places: Iterable[Place], cloud: str) -> str:
    """Where credentials are found, or that there are none, or why what is there cannot be used."""
    for place in places:
        try:
            source = place.look()
            if place.probe:
                source()
        except Absent:
            continue
        except ConfigError as error:
            return str(error)
        return place.name
    return f"no {cloud} credentials were found."


def kept_to(find: Callable[[], Found], clock: Clock) -> Source:
    """A source that searches at the first use and then keeps to the place that it found."""
    lock = threading.Lock()
    kept: list[Found] = []
    nothing: list[tuple[float, NoCredentials]] = []

    def read() -> Credentials:
        with lock:
            if not kept:
                search()
        return kept[0].provider()

    def search() -> None:
        now = clock.monotonic()
        if nothing and now - nothing[-1][0] < _NOTHING_HOLDS:
            said = nothing[-1][1]
            raise NoCredentials(said.message, faults=said.faults, hint=said.hint)
        try:
            kept.append(find())
        except NoCredentials as error:
            nothing[:] = [(now, error)]
            raise

    return read


def shared(cloud: str, clock: Clock, make: Callable[[], Source]) -> Source:
    """The one source of this process for a cloud: its sites share what was found, and that nothing was."""
    with _shared_lock:
        if (cloud, clock) not in _shared:
            _shared[cloud, clock] = make()
        return _shared[cloud, clock]


@dataclass(frozen=True)
class Fixed:
    """A source of keys that are known already."""

    keys: Credentials

    def __call__(self) -> Credentials:
        """The keys."""
        return self.keys


def values(section: Mapping[str, object], *names: str) -> list[str]:
    """The texts of these names; raises `Absent` that names those that are missing or empty."""
    found = [str(section.get(name) or "").strip() for name in names]
    missing = [name for name, value in zip(names, found, strict=True) if not value]
    if missing:
        raise Absent(f"{', '.join(missing)} missing or empty")
    return found


def text(file: Path) -> str:
    """What a file holds; raises `Absent`."""
    try:
        return file.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise Absent("no such file") from error
    except (OSError, UnicodeDecodeError) as error:
        raise Absent(f"it cannot be read ({type(error).__name__})") from error


def named_file(named: str, usual: Path, home: Path) -> Path:
    """The file that a setting names, `~` being the home directory, or the usual one in there."""
    if named.startswith("~/"):
        return home / named[2:]
    return Path(named) if named else home / usual


def shown(file: Path, home: Path) -> str:
    """A file's path for people."""
    return str(Path("~") / file.relative_to(home)) if file.is_relative_to(home) else str(file)


def unsupported(what: str) -> ConfigError:
    """The error for what is there and cannot be used yet."""
    return ConfigError(
        f"{what} comes first in the chain of credentials, and is not supported yet.",
        hint="Use an access key or temporary keys instead: the environment's come before everything else.",
    )


def _certain(place: Place, hint: str) -> Source:
    def read() -> Credentials:
        try:
            return place.look()()
        except Absent as error:
            raise ConfigError(f"{place.name} has no credentials any more: {error}.", hint=hint) from error

    return read
