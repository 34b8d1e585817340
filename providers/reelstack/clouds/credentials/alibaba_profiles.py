"""Alibaba Cloud's two profile files: that of its command line and the INI file of its SDKs.

Both name a kind of credentials, and some kinds build on others. A kind that we cannot use stops the search: going on
could find another account's keys.
"""

from __future__ import annotations

import configparser
import json
from collections.abc import Mapping
from pathlib import Path

from reelstack.clouds.credentials import chain
from reelstack.clouds.credentials.alibaba_roles import Roles
from reelstack.clouds.credentials.chain import Absent, Credentials, Source, unsupported
from reelstack.errors import ConfigError
from reelstack.wire.sts import Role

CLI_FILE = Path(".aliyun") / "config.json"
INI_FILES = (Path(".alibabacloud") / "credentials.ini", Path(".alibabacloud") / "credentials")
_PAIR = ("access_key_id", "access_key_secret")

Section = Mapping[str, object]


def of_command_line(file: Path, name: str, roles: Roles) -> Source:
    """The keys of a profile of the command line, the current one unless one is named."""
    config = _json_file(file)
    profiles = config.get("profiles")
    known = [one for one in profiles if isinstance(one, dict)] if isinstance(profiles, list) else []
    by_name = {str(one.get("name")): one for one in known}
    return _cli(by_name, name or str(config.get("current")), roles, ())


def of_ini(file: Path, name: str, roles: Roles) -> Source:
    """The keys of a section of the INI file."""
    parser = configparser.ConfigParser(inline_comment_prefixes=("#",), interpolation=None)
    try:
        parser.read_string(chain.text(file))
    except configparser.Error as error:
        raise Absent("it is not an INI file") from error
    if not parser.has_section(name):
        raise Absent(f"it has no section [{name}]")
    section = dict(parser[name])
    kind = section.get("type")
    role = _role(section, "role_arn", "role_session_name")
    if kind == "access_key":
        return _pair(section)
    if kind == "ram_role_arn":
        _needed(section, "role_arn")
        return roles.assumed(role, _pair(section))
    if kind == "oidc_role_arn":
        arn, token_file, _ = _needed(section, "oidc_provider_arn", "oidc_token_file_path", "role_arn")
        return roles.with_oidc(role, arn, Path(token_file))
    if kind == "ecs_ram_role":
        return _of_machine(roles, _text(section, "role_name"))
    raise unsupported(f"section [{name}] of the INI file (type {kind})")


def _cli(profiles: Mapping[str, Section], name: str, roles: Roles, seen: tuple[str, ...]) -> Source:
    profile = profiles.get(name)
    if profile is None:
        raise Absent(f"it has no profile {name!r}")
    mode = profile.get("mode")
    region, vpc = _text(profile, "sts_region"), profile.get("enable_vpc") is True
    role = _role(profile, "ram_role_arn", "ram_session_name")
    if mode == "AK":
        return _pair(profile)
    if mode == "StsToken":
        return _pair(profile, "sts_token")
    if mode == "RamRoleArn":
        _needed(profile, "ram_role_arn")
        token = ("sts_token",) if profile.get("sts_token") else ()
        return roles.assumed(role, _pair(profile, *token), region=region, vpc=vpc)
    if mode == "ChainableRamRoleArn":
        source, _ = _needed(profile, "source_profile", "ram_role_arn")
        if source in (*seen, name):
            raise ConfigError(f"the profile {name!r} in {Path('~') / CLI_FILE} leads back to itself.")
        return roles.assumed(role, _cli(profiles, source, roles, (*seen, name)), region=region, vpc=vpc)
    if mode == "OIDC":
        arn, token_file, _ = _needed(profile, "oidc_provider_arn", "oidc_token_file", "ram_role_arn")
        return roles.with_oidc(role, arn, Path(token_file), region=region, vpc=vpc)
    if mode == "EcsRamRole":
        return _of_machine(roles, _text(profile, "ram_role_name"))
    raise unsupported(f"profile {name!r} in {Path('~') / CLI_FILE} (mode {mode})")


def _of_machine(roles: Roles, name: str) -> Source:
    source = roles.of_machine(name)

    def read() -> Credentials:
        try:
            return source()
        except Absent as error:
            # A profile asks for it: that there is none is an error, and no reason to look for other keys.
            raise ConfigError(f"the role of this machine, which a profile asks for: {error}.") from error

    return read


def _role(section: Section, arn: str, session: str) -> Role:
    return Role(
        arn=_text(section, arn),
        session_name=_text(section, session) or _text(section, "role_session_name") or "reelstack",
        seconds=_text(section, "expired_seconds") or "3600",
        policy=_text(section, "policy"),
        external_id=_text(section, "external_id"),
    )


def _pair(section: Section, *token: str) -> Source:
    return chain.Fixed(Credentials(*_needed(section, *_PAIR, *token)))


def _needed(section: Section, *names: str) -> list[str]:
    return chain.values(section, *names)


def _text(section: Section, name: str) -> str:
    return str(section.get(name) or "").strip()


def _json_file(file: Path) -> dict[str, object]:
    try:
        found = json.loads(chain.text(file))
    except (ValueError, RecursionError) as error:
        raise Absent("it is not JSON") from error
    if not isinstance(found, dict):
        raise Absent("it is not a JSON object")
    return found
