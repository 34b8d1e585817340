"""Signing, held against what the vendor's own signer produced."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.clock import ManualClock
from reelstack.clouds.credentials import Credentials
from reelstack.wire import encoding
from reelstack.wire.signing import acs3
from reelstack.wire.signing.acs3 import Acs3
from unit.wire.network import Always, Network, in_turn, refused, said

VECTORS: list[dict[str, Any]] = json.loads((Path(__file__).parent / "vectors" / "acs3.json").read_text())
NONCE = "x-acs-signature-nonce"
each_vector = pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])


def send(vector: dict[str, Any]) -> httpx.Request:
    """What goes out on the network for a vector's operation."""
    headers = vector["headers"]
    clock = ManualClock(datetime.fromisoformat(headers["x-acs-date"]))
    keys = Credentials(vector["access_key_id"], vector["access_key_secret"], vector["security_token"] or "")
    network = Network.of(said())
    transport = network.transport(
        f"https://{headers['host']}", auth=Acs3(lambda: keys, clock, in_turn([headers[NONCE]])), clock=clock
    )
    query = {name: str(value) for name, value in vector["query"].items()}
    transport.call(
        headers["x-acs-action"],
        cloud="t",
        version=headers["x-acs-version"],
        query=query,
        form=vector["form"],
        idempotent=True,
    )
    return network.asked[0]


@each_vector
def test_a_request_has_the_vendors_signature(vector: dict[str, Any]) -> None:
    assert send(vector).headers["authorization"] == vector["authorization"]


@each_vector
def test_what_is_signed_is_what_the_vendor_signs(vector: dict[str, Any]) -> None:
    request = send(vector)
    names = acs3.signed_headers(request)
    assert acs3.canonical_request(request, names) == vector["canonical_request"]
    assert acs3.string_to_sign(request, names) == vector["string_to_sign"]


@each_vector
def test_query_and_body_are_sent_exactly_as_they_are_signed(vector: dict[str, Any]) -> None:
    request = send(vector)
    assert request.url.query.decode() == vector["canonical_query"]
    assert request.content.decode() == vector["body"]


def test_each_attempt_has_its_own_nonce_and_date() -> None:
    network = Network.of(refused(503, "ServiceUnAvailable"), said())
    keys = Credentials("id", "secret")
    auth = Acs3(lambda: keys, network.clock, in_turn(["n1", "n2"]))
    network.clock.move(0.7)
    network.transport(auth=auth, random=Always(0.99)).call("A", cloud="t", version="1", query={}, idempotent=True)
    first, second = (dict(request.headers) for request in network.asked)
    assert (first[NONCE], second[NONCE]) == ("n1", "n2")
    assert first["x-acs-date"] < second["x-acs-date"]


def test_keys_are_read_at_each_attempt_and_an_old_token_is_dropped() -> None:
    keys = iter([Credentials("id", "secret", "token"), Credentials("id", "secret")])
    auth = Acs3(lambda: next(keys), ManualClock(), in_turn("12"))
    request = httpx.Request("POST", "https://h/")
    next(auth.auth_flow(request))
    assert request.headers["x-acs-security-token"] == "token"
    assert "x-acs-security-token" not in next(auth.auth_flow(request)).headers


def test_a_date_in_another_zone_is_sent_in_utc() -> None:
    clock = ManualClock(datetime.fromisoformat("2026-01-15T10:30:00+02:00"))
    request = httpx.Request("POST", "https://h/")
    next(Acs3(lambda: Credentials("id", "secret"), clock, in_turn("1")).auth_flow(request))
    assert request.headers["x-acs-date"] == "2026-01-15T08:30:00Z"


PARAMETERS = st.dictionaries(st.text(min_size=1), st.text())


@given(PARAMETERS)
def test_a_query_is_sorted_and_can_be_read_back(parameters: dict[str, str]) -> None:
    text = encoding.query(parameters)
    read = parse_qsl(text, keep_blank_values=True)
    assert dict(read) == parameters
    assert [name for name, _ in read] == sorted(parameters)


@given(PARAMETERS)
def test_reading_a_query_and_writing_it_again_changes_nothing(parameters: dict[str, str]) -> None:
    text = encoding.query(parameters)
    assert encoding.query(encoding.pairs(text)) == text


@given(PARAMETERS)
def test_the_network_gets_the_query_as_it_was_encoded(parameters: dict[str, str]) -> None:
    url = httpx.URL(f"https://h/?{encoding.query(parameters)}")
    assert url.query.decode() == encoding.query(parameters)
