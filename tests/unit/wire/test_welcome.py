"""Keys that a service refused are shown once, however many ask, where showing them again locks them out."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from reelstack.errors import Denied, NotFound
from reelstack.wire.dialect import HUAWEI
from reelstack.wire.message import Rest
from reelstack.wire.transport import Transport
from reelstack.wire.welcome import LOCK_OUT
from unit.wire.network import Network, call, refused

LOOK = Rest("GET", ("v1", "p", "tasks"))
WRONG = httpx.Response(401, json={"error_code": "APIGW.0301", "error_msg": "wrong keys"})
GONE = httpx.Response(403, json={"error_code": "VOD.10062", "error_msg": "none"})
GOOD = httpx.Response(200, json={})


def ask(transport: Transport) -> dict[str, Any]:
    return transport.send("Look", LOOK, cloud="huawei-vod", idempotent=True, dialect=HUAWEI)


def test_a_hundred_threads_show_wrong_keys_once() -> None:
    network = Network.of(WRONG)
    transport = network.transport()
    with ThreadPoolExecutor(16) as pool:
        errors = [each.exception() for each in [pool.submit(ask, transport) for _ in range(100)]]
    assert all(isinstance(error, Denied) and "reelstack doctor" in error.hint for error in errors)
    assert len(network.asked) == 1


def test_after_the_lock_out_they_may_be_shown_again() -> None:
    network = Network.of(WRONG, GOOD)
    transport = network.transport()
    for _ in range(2):
        with pytest.raises(Denied):
            ask(transport)
    network.clock.move(LOCK_OUT)
    assert ask(transport) == {}
    assert len(network.asked) == 2


def test_other_refusals_hold_up_nobody() -> None:
    network = Network.of(GONE, GOOD)
    transport = network.transport()
    with pytest.raises(NotFound):
        ask(transport)
    assert ask(transport) == {}


def test_where_nothing_is_locked_out_each_request_is_sent() -> None:
    network = Network.of(refused(400, "SignatureDoesNotMatch"))
    transport = network.transport()
    for _ in range(2):
        with pytest.raises(Denied):
            call(transport)
    assert len(network.asked) == 2
