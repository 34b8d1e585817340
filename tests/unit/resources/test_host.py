"""The unchanged host of the SDK in use, and what `host` reaches through it; and that nothing depends on it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import grpc
import pytest
from pulumi.runtime.proto import engine_pb2

from contract.emulator.door import OUTPUT, TIMELINE, Caller
from reelstack.resources import host
from reelstack.resources.delivery import DeliveryProvider
from reelstack.resources.produce_job import ProduceJobProvider
from unit.resources.hosting import Ear, Hosted, Said, listening

PLACE = {"service": "ims", "region": "cn-shanghai", "endpoint": "local"}
GATES = 8  # twice the threads that the host begins with


def urn(kind: str, name: str) -> str:
    return f"urn:pulumi:local::reelstack::pulumi-python:dynamic/reelstack:{kind}::spring/{name}"


def production(cloud: Caller, name: str) -> dict[str, str]:
    """The ids of one more production in the cloud."""
    config = {**OUTPUT, "MediaURL": f"https://films.oss-cn-shanghai.aliyuncs.com/{name}.mp4"}
    said = cloud.submit(OutputMediaConfig=config)
    return {**PLACE, "job_id": said["JobId"], "media_id": said["MediaId"]}


def gate(cloud: Caller, name: str) -> dict[str, Any]:
    """A gate over one more production in the cloud."""
    return {"productions": {name: production(cloud, name)}, "timeout": 50}


@contextmanager
def unfinished(cloud: Caller) -> Iterator[ThreadPoolExecutor]:
    """Jobs that do not end before the end of the block, and threads to call the host from."""
    cloud.control("POST", "settings", pace="timed", process_seconds=3600)
    with ThreadPoolExecutor(GATES) as pool:
        try:
            yield pool
        finally:
            cloud.control("POST", "settings", queue_seconds=0, process_seconds=0)


def rows(said: Said) -> set[str]:
    return {message.urn for message in said}


JOB = {
    **PLACE,
    "name": "spring/teaser",
    "stack_id": "5tack",
    "spec_hash": "c0ffee",
    "timeline": TIMELINE,
    "location": "https://films.oss-cn-shanghai.aliyuncs.com/spring",
}


def test_more_gates_wait_than_the_host_has_threads_and_each_speaks_on_its_own_row(
    cloud: Caller, hosted: Hosted
) -> None:
    gates = {urn("Delivery", f"video-{number}"): f"video-{number}" for number in range(GATES)}
    with unfinished(cloud) as pool:
        asked = {row: gate(cloud, name) for row, name in gates.items()}
        for row, props in asked.items():
            hosted.check(row, DeliveryProvider(), props)
        waits = [pool.submit(hosted.create, row, DeliveryProvider(), props) for row, props in asked.items()]
        assert hosted.ear.hears(lambda said: rows(said) == set(gates))
        assert hosted.create(urn("ProduceJob", "teaser"), ProduceJobProvider(), JOB).id  # goes past them
        assert not any(one.done() for one in waits)
    assert {wait.result().id for wait in waits} == {f"spring/{name}" for name in gates.values()}
    assert {(message.severity, message.ephemeral) for message in hosted.ear.said} == {(engine_pb2.INFO, True)}


def test_deletes_that_wait_are_not_held_up_when_they_are_the_first_calls(cloud: Caller, hosted: Hosted) -> None:
    with unfinished(cloud) as pool:
        names = [f"video-{number}" for number in range(GATES)]
        jobs = {urn("ProduceJob", name): {**production(cloud, name), "name": name, "schema": 1} for name in names}
        ends = [
            pool.submit(hosted.delete, row, str(job["job_id"]), ProduceJobProvider(), job) for row, job in jobs.items()
        ]
        assert hosted.ear.hears(lambda said: rows(said) == set(jobs))
    assert all(end.result() is not None for end in ends)
    assert cloud.control("GET", "status")["media"] == 1  # the source


def test_an_error_of_ours_is_one_message_without_a_traceback(cloud: Caller, hosted: Hosted) -> None:
    cloud.control("POST", "faults", kind="fail_job", code="InternalError", message="disk on fire")
    with pytest.raises(grpc.RpcError) as raised:
        hosted.create(urn("Delivery", "failed"), DeliveryProvider(), gate(cloud, "failed"))
    said = raised.value.details()
    assert said.startswith("reelstack.errors.ProductionFailed: failed: job ")
    assert "disk on fire" in said
    assert len(said.splitlines()) == 1


# ── without a host ──


def test_outside_the_host_there_is_no_urn() -> None:
    assert host.urn() == ""


def test_any_local_variable_named_request_is_survived() -> None:
    request = object()
    assert host.urn() == ""
    assert request


@pytest.mark.parametrize(
    ("resource_urn", "name"),
    [(urn("ProduceJob", "teaser"), "spring/teaser"), ("spring/teaser", "spring/teaser"), ("", "")],
)
def test_the_name_of_a_resource_is_the_last_part_of_its_urn(resource_urn: str, name: str) -> None:
    assert host.name_of(resource_urn) == name


def test_outside_a_pool_there_is_nothing_to_widen() -> None:
    host.widen_threads()


@pytest.mark.parametrize(("threads", "then"), [(4, host.THREADS), (host.THREADS + 36, host.THREADS + 36)])
def test_the_pool_that_serves_a_call_is_widened_and_never_narrowed(threads: int, then: int) -> None:
    with ThreadPoolExecutor(threads) as pool:
        pool.submit(host.widen_threads).result()
        assert pool._max_workers == then


def test_an_interrupted_run_is_ending(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    word = tmp_path / "interrupted"
    monkeypatch.setenv(host.INTERRUPT_VARIABLE, str(word))
    before = host.is_ending()
    word.touch()
    assert (before, host.is_ending()) == (False, True)


def speak(code: str, *arguments: str) -> None:
    """Run code in a process with these arguments, as the host is started; it must end well and silently."""
    command = [sys.executable, "-c", f"from reelstack.resources import host\n{code}", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def heard(ear: Ear) -> list[tuple[str, str, int, bool]]:
    return [(said.urn, said.message, said.severity, said.ephemeral) for said in ear.said]


def test_what_is_said_arrives_as_it_is_meant_and_a_bad_urn_is_never_sent() -> None:
    good = urn("Delivery", "teaser")
    with listening() as (ear, address):
        lines = [
            f"host.say({good!r}, 'rendering')",
            f"host.say({good!r}, 'rendered', stays=True)",
            "host.say('spring/teaser', 'careful', stays=True, warning=True)",
            "host.say('', 'nobody')",
        ]
        speak("\n".join(lines), address)
    assert heard(ear) == [
        (good, "rendering", engine_pb2.INFO, True),
        (good, "rendered", engine_pb2.INFO, False),
        ("", "careful", engine_pb2.WARNING, False),
        ("", "nobody", engine_pb2.INFO, True),
    ]


def test_an_engine_that_is_gone_is_no_failure() -> None:
    with listening() as (_, address):
        pass
    speak("host.say('', 'is anybody there?')", address)


@pytest.mark.parametrize(
    "argument", ["up", "example.com:443", "127.0.0.1", "127.0.0.1:http", "/tmp/socket:1", ":", "169.254.169.254:80"]
)
def test_what_is_no_loopback_address_is_never_called(argument: str) -> None:
    speak("host.say('', 'hello')\nassert host._engine is None", argument)


def test_without_an_engine_nothing_is_said() -> None:
    speak("host.say('', 'hello')\nassert host._engine is None")
