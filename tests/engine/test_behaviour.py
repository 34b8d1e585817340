"""What the recordings do not show: order, overlap, replacement, protection, failure and what stays afterwards."""

from __future__ import annotations

import json
from threading import Thread
from typing import Any

import pytest

from engine.playground import STACK, Playground, thing
from reelstack import engine
from reelstack.engine import OutputsKnown, StepFinished, StepStarted, values
from reelstack.errors import EngineError

EARLY = (
    "from pulumi.runtime.resource import register_resource_outputs\n"
    "from pulumi.runtime.settings import get_root_resource\n"
)
CHAIN = 'a = Thing("a", "one")\nb = Thing("b", "two", note=a.address)\nc = Thing("c", "three", note=b.address)\n'


def test_dependents_are_deleted_before_what_they_need(play: Playground) -> None:
    play.up(CHAIN)
    assert play.run("destroy").exit_code == 0
    assert play.calls[3:] == ["delete three", "delete two", "delete one"]
    assert play.state == []


def test_independent_resources_are_created_side_by_side(play: Playground) -> None:
    pipes = [play.pipe("pa"), play.pipe("pb")]

    def let_go() -> None:
        # Opening a pipe to write waits for its reader: both are open only when both creates are under way.
        for opened in [pipe.open("w") for pipe in pipes]:
            opened.close()

    helper = Thread(target=let_go, daemon=True)
    helper.start()
    assert play.up('Thing("a", "wait:pa")\nThing("b", "wait:pb")\n').exit_code == 0
    helper.join()


def test_a_waiting_step_does_not_hold_up_registrations(play: Playground) -> None:
    pipe = play.pipe("pa")
    play.up('Thing("b", "two")\n')

    def let_go(event: object) -> None:
        if isinstance(event, StepFinished) and event.name == "b":
            pipe.open("w").close()

    play.listener = let_go
    result = play.up('Thing("a", "wait:pa")\nThing("b", "two")\n', parallel=1)
    assert result.summary == {"create": 1, "same": 2}


def test_a_resource_that_must_go_first_is_deleted_before_its_replacement(play: Playground) -> None:
    play.up('Thing("a", "one", kind="x")\n')
    result = play.up('Thing("a", "two", kind="exclusive")\n')
    assert result.summary == {"replace": 1, "same": 1}
    assert play.calls == ["create one", "delete one", "create two"]
    assert [op for op, _ in play.operations if op != "same"] == [
        "delete-replaced",
        "replace",
        "create-replacement",
    ]


def test_what_is_replaced_along_goes_before_and_comes_after(play: Playground) -> None:
    program = 'a = Thing("a", "one", kind="{0}")\nb = Thing("b", "two", kind=a.address)\n'
    play.up(program.format("x"))
    result = play.up(program.format("exclusive"))
    assert result.summary == {"replace": 2, "same": 1}
    assert play.calls[2:] == ["delete two", "delete one", "create one", "create two"]
    assert play.up().summary == {"same": 3}


def test_a_failed_create_after_its_delete_is_made_good_by_the_next_run(play: Playground) -> None:
    play.up('Thing("a", "one", kind="x")\n')
    assert play.up('Thing("a", "explode", kind="exclusive")\n').exit_code == 1
    assert play.in_state("a")[0]["pendingReplacement"]
    assert play.up('Thing("a", "fine", kind="exclusive")\n').exit_code == 0
    assert play.calls == ["create one", "delete one", "create fine"]
    assert [one["id"] for one in play.in_state("a")] == ["thing-2"]


REPLACED = 'a = Thing("a", "one", kind="{}")\nb = Thing("b", "{}", note=a.address)\n'


def test_what_was_replaced_lives_until_a_run_succeeds(play: Playground) -> None:
    play.up(REPLACED.format("x", "two"))
    assert play.up(REPLACED.format("y", "explode")).exit_code == 1
    assert sorted(one["id"] for one in play.in_state("a")) == ["thing-1", "thing-3"]
    assert [one["id"] for one in play.in_state("a") if one.get("delete")] == ["thing-1"]
    assert play.up(REPLACED.format("y", "two")).exit_code == 0
    assert play.calls[-1] == "delete one"
    assert [one["id"] for one in play.in_state("a")] == ["thing-3"]


def test_several_failed_runs_pile_up_and_one_success_clears_them(play: Playground) -> None:
    play.up(REPLACED.format("x", "two"))
    for kind in ("p", "q", "r"):
        assert play.up(REPLACED.format(kind, "explode")).exit_code == 1
    assert len(play.in_state("a")) == 4
    assert play.up(REPLACED.format("r", "two")).exit_code == 0
    assert list(play.cloud["things"]) == ["thing-2", "thing-5"]


def test_after_a_failure_nothing_else_begins(play: Playground) -> None:
    result = play.up('a = Thing("a", "explode")\nThing("b", "two", opts=O(depends_on=[a]))\n')
    assert result.exit_code == 1
    assert play.calls == []
    assert "the cloud refused label 'explode'" in result.errors[0]


def test_a_failing_program_still_keeps_what_was_made(play: Playground) -> None:
    assert play.up('Thing("a", "one")\nraise SystemExit(3)\n').exit_code == 1
    assert play.up('Thing("a", "one")\n').summary == {"same": 2}


def test_a_program_may_leave_early_without_failing(play: Playground) -> None:
    assert play.up('Thing("a", "one")\nraise SystemExit(0)\n').summary == {"create": 2}


# One at a time: what is printed and what is logged come by two ways, and neither waits for the other.
@pytest.mark.parametrize(
    ("program", "said"),
    [('print("hello")\n', ("info", "hello")), ('pulumi.log.warn("careful")\n', ("warning", "careful"))],
)
def test_what_a_program_prints_is_told(play: Playground, program: str, said: tuple[str, str]) -> None:
    play.up(program)
    assert [(one.severity, one.message) for one in play.said] == [said]


def test_a_failed_delete_is_kept_and_tried_again(play: Playground) -> None:
    play.up('Thing("a", "sticky")\n')
    assert play.up("").exit_code == 1
    assert play.in_state("a")
    assert play.calls == ["create sticky", "delete sticky"]


def test_what_is_protected_is_neither_deleted_nor_replaced(play: Playground) -> None:
    play.up('Thing("a", "one", opts=O(protect=True))\n')
    assert "protected" in play.run("destroy").errors[0]
    assert "marked for protection" in play.up('Thing("a", "one", kind="y", opts=O(protect=True))\n').errors[0]
    assert play.calls == ["create one"]


def test_ignored_changes_are_no_changes(play: Playground) -> None:
    play.up('Thing("a", "one", note="x")\n')
    assert play.up('Thing("a", "one", note="y", opts=O(ignore_changes=["note"]))\n').summary == {"same": 2}


def test_what_goes_with_another_is_not_deleted_by_itself(play: Playground) -> None:
    play.up('a = Thing("a", "one")\nThing("b", "two", opts=O(deleted_with=a))\n')
    assert play.run("destroy").summary == {"delete": 3}
    assert play.calls == ["create one", "create two", "delete one"]


def test_children_follow_a_renamed_parent(play: Playground) -> None:
    play.up('Thing("a", "one", opts=O(parent=Group("g")))\n')
    renamed = 'Thing("a", "one", opts=O(parent=Group("h", opts=O(aliases=[pulumi.Alias(name="g")]))))\n'
    assert play.up(renamed).summary == {"same": 3}
    assert {one.get("parent", "").rsplit("::")[-1] for one in play.in_state("a")} == {"h"}


def test_a_duplicate_name_fails_the_run(play: Playground) -> None:
    assert "Duplicate resource URN" in play.up('Thing("a", "one")\nThing("a", "two")\n').errors[0]


def test_a_refresh_forgets_what_is_gone_and_who_referred_to_it(play: Playground) -> None:
    play.up(CHAIN)
    cloud = play.cloud
    del cloud["things"]["thing-2"]
    play.cloud_file.write_text(json.dumps(cloud))
    assert play.run("refresh").summary == {"same": 3, "delete": 1}
    assert play.in_state("c")[0].get("dependencies", []) == []


def test_at_every_moment_of_a_refresh_the_state_refers_only_to_what_is_there(play: Playground) -> None:
    play.up(CHAIN)
    cloud = play.cloud
    del cloud["things"]["thing-1"], cloud["things"]["thing-2"]
    play.cloud_file.write_text(json.dumps(cloud))
    states: list[list[Any]] = []
    play.listener = lambda _: states.append(engine.export(play.root, "dev")["deployment"]["resources"])
    play.run("refresh")
    for state in states:
        assert {needed for one in state for needed in one.get("dependencies", ())} <= {one["urn"] for one in state}


def test_a_project_may_want_every_run_to_refresh(play: Playground) -> None:
    project = play.root / "Pulumi.yaml"
    project.write_text(project.read_text() + "options: {refresh: always}\n")
    play.up(CHAIN)
    play.cloud_file.write_text(json.dumps(play.cloud | {"things": {}}))
    assert play.run("preview").summary == {"create": 3, "same": 1}


def test_a_refresh_preview_changes_nothing(play: Playground) -> None:
    play.up(CHAIN)
    before = play.state_file.read_bytes()
    assert play.run("destroy", preview_only=True).summary == {"delete": 4}
    assert play.run("refresh", preview_only=True).summary == {"same": 4}
    assert play.state_file.read_bytes() == before


def test_only_what_is_targeted_is_touched(play: Playground) -> None:
    play.up('Thing("a", "one")\nThing("b", "two")\n')
    changed = 'Thing("a", "1")\nThing("b", "2")\nThing("c", "3")\n'
    assert play.up(changed, targets=(thing("b"),)).exit_code == 0
    assert play.calls[2:] == ["update 2"]
    assert not play.in_state("c")
    assert play.run("destroy", targets=(thing("a"),)).summary == {"delete": 1, "same": 2}


def test_a_resource_can_be_replaced_on_request(play: Playground) -> None:
    play.up('Thing("a", "one")\n')
    assert play.up(replace=(thing("a"),)).summary == {"replace": 1, "same": 1}
    assert play.calls == ["create one", "create one", "delete one"]


def test_the_row_of_a_step_names_what_changed(play: Playground) -> None:
    play.up('Thing("a", "one", kind="x")\n')
    play.run("preview", 'Thing("a", "two", kind="y")\n')
    rows = [one for one in play.events if isinstance(one, StepStarted) and one.op == "create-replacement"]
    assert [(one.diff_keys, one.replace_keys) for one in rows if not isinstance(one, StepFinished)] == [
        (("kind", "label"), ("kind",))
    ]


def test_outputs_published_early_are_known_and_survive_a_failure(play: Playground) -> None:
    play.up(
        EARLY + 'a = Thing("a", "one")\nregister_resource_outputs(get_root_resource(), {"submitted": a.id})\n'
        'b = Thing("b", "explode", note=a.address)\npulumi.export("b", b.address)\n'
    )
    assert [dict(one.outputs) for one in play.events if isinstance(one, OutputsKnown)] == [{"submitted": "thing-1"}]
    assert next(one for one in play.state if one["urn"] == STACK)["outputs"] == {"submitted": "thing-1"}


def test_the_last_outputs_of_a_run_that_succeeds_are_all_there_is(play: Playground) -> None:
    program = """
import asyncio

before = asyncio.all_tasks()
register_resource_outputs(get_root_resource(), {"first": 1})
first = asyncio.all_tasks() - before


async def after_the_first(value):
    await asyncio.wait(first)
    return value


pulumi.export("last", pulumi.Output.from_input(2).apply(after_the_first))
"""
    assert play.up(EARLY + program).outputs == {"last": 2}


def test_a_failed_run_keeps_the_outputs_that_it_did_not_name(play: Playground) -> None:
    play.up('pulumi.export("kept", 1)\n')
    assert play.up('pulumi.export("new", 2)\nraise RuntimeError\n').outputs == {"kept": 1, "new": 2}


@pytest.mark.parametrize("operation", ["refresh", "destroy"])
def test_an_unknown_stack_names_those_there_are(play: Playground, operation: str) -> None:
    play.up("")
    play.state_file.rename(play.state_file.with_name("prod.json"))
    with pytest.raises(EngineError, match="as the stack 'dev' of scenarios; deployed are: prod"):
        play.run(operation)


@pytest.mark.parametrize("failure", [SystemExit(1), BrokenPipeError()])  # a display, and a writer, whose pipe is closed
def test_a_run_whose_listener_fails_goes_on_to_its_end(play: Playground, failure: BaseException) -> None:
    def hang_up(_: object) -> None:
        raise failure

    play.listener = hang_up
    with pytest.raises(type(failure)):
        play.up('Thing("a", "one")\n')
    assert [one["id"] for one in play.in_state("a")] == ["thing-1"]
    assert not play.journal.exists()
    assert not list(play.locks.iterdir())


def test_what_is_no_number_in_json_is_kept_as_the_pulumi_cli_keeps_it(play: Playground) -> None:
    play.up('pulumi.export("x", [float("nan"), float("inf"), float("-inf"), 0.5])\n')
    mark = {values.SIGNATURE: "8ad145fe-0d11-4827-bfd7-1abcbf086f5c"}
    bits = ["7ff8000000000000", "7ff0000000000000", "fff0000000000000"]  # as CLI 3.260.0 writes them
    assert play.in_state("scenarios-dev")[0]["outputs"]["x"] == [*({**mark, "value": one} for one in bits), 0.5]
    assert str(engine.outputs(play.root, "dev")["x"]) == "[nan, inf, -inf, 0.5]"


@pytest.mark.parametrize("bits", [None, 1, "7f", "xx", "7ff8000000000000ff"])
def test_a_number_that_is_damaged_is_refused(bits: object) -> None:
    damaged = {values.SIGNATURE: values.FLOAT, "value": bits}
    with pytest.raises(EngineError, match="damaged"):
        values.from_json(damaged, str)
