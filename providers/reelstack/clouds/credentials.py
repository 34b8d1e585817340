"""Where Alibaba Cloud's credentials come from: the vendor's default chain, as far as it needs no further package.

In the chain's order: environment, OIDC role, command line profile, INI file, credentials address. The first source
that is there wins, and is read again at every use, so that rotated keys are taken up. A source that is there but
needs something that we cannot do yet (a role to assume) stops the search: going on could find another account's
keys. The instance role of a virtual machine is not asked for. Names and places are told, values never.
"""

from __future__ import annotations

import configparser
import json
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from reelstack.clock import Clock, SystemClock
from reelstack.errors import ConfigError, Fault
from reelstack.wire import document

_OIDC = ("ALIBABA_CLOUD_OIDC_TOKEN_FILE", "ALIBABA_CLOUD_ROLE_ARN", "ALIBABA_CLOUD_OIDC_PROVIDER_ARN")
_CLI_FILE = Path(".aliyun") / "config.json"
_INI_FILE = Path(".alibabacloud") / "credentials.ini"
_RENEW_BEFORE = timedelta(minutes=5)
_HINT = (
    "Set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET, or make a profile with `aliyun configure`."
)

Fetch = Callable[[str], Mapping[str, object]]


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


class Absent(Exception):
    """A source has nothing; the text says what was looked for."""


@dataclass(frozen=True)
class _Place:
    name: str
    read: Source


def default_chain() -> Source:
    """The chain over this process's environment and home directory, searched at the first use and then kept to."""
    lock = threading.Lock()
    kept: list[Found] = []

    def read() -> Credentials:
        with lock:
            if not kept:
                kept.append(find(os.environ, Path.home()))
        return kept[0].provider()

    return read


def describe(environ: Mapping[str, str], home: Path) -> str:
    """Where credentials are found, or that there are none; names, never values. Asks no network."""
    uri = environ.get("ALIBABA_CLOUD_CREDENTIALS_URI", "")
    unasked = _Place("the address in ALIBABA_CLOUD_CREDENTIALS_URI (not asked now)", lambda: Credentials("-", "-"))
    try:
        return _first([*_local_places(environ, home), *([unasked] if uri else [])]).source_name
    except ConfigError as error:
        return error.message.splitlines()[0]


def find(environ: Mapping[str, str], home: Path, *, fetch: Fetch = document.fetch, clock: Clock | None = None) -> Found:
    """The first source of the chain that has credentials.

    Raises ConfigError that lists every place that was looked at when there is none, and when the first that is there
    cannot be used.
    """
    return _first([*_local_places(environ, home), _Place("credentials address", _address(environ, fetch, clock))])


def _first(places: list[_Place]) -> Found:
    faults = []
    for place in places:
        try:
            place.read()
        except Absent as error:
            faults.append(Fault(str(error), path=place.name))
        else:
            return Found(place.name, _certain(place))
    listed = "\n".join(f"  {fault}" for fault in faults)
    raise ConfigError(f"no Alibaba Cloud credentials were found.\n{listed}\n", faults=tuple(faults), hint=_HINT)


def _certain(place: _Place) -> Source:
    def read() -> Credentials:
        try:
            return place.read()
        except Absent as error:
            raise ConfigError(f"{place.name} has no credentials any more: {error}.", hint=_HINT) from error

    return read


def _local_places(environ: Mapping[str, str], home: Path) -> Iterator[_Place]:
    ini = _ini_path(environ, home)
    yield _Place("environment", lambda: _environment(environ))
    yield _Place("OIDC role", lambda: _oidc(environ))
    yield _Place(f"profile in {Path('~') / _CLI_FILE}", lambda: _cli_profile(environ, home / _CLI_FILE))
    yield _Place(f"INI file {_shown(ini, home)}", lambda: _ini_file(environ, ini))


def _environment(environ: Mapping[str, str]) -> Credentials:
    names = ("ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET")
    missing = [name for name in names if not environ.get(name, "").strip()]
    if missing:
        raise Absent(f"{' and '.join(missing)} not set")
    token = environ.get("ALIBABA_CLOUD_SECURITY_TOKEN", "")
    return Credentials(environ[names[0]].strip(), environ[names[1]].strip(), token.strip())


def _oidc(environ: Mapping[str, str]) -> Credentials:
    if all(environ.get(name) for name in _OIDC):
        raise _unsupported("the OIDC role in the environment (ALIBABA_CLOUD_ROLE_ARN)")
    raise Absent(f"{_OIDC[0]} and its fellows not set")


def _cli_profile(environ: Mapping[str, str], file: Path) -> Credentials:
    if environ.get("ALIBABA_CLOUD_CLI_PROFILE_DISABLED", "").lower() == "true":
        raise Absent("switched off by ALIBABA_CLOUD_CLI_PROFILE_DISABLED")
    config = _json_file(file)
    name = environ.get("ALIBABA_CLOUD_PROFILE") or config.get("current")
    profiles = config.get("profiles")
    candidates = [p for p in profiles if isinstance(p, dict)] if isinstance(profiles, list) else []
    profile = next((p for p in candidates if p.get("name") == name), None)
    if profile is None:
        raise Absent(f"it has no profile {name!r}")
    mode = profile.get("mode")
    if mode not in ("AK", "StsToken"):
        raise _unsupported(f"profile {name!r} in {Path('~') / _CLI_FILE} (mode {mode})")
    return _pair(profile, ("access_key_id", "access_key_secret"), "sts_token" if mode == "StsToken" else None)


def _ini_file(environ: Mapping[str, str], file: Path) -> Credentials:
    parser = configparser.ConfigParser(inline_comment_prefixes=("#",), interpolation=None)
    try:
        parser.read_string(_text(file))
    except configparser.Error as error:
        raise Absent("it is not an INI file") from error
    name = environ.get("ALIBABA_CLOUD_PROFILE") or "default"
    if not parser.has_section(name):
        raise Absent(f"it has no section [{name}]")
    section = parser[name]
    if section.get("type") != "access_key":
        raise _unsupported(f"section [{name}] of the INI file (type {section.get('type')})")
    return _pair(section, ("access_key_id", "access_key_secret"), None)


def _address(environ: Mapping[str, str], fetch: Fetch, clock: Clock | None) -> Source:
    lock, time = threading.Lock(), clock or SystemClock()
    kept: list[tuple[Credentials, datetime]] = []

    def read() -> Credentials:
        url = environ.get("ALIBABA_CLOUD_CREDENTIALS_URI", "")
        if not url:
            raise Absent("ALIBABA_CLOUD_CREDENTIALS_URI not set")
        with lock:
            if not kept or kept[0][1] - _RENEW_BEFORE <= time.now():
                kept[:] = [_fetched(fetch, url, time)]
            return kept[0][0]

    return read


def _fetched(fetch: Fetch, url: str, clock: Clock) -> tuple[Credentials, datetime]:
    try:
        said = fetch(url)
    except ConfigError as error:
        raise Absent(f"ALIBABA_CLOUD_CREDENTIALS_URI: {error.message}") from error
    if said.get("Code", "Success") != "Success":
        raise Absent("the address in ALIBABA_CLOUD_CREDENTIALS_URI answers without success")
    pair = _pair(said, ("AccessKeyId", "AccessKeySecret"), "SecurityToken")
    try:
        until = datetime.fromisoformat(str(said.get("Expiration"))).astimezone(UTC)
    except ValueError:
        until = clock.now()  # not said: asked again each time
    return pair, until


def _pair(values: Mapping[str, object], names: tuple[str, str], token: str | None) -> Credentials:
    wanted = (*names, token) if token else names
    found = [str(values.get(name) or "").strip() for name in wanted]
    missing = [name for name, value in zip(wanted, found, strict=True) if not value]
    if missing:
        raise Absent(f"{', '.join(missing)} missing or empty")
    return Credentials(*found)


def _json_file(file: Path) -> dict[str, object]:
    try:
        found = json.loads(_text(file))
    except (ValueError, RecursionError) as error:
        raise Absent("it is not JSON") from error
    if not isinstance(found, dict):
        raise Absent("it is not a JSON object")
    return found


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise Absent("no such file") from error
    except (OSError, UnicodeDecodeError) as error:
        raise Absent(f"it cannot be read ({type(error).__name__})") from error


def _ini_path(environ: Mapping[str, str], home: Path) -> Path:
    named = environ.get("ALIBABA_CLOUD_CREDENTIALS_FILE", "")
    if named.startswith("~/"):
        return home / named[2:]
    return Path(named) if named else home / _INI_FILE


def _shown(file: Path, home: Path) -> str:
    return str(Path("~") / file.relative_to(home)) if file.is_relative_to(home) else str(file)


def _unsupported(what: str) -> ConfigError:
    return ConfigError(
        f"{what} comes first in the chain of credentials, and is not supported yet.",
        hint="Use an access key or temporary keys instead: the environment's come before everything else.",
    )
