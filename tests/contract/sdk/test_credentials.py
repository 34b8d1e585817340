"""The vendors' own packages find the same keys as we do in the same files and at the same machines."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from alibabacloud_credentials.provider.cli_profile import CLIProfileCredentialsProvider
from alibabacloud_credentials.provider.profile import ProfileCredentialsProvider
from huaweicloudsdkcore.auth.internal import MetadataAccessor
from huaweicloudsdkcore.auth.provider import ProfileCredentialProvider

from kit.loopback import CLOSED, serving
from reelstack.clouds import credentials
from reelstack.clouds.credentials import huawei

QUIET = {"ALIBABA_CLOUD_ECS_METADATA_DISABLED": "true", "REELSTACK_HUAWEI_METADATA_ENDPOINT": CLOSED}
PAIR = {"access_key_id": "id", "access_key_secret": "a%b#c+/="}


def triple(found: Any) -> tuple[str, str, str]:
    token = found.get_security_token() or ""
    return found.get_access_key_id(), found.get_access_key_secret(), token


def ours(home: Path, **environ: str) -> tuple[str, str, str]:
    found = credentials.find(QUIET | environ, home).provider()
    return found.access_key_id, found.access_key_secret, found.security_token


@pytest.mark.parametrize("name", ["first", "second"])
def test_profiles_of_the_command_line_are_read_alike(tmp_path: Path, name: str) -> None:
    profiles = [
        {"name": "first", "mode": "AK", **PAIR},
        {"name": "second", "mode": "StsToken", **PAIR, "sts_token": "t"},
    ]
    file = tmp_path / ".aliyun" / "config.json"
    file.parent.mkdir()
    file.write_text(json.dumps({"current": name, "profiles": profiles}))
    theirs = CLIProfileCredentialsProvider(profile_file=str(file), profile_name=name).get_credentials()
    assert ours(tmp_path) == triple(theirs)


def test_sections_of_the_ini_file_are_read_alike(tmp_path: Path) -> None:
    file = tmp_path / "keys.ini"
    file.write_text("[work]\ntype = access_key # mine\naccess_key_id = id\naccess_key_secret = a+/= # its secret\n")
    theirs = ProfileCredentialsProvider(profile_file=str(file), profile_name="work").get_credentials()
    found = ours(tmp_path, ALIBABA_CLOUD_CREDENTIALS_FILE=str(file), ALIBABA_CLOUD_PROFILE="work")
    assert found == triple(theirs)


def test_huaweis_profile_is_read_alike(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "keys.ini"
    file.write_text("[basic]\nak = id\nsk = a+/=\nproject_id = p1\nsecurity_token = t\n")
    monkeypatch.setenv("HUAWEICLOUD_SDK_CREDENTIALS_FILE", str(file))
    theirs = ProfileCredentialProvider.get_basic_credential_profile_provider().get_credentials()
    found = huawei.find(QUIET | {"HUAWEICLOUD_SDK_CREDENTIALS_FILE": str(file)}, tmp_path).provider()
    assert isinstance(found, huawei.HuaweiCredentials)
    assert (found.access_key_id, found.access_key_secret) == (theirs.ak, theirs.sk)
    assert (found.security_token, found.project_id) == (theirs.security_token, theirs.project_id)


def test_huaweis_machine_is_asked_alike(tmp_path: Path) -> None:
    until = (datetime.now(UTC) + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%S.000000Z")
    keys = {"credential": {"access": "id", "secret": "s", "securitytoken": "t", "expires_at": until}}

    class Near(MetadataAccessor):  # type: ignore[misc]
        _METADATA_ENDPOINT = ""

    with serving() as machine:
        machine.answers["PUT /meta-data/latest/api/token"] = (200, "ticket")
        machine.answers["GET /openstack/latest/securitykey"] = (200, keys)
        Near._METADATA_ENDPOINT = machine.url
        theirs = Near().get_credential()
        asked_by_them = [(one.method, one.path) for one in machine.asked]
        found = huawei.find({"REELSTACK_HUAWEI_METADATA_ENDPOINT": machine.url}, tmp_path).provider()
    assert (found.access_key_id, found.access_key_secret) == (theirs.access, theirs.secret)
    assert found.security_token == theirs.security_token
    assert [(one.method, one.path) for one in machine.asked] == asked_by_them * 2
    assert machine.asked[1].headers["x-metadata-token"] == machine.asked[3].headers["x-metadata-token"]
