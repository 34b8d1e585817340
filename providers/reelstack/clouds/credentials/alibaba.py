"""Where Alibaba Cloud's credentials come from: the vendor's default chain, as far as it needs no further package.

In the chain's order: environment, OIDC role, command line profile, INI file, credentials address. A role to assume
cannot be used yet. The instance role of a virtual machine is not asked for.
"""

from __future__ import annotations

import configparser
import json
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from reelstack.clock import Clock, SystemClock
from reelstack.clouds.credentials import chain
from reelstack.clouds.credentials.chain import Absent, Credentials, Found, Place, Source, unsupported
from reelstack.errors import ConfigError
from reelstack.wire import document

CLOUD = "Alibaba Cloud"
_OIDC = ("ALIBABA_CLOUD_OIDC_TOKEN_FILE", "ALIBABA_CLOUD_ROLE_ARN", "ALIBABA_CLOUD_OIDC_PROVIDER_ARN")
_CLI_FILE = Path(".aliyun") / "config.json"
_INI_FILE = Path(".alibabacloud") / "credentials.ini"
_RENEW_BEFORE = timedelta(minutes=5)
_HINT = (
    "Set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET, or make a profile with `aliyun configure`."
)

Fetch = Callable[[str], Mapping[str, object]]


def default_chain() -> Source:
    """The chain over this process's environment and home directory, searched at the first use and then kept to."""
    return chain.kept_to(lambda: find(os.environ, Path.home()))


def describe(environ: Mapping[str, str], home: Path) -> str:
    """Where credentials are found, or that there are none; names, never values. Asks no network."""
    uri = environ.get("ALIBABA_CLOUD_CREDENTIALS_URI", "")
    unasked = Place("the address in ALIBABA_CLOUD_CREDENTIALS_URI (not asked now)", lambda: Credentials("-", "-"))
    return chain.described([*_local_places(environ, home), *([unasked] if uri else [])], CLOUD)


def find(environ: Mapping[str, str], home: Path, *, fetch: Fetch = document.fetch, clock: Clock | None = None) -> Found:
    """The first source of the chain that has credentials.

    Raises ConfigError that lists every place that was looked at when there is none, and when the first that is there
    cannot be used.
    """
    address = Place("credentials address", _address(environ, fetch, clock))
    return chain.first([*_local_places(environ, home), address], CLOUD, _HINT)


def _local_places(environ: Mapping[str, str], home: Path) -> Iterator[Place]:
    ini = chain.named_file(environ.get("ALIBABA_CLOUD_CREDENTIALS_FILE", ""), _INI_FILE, home)
    yield Place("environment", lambda: _environment(environ))
    yield Place("OIDC role", lambda: _oidc(environ))
    yield Place(f"profile in {Path('~') / _CLI_FILE}", lambda: _cli_profile(environ, home / _CLI_FILE))
    yield Place(f"INI file {chain.shown(ini, home)}", lambda: _ini_file(environ, ini))


def _environment(environ: Mapping[str, str]) -> Credentials:
    names = ("ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET")
    missing = [name for name in names if not environ.get(name, "").strip()]
    if missing:
        raise Absent(f"{' and '.join(missing)} not set")
    token = environ.get("ALIBABA_CLOUD_SECURITY_TOKEN", "")
    return Credentials(environ[names[0]].strip(), environ[names[1]].strip(), token.strip())


def _oidc(environ: Mapping[str, str]) -> Credentials:
    if all(environ.get(name) for name in _OIDC):
        raise unsupported("the OIDC role in the environment (ALIBABA_CLOUD_ROLE_ARN)")
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
        raise unsupported(f"profile {name!r} in {Path('~') / _CLI_FILE} (mode {mode})")
    return _pair(profile, ("access_key_id", "access_key_secret"), "sts_token" if mode == "StsToken" else None)


def _ini_file(environ: Mapping[str, str], file: Path) -> Credentials:
    parser = configparser.ConfigParser(inline_comment_prefixes=("#",), interpolation=None)
    try:
        parser.read_string(chain.text(file))
    except configparser.Error as error:
        raise Absent("it is not an INI file") from error
    name = environ.get("ALIBABA_CLOUD_PROFILE") or "default"
    if not parser.has_section(name):
        raise Absent(f"it has no section [{name}]")
    section = parser[name]
    if section.get("type") != "access_key":
        raise unsupported(f"section [{name}] of the INI file (type {section.get('type')})")
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
    return Credentials(*chain.values(values, *names, *([token] if token else [])))


def _json_file(file: Path) -> dict[str, object]:
    try:
        found = json.loads(chain.text(file))
    except (ValueError, RecursionError) as error:
        raise Absent("it is not JSON") from error
    if not isinstance(found, dict):
        raise Absent("it is not a JSON object")
    return found
