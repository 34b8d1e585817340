"""Where Huawei Cloud's credentials come from: the stack's own settings, then the vendor's default chain.

In the chain's order: OIDC, environment, profile file, the machine's agency, the pod's identity. A federation (an
identity provider's token that IAM is to exchange) cannot be used. The chain knows no ready-made token and no
password: those are settings of ours, and come before every key.
"""

from __future__ import annotations

import configparser
import functools
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from reelstack.clock import Clock, SystemClock
from reelstack.clouds.credentials import chain, stack
from reelstack.clouds.credentials.chain import Absent, Credentials, Found, Place, Source, unsupported
from reelstack.clouds.credentials.huawei_agencies import Agencies
from reelstack.errors import ConfigError

CLOUD = "Huawei Cloud"
PROJECT_VARIABLE = "HUAWEICLOUD_SDK_PROJECT_ID"
TOKEN_VARIABLE = "REELSTACK_HUAWEI_TOKEN"  # noqa: S105 - the variable's name
USER_VARIABLES = ("REELSTACK_HUAWEI_USER", "REELSTACK_HUAWEI_PASSWORD", "REELSTACK_HUAWEI_DOMAIN")
_FILE = Path(".huaweicloud") / "credentials"
_SECTION = "basic"  # of services that are in regions, as VOD is
_FEDERATION = ("HUAWEICLOUD_SDK_IDP_ID", "HUAWEICLOUD_SDK_ID_TOKEN_FILE")
_HINT = f"Set HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK, or write ak and sk below [{_SECTION}] in ~/{_FILE}."


@dataclass(frozen=True)
class HuaweiCredentials(Credentials):
    """A key pair with the project and the domain that were found beside it; empty when none was."""

    project_id: str = ""
    domain_id: str = ""


@dataclass(frozen=True)
class SignIn:
    """A ready-made token, or the user whose password the identity service takes for one; and who named it."""

    source_name: str
    token: str = field(default="", repr=False)
    user: str = ""
    password: str = field(default="", repr=False)
    domain: str = ""


def sign_in(environ: Mapping[str, str]) -> SignIn | None:
    """The token or the user that is named; None when keys are to be used. Raises ConfigError for half a user."""
    told = stack.told()
    stack.require_whole(told)
    if any(name in told for name in stack.HUAWEI):
        return None
    return _sign_in(stack.SOURCE_NAME, told, stack.HUAWEI_TOKEN, stack.HUAWEI_USER) or _sign_in(
        "environment", environ, TOKEN_VARIABLE, USER_VARIABLES
    )


def default_chain(clock: Clock) -> Source:
    """The chain over this process's environment and home directory, searched at the first use and then kept to."""
    search = functools.partial(find, os.environ, Path.home(), clock=clock)
    return chain.shared(CLOUD, clock, lambda: chain.kept_to(search, clock))


def describe(environ: Mapping[str, str], home: Path) -> str:
    """Where credentials are found, or that there are none; names, never values. Asks at most the machine itself."""
    try:
        found = sign_in(environ)
    except ConfigError as error:
        return str(error)
    if found is not None:
        return f"{'token' if found.token else 'user and password'} in the {found.source_name}"
    return chain.described(_places(environ, home, SystemClock()), CLOUD)


def find(environ: Mapping[str, str], home: Path, *, clock: Clock | None = None) -> Found:
    """The first source of the chain that has credentials.

    Raises `NoCredentials` that lists every place that was looked at when there is none, and ConfigError when the
    first that is there cannot be used.
    """
    return chain.first(_places(environ, home, clock or SystemClock()), CLOUD, _HINT)


def project_id(environ: Mapping[str, str], keys: Source) -> str:
    """The project that is named in the environment or beside these keys; raises ConfigError when none is."""
    named = environ.get(PROJECT_VARIABLE, "").strip()
    found = None if named else keys()
    return require_project(found.project_id if isinstance(found, HuaweiCredentials) else named)


def named_project(environ: Mapping[str, str], home: Path) -> str:
    """The project that `project_id` will find as far as it can be told without any call; empty when it cannot.

    Raises ConfigError for a source that cannot be used.
    """
    if named := environ.get(PROJECT_VARIABLE, "").strip():
        return named
    for place in _places(environ, home, SystemClock()):
        try:
            source = place.look()
        except Absent:
            continue
        keys = source.keys if isinstance(source, chain.Fixed) else None
        return keys.project_id if isinstance(keys, HuaweiCredentials) else ""
    return ""


def require_project(project: str) -> str:
    """This project; raises ConfigError when it is empty."""
    if not project:
        hint = f"Set reelstack:account or {PROJECT_VARIABLE} to the id of the region's project."
        raise ConfigError("the id of the Huawei Cloud project is not known.", hint=hint)
    return project


def _sign_in(source: str, given: Mapping[str, str], token: str, user: tuple[str, ...]) -> SignIn | None:
    if ready := given.get(token, "").strip():
        return SignIn(source, token=ready)
    values = [given.get(name, "").strip() for name in user]
    if not any(values):
        return None
    if not all(values):
        missing = [name for name, value in zip(user, values, strict=True) if not value]
        raise ConfigError("the Huawei Cloud user is not complete.", hint=f"Set {' and '.join(missing)} too.")
    return SignIn(source, "", *values)


def _places(environ: Mapping[str, str], home: Path, clock: Clock) -> Iterator[Place]:
    agencies = Agencies(environ, clock)
    file = chain.named_file(environ.get("HUAWEICLOUD_SDK_CREDENTIALS_FILE", ""), _FILE, home)
    yield Place(stack.SOURCE_NAME, _stack)
    yield Place("OIDC", agencies.with_oidc)
    yield Place("environment", lambda: _environment(environ))
    yield Place(f"profile in {chain.shown(file, home)}", lambda: _profile(file))
    yield Place("agency of this machine", agencies.of_machine, probe=True)
    yield Place("identity of this pod", agencies.of_pod)


def _stack() -> Source:
    told = stack.told()
    stack.require_whole(told)
    if stack.HUAWEI[0] not in told:
        raise Absent(f"{stack.NAMESPACE}:{stack.HUAWEI[0]} not set")
    return chain.Fixed(HuaweiCredentials(*(told.get(name, "") for name in stack.HUAWEI)))


def _environment(environ: Mapping[str, str]) -> Source:
    if all(environ.get(name) for name in _FEDERATION):
        raise unsupported(f"the federation in the environment ({_FEDERATION[0]})")
    names = ("HUAWEICLOUD_SDK_AK", "HUAWEICLOUD_SDK_SK")
    missing = [name for name in names if not environ.get(name, "").strip()]
    if missing:
        raise Absent(f"{' and '.join(missing)} not set")
    wanted = (*names, *(f"HUAWEICLOUD_SDK_{name}" for name in ("SECURITY_TOKEN", "PROJECT_ID", "DOMAIN_ID")))
    return chain.Fixed(HuaweiCredentials(*(environ.get(name, "").strip() for name in wanted)))


def _profile(file: Path) -> Source:
    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read_string(chain.text(file))
    except configparser.Error as error:
        raise Absent("it is not an INI file") from error
    if not parser.has_section(_SECTION):
        raise Absent(f"it has no section [{_SECTION}]")
    section = parser[_SECTION]
    if section.get("idp_id") and section.get("id_token_file"):
        raise unsupported(f"the federation in section [{_SECTION}] of the profile file (idp_id)")
    pair = chain.values(section, "ak", "sk")
    more = (section.get(name, "").strip() for name in ("security_token", "project_id", "domain_id"))
    return chain.Fixed(HuaweiCredentials(*pair, *more))
