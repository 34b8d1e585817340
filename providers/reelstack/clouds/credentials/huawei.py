"""Where Huawei Cloud's credentials come from: the vendor's default chain, as far as it needs no further package.

In the chain's order: OIDC, environment, profile file. The instance's own metadata and the pod's identity are not
asked for. The chain knows no ready-made token and no password: those are settings of ours.
"""

from __future__ import annotations

import configparser
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from reelstack.clouds.credentials import chain
from reelstack.clouds.credentials.chain import Absent, Credentials, Found, Place, Source, unsupported
from reelstack.errors import ConfigError

CLOUD = "Huawei Cloud"
PROJECT_VARIABLE = "HUAWEICLOUD_SDK_PROJECT_ID"
TOKEN_VARIABLE = "REELSTACK_HUAWEI_TOKEN"  # noqa: S105 - the variable's name
USER_VARIABLES = ("REELSTACK_HUAWEI_USER", "REELSTACK_HUAWEI_PASSWORD", "REELSTACK_HUAWEI_DOMAIN")
_FILE = Path(".huaweicloud") / "credentials"
_SECTION = "basic"  # of services that are in regions, as VOD is
_OIDC = ("HUAWEICLOUD_OIDC_PROVIDER_URN", "HUAWEICLOUD_OIDC_AGENCY_URN")
_OIDC_TOKEN = ("HUAWEICLOUD_OIDC_ID_TOKEN", "HUAWEICLOUD_OIDC_TOKEN_FILE")
_FEDERATION = ("HUAWEICLOUD_SDK_IDP_ID", "HUAWEICLOUD_SDK_ID_TOKEN_FILE")
_HINT = f"Set HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK, or write ak and sk below [{_SECTION}] in ~/{_FILE}."


@dataclass(frozen=True)
class HuaweiCredentials(Credentials):
    """A key pair with the project and the domain that were found beside it; empty when none was."""

    project_id: str = ""
    domain_id: str = ""


@dataclass(frozen=True)
class SignIn:
    """A ready-made token, or the user whose password the identity service takes for one."""

    token: str = field(default="", repr=False)
    user: str = ""
    password: str = field(default="", repr=False)
    domain: str = ""


def sign_in(environ: Mapping[str, str]) -> SignIn | None:
    """The token or the user in the environment; None when keys are to be used. Raises ConfigError for half a user."""
    if token := environ.get(TOKEN_VARIABLE, "").strip():
        return SignIn(token=token)
    values = [environ.get(name, "").strip() for name in USER_VARIABLES]
    if not any(values):
        return None
    if not all(values):
        missing = [name for name, value in zip(USER_VARIABLES, values, strict=True) if not value]
        raise ConfigError("the Huawei Cloud user is not complete.", hint=f"Set {' and '.join(missing)} too.")
    return SignIn("", *values)


def default_chain() -> Source:
    """The chain over this process's environment and home directory, searched at the first use and then kept to."""
    return chain.kept_to(lambda: find(os.environ, Path.home()))


def describe(environ: Mapping[str, str], home: Path) -> str:
    """Where credentials are found, or that there are none; names, never values. Asks no network."""
    return chain.described(_places(environ, home), CLOUD)


def find(environ: Mapping[str, str], home: Path) -> Found:
    """The first source of the chain that has credentials.

    Raises ConfigError that lists every place that was looked at when there is none, and when the first that is there
    cannot be used.
    """
    return chain.first(_places(environ, home), CLOUD, _HINT)


def project_id(environ: Mapping[str, str], home: Path) -> str:
    """The project that is named beside the credentials; empty when none is. Raises ConfigError as `find`."""
    found = find(environ, home).provider()
    return found.project_id if isinstance(found, HuaweiCredentials) else ""


def _places(environ: Mapping[str, str], home: Path) -> Iterator[Place]:
    file = chain.named_file(environ.get("HUAWEICLOUD_SDK_CREDENTIALS_FILE", ""), _FILE, home)
    yield Place("OIDC", lambda: _oidc(environ))
    yield Place("environment", lambda: _environment(environ))
    yield Place(f"profile in {chain.shown(file, home)}", lambda: _profile(file))


def _oidc(environ: Mapping[str, str]) -> Credentials:
    if all(environ.get(name) for name in _OIDC) and any(environ.get(name) for name in _OIDC_TOKEN):
        raise unsupported(f"the OIDC agency in the environment ({_OIDC[1]})")
    raise Absent(f"{_OIDC[0]} and its fellows not set")


def _environment(environ: Mapping[str, str]) -> HuaweiCredentials:
    if all(environ.get(name) for name in _FEDERATION):
        raise unsupported(f"the federation in the environment ({_FEDERATION[0]})")
    names = ("HUAWEICLOUD_SDK_AK", "HUAWEICLOUD_SDK_SK")
    missing = [name for name in names if not environ.get(name, "").strip()]
    if missing:
        raise Absent(f"{' and '.join(missing)} not set")
    wanted = (*names, *(f"HUAWEICLOUD_SDK_{name}" for name in ("SECURITY_TOKEN", "PROJECT_ID", "DOMAIN_ID")))
    return HuaweiCredentials(*(environ.get(name, "").strip() for name in wanted))


def _profile(file: Path) -> HuaweiCredentials:
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
    return HuaweiCredentials(
        *pair, *(section.get(name, "").strip() for name in ("security_token", "project_id", "domain_id"))
    )
