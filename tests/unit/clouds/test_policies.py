"""Policies against the code: what the clients call is allowed, and nothing that no client knows."""

from __future__ import annotations

import ast
import inspect
import re
from types import ModuleType

import pytest

from reelstack.clouds import policies
from reelstack.clouds.alibaba_ims import adapter as ims_adapter
from reelstack.clouds.alibaba_ims import client as ims
from reelstack.clouds.alibaba_vod import client as vod
from reelstack.clouds.huawei_vod import client as huawei
from reelstack.wire import permissions

CLIENTS = {"ims": ims, "vod": vod, "huawei": huawei}


def operations(module: ModuleType) -> dict[str, set[str]]:
    """Per method of a client, the operations that it and the methods it calls ask for."""
    tree = ast.parse(inspect.getsource(module))
    methods = {node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}

    def of(name: str, seen: frozenset[str]) -> set[str]:
        found: set[str] = set()
        for node in ast.walk(methods[name]):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and _is_operation(node.value):
                found.add(node.value)
            if isinstance(node, ast.Attribute) and node.attr in methods and node.attr not in seen:
                found |= of(node.attr, seen | {node.attr})
        return found

    return {name: of(name, frozenset({name})) for name in methods}


VERBS = "Create|Add|Get|Update|Delete|Search|List|Set|Submit|Produce|Register|BatchGet|Show"
OPERATION = re.compile(rf"(?:{VERBS})(?:[A-Z][a-z]+)+")
PARAMETERS = {"DeletePhysicalFiles"}


def _is_operation(text: str) -> bool:
    return bool(OPERATION.fullmatch(text)) and text not in PARAMETERS


@pytest.mark.parametrize("service", CLIENTS)
def test_every_operation_that_a_policy_allows_is_one_of_the_client(service: str) -> None:
    known = set().union(*operations(CLIENTS[service]).values())
    assert set(policies.OPERATIONS[service][1]) <= known
    assert policies.OPERATIONS[service][0] == CLIENTS[service].CLOUD


@pytest.mark.parametrize("service", ["vod", "huawei"])
def test_a_policy_allows_all_that_the_client_can_ask_for(service: str) -> None:
    assert set(policies.OPERATIONS[service][1]) == set().union(*operations(CLIENTS[service]).values())


def test_the_policy_of_ims_allows_just_what_the_resources_ask_for() -> None:
    by_method = operations(ims)
    tree = ast.parse(inspect.getsource(ims_adapter))
    called = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)} & set(by_method)
    assert set(policies.OPERATIONS["ims"][1]) == set().union(*(by_method[name] for name in called))


def test_huaweis_actions_have_names_of_their_own() -> None:
    assert set(permissions.HUAWEI_VOD) == set(policies.OPERATIONS["huawei"][1])
    assert permissions.of("huawei-vod", "CreateAssetEditTask") == "vod:asset:createEditTask"
    assert permissions.of("alibaba-ims", "GetEditingProject") == "ice:GetEditingProject"
    assert permissions.of("test-cloud", "DoIt") == "DoIt"
