"""The policies that doctor prints allow what the resources ask for, no more; the docs show the same."""

from __future__ import annotations

import json

import pytest

from house import coverage
from reelstack.clouds import policies
from reelstack.wire import permissions

NAMES = {"ims": "Alibaba Cloud IMS", "vod": "Alibaba Cloud ApsaraVideo VOD", "huawei": "Huawei Cloud VOD"}
CREDENTIALS = coverage.PAGE.with_name("credentials.md")


def rows(service: str) -> list[coverage.Row]:
    return coverage.table(*coverage.SERVICES[NAMES[service]], coverage.uses())


@pytest.mark.parametrize("service", NAMES)
def test_a_policy_allows_what_the_resources_ask_for_and_no_more(service: str) -> None:
    used = {row.operation for row in rows(service) if row.resources}
    assert set(policies.OPERATIONS[service][1]) == used, "bring clouds/policies.py and docs/credentials.md up to date"


@pytest.mark.parametrize("service", NAMES)
def test_the_page_on_credentials_shows_the_policy(service: str) -> None:
    assert policies.document(service) in CREDENTIALS.read_text(encoding="utf-8")
    assert json.loads(policies.document(service))["Statement"]


def test_huaweis_actions_have_names_of_their_own() -> None:
    assert set(permissions.HUAWEI_VOD) == {row.operation for row in rows("huawei") if row.methods}
    assert permissions.of("huawei-vod", "CreateAssetEditTask") == "vod:asset:createEditTask"
    assert permissions.of("alibaba-ims", "GetEditingProject") == "ice:GetEditingProject"
    assert permissions.of("test-cloud", "DoIt") == "DoIt"
