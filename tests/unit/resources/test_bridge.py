"""Between Pulumi's properties and ours: what is unknown, what is wrong, and where a resource lives."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pulumi import Output
from pulumi.output import UNKNOWN
from pulumi.runtime import rpc
from pydantic import Field

from reelstack.errors import ConfigError, Denied, NoCredentials
from reelstack.models.base import Model
from reelstack.models.output import OutputSettings
from reelstack.resources import bridge, settings
from reelstack.resources.production_inputs import ProduceJobInputs
from reelstack.resources.project_inputs import EditingProjectInputs

LEAVES = st.none() | st.booleans() | st.integers() | st.text(max_size=3)
KNOWN = st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=3), inner), max_leaves=8)
STEPS = st.lists(st.integers(0, 2) | st.text(max_size=3), max_size=6)
JOB = {
    "name": "spring/teaser",
    "stack_id": "5tack",
    "service": "ims",
    "region": "cn-shanghai",
    "spec_hash": "c0ffee",
    "project_id": "p1",
    "location": "https://films.oss-cn-shanghai.aliyuncs.com/spring",
}


def buried(value: Any, steps: list[int | str]) -> Any:
    """The value at the end of a path of lists and mappings, among known neighbours."""
    for step in steps:
        value = ["known"] * step + [value] if isinstance(step, int) else {"known": 1, step: value}
    return value


@given(STEPS)
def test_an_unknown_is_marked_and_found_at_any_depth(steps: list[int | str]) -> None:
    marked = bridge.marked(buried(UNKNOWN, steps))
    assert marked == buried(rpc.UNKNOWN, steps)
    assert bridge.is_unknown(marked)


@given(KNOWN)
def test_what_is_known_is_left_as_it_is(value: Any) -> None:
    assert bridge.marked(value) == value
    assert not bridge.is_unknown(value)


@given(STEPS)
def test_a_property_that_holds_an_unknown_is_not_known(steps: list[int | str]) -> None:
    props = {"sure": 1, "open": buried(rpc.UNKNOWN, steps), bridge.PROVIDER_KEY: "pickle"}
    assert bridge.known(props) == {"sure": 1}
    assert bridge.unknown_keys(props) == {"open"}


@given(STEPS)
def test_an_output_is_seen_at_any_depth(steps: list[int | str]) -> None:
    assert not bridge.holds_output(buried("plain", steps))


def test_an_output_in_a_list_in_a_mapping_is_seen() -> None:
    async def in_a_program() -> bool:
        return bridge.holds_output({"tracks": [{"clips": (1, Output.from_input("later"))}]})

    assert asyncio.run(in_a_program())


class Part(Model):
    size: int = Field(gt=0)


class Whole(Model):
    name: str
    parts: tuple[Part, ...] = ()
    by_name: dict[str, Part] = Field(default_factory=dict)


def faults(model: type[Model], props: dict[str, Any]) -> dict[str, str]:
    return {fault.property: fault.reason for fault in bridge.check(model, props)}


def test_every_fault_is_found_at_once_and_named_by_its_path() -> None:
    found = faults(Whole, {"parts": [{"size": 1}, {"size": 0}], "by_name": {"a": {"size": "big"}}, "naem": "x"})
    assert set(found) == {"name", "naem", "parts[1].size", "by_name.a.size"}
    assert found["parts[1].size"] == "Input should be greater than 0"


def test_a_fault_of_a_job_is_said_without_the_librarys_words() -> None:
    found = faults(ProduceJobInputs, {**JOB, "output": {"width": 64}, "location": "ftp://nowhere"})
    assert set(found) == {"output.width", "location"}
    assert found["location"].startswith("'ftp://nowhere/video.mp4' is not an OSS object URL")


def test_good_properties_have_no_fault_and_the_pickle_is_no_property() -> None:
    assert faults(ProduceJobInputs, {**JOB, bridge.PROVIDER_KEY: "pickle"}) == {}


def test_what_is_unknown_is_no_fault() -> None:
    unknown = {"project_id": rpc.UNKNOWN, "spec_hash": rpc.UNKNOWN, "stack_id": rpc.UNKNOWN}
    assert faults(ProduceJobInputs, {**JOB, **unknown}) == {}
    assert faults(Whole, {"name": "x", "parts": [{"size": rpc.UNKNOWN}]}) == {}


@pytest.mark.parametrize("output", [{"media_url": rpc.UNKNOWN}, {"width": 640, "media_url": rpc.UNKNOWN}, rpc.UNKNOWN])
def test_an_output_that_is_named_by_another_resource_is_no_fault(output: object) -> None:
    props = {key: value for key, value in JOB.items() if key != "location"}
    assert faults(ProduceJobInputs, {**props, "output": output, "overwrite": True}) == {}


def test_a_destination_in_vod_that_is_unknown_yet_is_no_fault() -> None:
    output = {"storage_location": rpc.UNKNOWN, "file_name": "teaser.mp4"}
    job = {key: value for key, value in JOB.items() if key != "location"}
    assert faults(ProduceJobInputs, {**job, "target": "vod-media", "output": output}) == {}


def test_a_fault_of_one_property_is_said_while_another_is_unknown() -> None:
    found = faults(ProduceJobInputs, {**JOB, "stack_id": rpc.UNKNOWN, "output": {"width": 64}})
    assert set(found) == {"output.width"}


@pytest.mark.parametrize("changed", [{"location": None}, {"region": "cn-beijing"}, {"timeline": {}}])
def test_a_fault_of_the_whole_is_said_in_the_first_preview_too(changed: dict[str, Any]) -> None:
    in_up = faults(ProduceJobInputs, {**JOB, **changed})
    in_first_preview = faults(ProduceJobInputs, {**JOB, "stack_id": rpc.UNKNOWN, **changed})
    assert in_up
    assert in_first_preview == in_up


def test_two_sources_are_a_fault_even_if_the_stacks_identity_is_unknown_yet() -> None:
    props = {"name": "p", "service": "ims", "region": "cn-shanghai", "title": "t", "timeline": {}}
    template = {"template_id": "t1", "template_type": "Timeline", "clips_param": {}}
    said = faults(EditingProjectInputs, {**props, **template, "stack_id": rpc.UNKNOWN})
    assert said == {"template_id": "give a timeline or a template_id, not both"}


@pytest.mark.parametrize(
    "moved", [{"region": "cn-beijing"}, {"endpoint": "local"}, {"endpoint": "https://ice.example", "region": "x"}]
)
def test_settings_that_point_elsewhere_are_an_error_that_names_both_places(moved: dict[str, str]) -> None:
    news = {**JOB, **moved}
    with pytest.raises(ConfigError) as raised:
        bridge.require_same_site(JOB, news, "video spring/teaser (job j1)")
    assert raised.value.message == (
        f"video spring/teaser (job j1) was made at ims cn-shanghai, but it is now declared for {bridge.site(news)}. "
        "Nothing was submitted."
    )
    assert "another stack" in raised.value.hint


def test_an_absent_endpoint_and_an_empty_one_are_the_same_place() -> None:
    bridge.require_same_site(JOB, {**JOB, "endpoint": ""}, "it")


class Careless(bridge.Provider):
    @bridge.served
    def check(self, _olds: dict[str, Any], news: dict[str, Any]) -> Any:
        if news == {"open": rpc.UNKNOWN}:
            raise ConfigError("the region is wrong.", hint="Mend it.")
        raise KeyError("a fault of ours")


def test_our_errors_reach_the_host_without_frames() -> None:
    with pytest.raises(ConfigError) as raised:
        Careless().check({}, {"open": UNKNOWN})
    assert raised.value.__suppress_context__
    assert sys.tracebacklimit == 0


def test_a_fault_of_the_program_keeps_its_traceback() -> None:
    with pytest.raises(KeyError, match="a fault of ours"):
        Careless().check({}, {})
    assert not hasattr(sys, "tracebacklimit")


def test_the_settings_of_a_video_are_those_of_its_model() -> None:
    assert set(faults(OutputSettings, {"width": 1, "height": 9999, "bitrate": 0})) == {"width", "height", "bitrate"}


@pytest.mark.parametrize("endpoint", ["loacl", "ice"])
def test_an_endpoint_that_is_a_mere_word_is_refused(endpoint: str) -> None:
    with pytest.raises(ConfigError, match="neither the local cloud nor an address"):
        settings._require_address(endpoint)


@pytest.mark.parametrize("endpoint", ["", "local", "localhost", "http://near", "ice.example", "near:8080"])
def test_an_endpoint_that_may_be_an_address_is_taken(endpoint: str) -> None:
    settings._require_address(endpoint)


def test_a_look_without_any_credentials_is_what_the_state_says() -> None:
    def look() -> str:
        raise NoCredentials("no keys\n  here\n", hint="set some")

    assert bridge.looked_up(look, "as it was") == "as it was"
    assert bridge.looked_up(lambda: "seen", "as it was") == "seen"


def test_a_look_with_wrong_credentials_is_an_error() -> None:
    def look() -> str:
        raise Denied(cloud="c", action="Look", code="SignatureDoesNotMatch", message="no")

    with pytest.raises(Denied):
        bridge.looked_up(look, "as it was")
