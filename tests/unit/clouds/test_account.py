"""Whose keys these are: asked of STS, never a reason to fail; another's keys are a reason to submit nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from pulumi.dynamic import ResourceProvider

from kit.clock import ManualClock
from kit.loopback import CLOSED, Loopback, serving
from reelstack.clouds.base import Site
from reelstack.clouds.open import account
from reelstack.errors import ConfigError
from reelstack.resources import bridge
from reelstack.resources.editing_project import EditingProjectProvider
from reelstack.resources.produce_job import ProduceJobProvider
from reelstack.resources.submitted import STATE_SCHEMA

OLDS: dict[str, Any] = {"service": "ims", "endpoint": "", "account_id": "111", "schema": STATE_SCHEMA}


@pytest.fixture
def sts(monkeypatch: pytest.MonkeyPatch) -> Iterator[Loopback]:
    with serving() as loopback:
        loopback.answers["POST /"] = (200, {"RequestId": "r", "AccountId": "222"})
        monkeypatch.setenv("REELSTACK_STS_ENDPOINT", loopback.url)
        monkeypatch.setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", "id")
        monkeypatch.setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "secret")
        yield loopback


def test_the_account_is_asked_for_once(sts: Loopback) -> None:
    clock = ManualClock()
    site = Site("ims", "cn-beijing")
    assert [account(site, clock), account(site, clock)] == ["222", "222"]
    assert [asked.headers["x-acs-action"] for asked in sts.asked] == ["GetCallerIdentity"]


def test_an_account_that_cannot_be_known_is_no_failure(sts: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    sts.answers["POST /"] = (403, {"Code": "NoPermission", "Message": "no", "RequestId": "r"})
    assert account(Site("ims", "cn-beijing"), ManualClock()) == ""
    monkeypatch.setenv("REELSTACK_STS_ENDPOINT", CLOSED)
    assert account(Site("ims", "cn-beijing"), ManualClock()) == ""


def test_what_stands_in_for_a_region_is_asked_nothing(sts: Loopback) -> None:
    assert account(Site("ims", "cn-beijing", "local"), ManualClock()) == ""
    assert sts.asked == []


def test_the_account_of_a_site_that_names_one_is_known(sts: Loopback) -> None:
    assert account(Site("huawei", "cn-north-4", account="p1"), ManualClock()) == "p1"
    assert sts.asked == []


def test_another_account_is_an_error_before_anything_is_submitted(sts: Loopback) -> None:
    with pytest.raises(ConfigError, match=r"made in account 111.*belong to account 222.*Nothing was submitted or d"):
        bridge.require_same_account({**OLDS, "region": "cn-hongkong"}, "video a")


@pytest.mark.parametrize("made", ["222", "", None])
def test_the_same_account_and_one_that_was_never_known_are_none(sts: Loopback, made: str | None) -> None:
    bridge.require_same_account({**OLDS, "region": "cn-shenzhen", "account_id": made}, "video a")


@pytest.mark.parametrize("provider", [ProduceJobProvider(), EditingProjectProvider()], ids=["video", "project"])
def test_with_another_accounts_keys_nothing_is_taken_for_deleted(sts: Loopback, provider: ResourceProvider) -> None:
    with pytest.raises(ConfigError, match=r"made in account 111.*belong to account 222"):
        provider.delete("made-elsewhere", {**OLDS, "region": "cn-hongkong", "name": "teaser"})
