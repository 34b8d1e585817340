"""Where Alibaba Cloud's credentials come from: the stack's own settings, then the vendor's default chain.

In the chain's order: environment, OIDC role, command line profile, INI file, the machine's role, credentials address.
The modes of profiles that start programs or a browser (External, CloudSSO, OAuth, key pairs) cannot be used.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from reelstack.clock import Clock, SystemClock
from reelstack.clouds.credentials import alibaba_profiles, chain, stack
from reelstack.clouds.credentials.alibaba_roles import Roles
from reelstack.clouds.credentials.chain import Absent, Credentials, Found, Place, Source
from reelstack.wire.sts import Role

CLOUD = "Alibaba Cloud"
_PAIR = ("ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET")
_OIDC = ("ALIBABA_CLOUD_OIDC_TOKEN_FILE", "ALIBABA_CLOUD_ROLE_ARN", "ALIBABA_CLOUD_OIDC_PROVIDER_ARN")
_HINT = (
    "Set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET, or make a profile with `aliyun configure`."
)


def default_chain(clock: Clock) -> Source:
    """The chain over this process's environment and home directory, searched at the first use and then kept to."""
    search = functools.partial(find, os.environ, Path.home(), clock=clock)
    return chain.shared(CLOUD, clock, lambda: chain.kept_to(search, clock))


def describe(environ: Mapping[str, str], home: Path) -> str:
    """Where credentials are found, or that there are none; names, never values. Asks at most the machine itself."""
    return chain.described(_places(environ, home, SystemClock()), CLOUD)


def find(environ: Mapping[str, str], home: Path, *, clock: Clock | None = None) -> Found:
    """The first source of the chain that has credentials.

    Raises `NoCredentials` that lists every place that was looked at when there is none, ConfigError when the first
    that is there cannot be used, and CloudError when STS refuses it.
    """
    return chain.first(_places(environ, home, clock or SystemClock()), CLOUD, _HINT)


def _places(environ: Mapping[str, str], home: Path, clock: Clock) -> Iterator[Place]:
    roles, name = Roles(environ, clock), environ.get("ALIBABA_CLOUD_PROFILE", "")
    ini = _ini_file(environ, home)
    yield Place(stack.SOURCE_NAME, _stack)
    yield Place("environment", lambda: _environment(environ))
    yield Place("OIDC role", lambda: _oidc(environ, roles))
    yield Place(
        f"profile in {Path('~') / alibaba_profiles.CLI_FILE}", lambda: _command_line(environ, home, name, roles)
    )
    yield Place(f"INI file {chain.shown(ini, home)}", lambda: alibaba_profiles.of_ini(ini, name or "default", roles))
    yield Place("role of this machine", lambda: _machine(environ, roles), probe=True)
    yield Place("credentials address", lambda: _address(environ, roles))


def _stack() -> Source:
    told = stack.told()
    stack.require_whole(told)
    if stack.ALIBABA[0] not in told:
        raise Absent(f"{stack.NAMESPACE}:{stack.ALIBABA[0]} not set")
    return chain.Fixed(Credentials(*(told.get(name, "") for name in stack.ALIBABA)))


def _environment(environ: Mapping[str, str]) -> Source:
    missing = [name for name in _PAIR if not environ.get(name, "").strip()]
    if missing:
        raise Absent(f"{' and '.join(missing)} not set")
    token = environ.get("ALIBABA_CLOUD_SECURITY_TOKEN", "")
    return chain.Fixed(Credentials(environ[_PAIR[0]].strip(), environ[_PAIR[1]].strip(), token.strip()))


def _oidc(environ: Mapping[str, str], roles: Roles) -> Source:
    token_file, arn, provider_arn = (environ.get(name, "").strip() for name in _OIDC)
    if not (token_file and arn and provider_arn):
        raise Absent(f"{_OIDC[0]} and its fellows not set")
    session = environ.get("ALIBABA_CLOUD_ROLE_SESSION_NAME", "").strip() or "reelstack"
    return roles.with_oidc(Role(arn, session), provider_arn, Path(token_file))


def _command_line(environ: Mapping[str, str], home: Path, name: str, roles: Roles) -> Source:
    if environ.get("ALIBABA_CLOUD_CLI_PROFILE_DISABLED", "").lower() == "true":
        raise Absent("switched off by ALIBABA_CLOUD_CLI_PROFILE_DISABLED")
    return alibaba_profiles.of_command_line(home / alibaba_profiles.CLI_FILE, name, roles)


def _machine(environ: Mapping[str, str], roles: Roles) -> Source:
    if environ.get("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "").lower() == "true":
        raise Absent("switched off by ALIBABA_CLOUD_ECS_METADATA_DISABLED")
    return roles.of_machine(environ.get("ALIBABA_CLOUD_ECS_METADATA", "").strip())


def _address(environ: Mapping[str, str], roles: Roles) -> Source:
    url = environ.get("ALIBABA_CLOUD_CREDENTIALS_URI", "").strip()
    if not url:
        raise Absent("ALIBABA_CLOUD_CREDENTIALS_URI not set")
    return roles.at_address(url)


def _ini_file(environ: Mapping[str, str], home: Path) -> Path:
    """The named one, or the first of the usual ones that is there."""
    usual = alibaba_profiles.INI_FILES
    there = next((file for file in usual if (home / file).is_file()), usual[0])
    return chain.named_file(environ.get("ALIBABA_CLOUD_CREDENTIALS_FILE", ""), there, home)
