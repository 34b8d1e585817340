"""What a run looks like, as exact text without colours."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import pytest
from rich.console import Console

from reelstack.cli.display import Lines, LiveTable, said, summary
from reelstack.engine import interrupt
from reelstack.engine.events import Diagnostic, Event, Result, StepFinished, StepStarted

TYPE = "pulumi-python:dynamic/reelstack:"
RESULT = Result(exit_code=0, summary={"create": 1, "same": 2}, outputs={}, steps=(), errors=(), duration=3.2)

CLIP = {"MediaId": "m1", "In": 0, "Out": 4}
OTHER = {"MediaId": "m2", "In": 0, "Out": 2}
OLD = {"timeline": {"VideoTracks": [{"VideoTrackClips": [CLIP]}]}}


def urn(name: str) -> str:
    return f"urn:pulumi:dev::p::{TYPE}Delivery::{name}"


def started(name: str, op: str = "create", because: tuple[str, ...] = ()) -> StepStarted:
    return StepStarted(op, urn(name), f"{TYPE}Delivery", name, replace_keys=because)


def finished(name: str, op: str = "create", because: tuple[str, ...] = (), ok: bool = True) -> StepFinished:
    return StepFinished(op, urn(name), f"{TYPE}Delivery", name, replace_keys=because, ok=ok)


def lines(*events: Event, preview: bool = False, result: Result = RESULT) -> list[str]:
    out = io.StringIO()
    display = Lines(Console(file=out, width=200), preview)
    for event in events:
        display(event)
    display.finish(result)
    return out.getvalue().splitlines()


def test_a_step_is_one_line_when_it_has_ended() -> None:
    printed = lines(started("a/b"), finished("a/b"))
    assert printed == ["+  Delivery        a/b  created", "Resources: + 1 created, 2 unchanged", "Duration: 3 s"]


def test_what_stays_as_it_is_has_no_line() -> None:
    assert lines(started("x", "same"), finished("x", "same"))[0].startswith("Resources:")


def test_a_default_provider_has_no_line() -> None:
    provider = StepStarted("create", "urn:pulumi:dev::p::x::default", "pulumi:providers:pulumi-python", "default")
    assert lines(provider)[0].startswith("Resources:")


def test_a_preview_says_what_would_be_done_and_why() -> None:
    step = finished("a", "create-replacement", ("spec_hash",))
    printed = lines(started("a", "create-replacement", ("spec_hash",)), step, preview=True)
    assert printed == ["+- Delivery        a  replace [its content changes]", "Resources: + 1 to create, 2 unchanged"]


def test_a_preview_tells_a_changed_timeline_in_editors_words() -> None:
    old, new = ({"timeline": {"VideoTracks": [{"VideoTrackClips": clips}]}} for clips in ([CLIP], [CLIP, OTHER]))
    step = StepStarted(
        "update", urn("a/b"), f"{TYPE}Delivery", "a/b", diff_keys=("title", "timeline"), old_inputs=old, new_inputs=new
    )
    ended = StepFinished(**vars(step))
    assert lines(step, ended, preview=True)[:4] == [
        "~  Delivery        a/b  update [title, timeline: 1 added]",
        "b:",
        "  + clip m2 at 4 s, 2 s",
        "  seconds that change: 4 s–6 s",
    ]


def test_nothing_that_a_campaign_or_a_cloud_says_is_hidden_or_turns_a_line_around() -> None:
    captions = [{"SubtitleTrackClips": [{"Content": "\x1b[31mred\u202e", "TimelineIn": 0, "TimelineOut": 1}]}]
    new = {
        "timeline": {"VideoTracks": [{"VideoTrackClips": [CLIP]}], "SubtitleTracks": captions},
        "adopt_id": "\x1b[2J",
    }
    step = StepStarted("create", urn("a/b"), f"{TYPE}EditingProject", "a/b", new_inputs=new)
    changed = StepStarted("update", urn("a/b"), f"{TYPE}EditingProject", "a/b", old_inputs=OLD, new_inputs=new)
    told = [Diagnostic("warning", urn("a/b"), "no font has \x1b\nbut \u202e")]
    for one in (step, changed):
        printed = "\n".join(lines(one, StepFinished(**vars(one)), *told, preview=True))
        assert "\ufffd" in printed
        assert not set(printed) & {"\x1b", "\u202e"}


@pytest.mark.parametrize(
    ("op", "inputs", "told"),
    [
        ("create", {"new_inputs": {"adopt_id": "p1"}}, " [takes over p1]"),
        ("delete", {"old_inputs": {"on_delete": "retain"}}, " [kept in the cloud]"),
        ("delete", {"old_inputs": {"adopt_id": "p1"}}, " [kept in the cloud]"),
        ("delete", {"old_inputs": {"adopt_id": "p1", "on_delete": "delete"}}, ""),
    ],
)
def test_what_is_taken_over_or_kept_is_told_before_it_happens(op: str, inputs: dict[str, Any], told: str) -> None:
    step = StepStarted(op, urn("a"), f"{TYPE}Delivery", "a", **inputs)
    printed = lines(step, StepFinished(**vars(step)), preview=True)
    assert printed[0].endswith(f"{op}{told}")


@pytest.mark.parametrize(("preview", "told"), [(True, ("to take over", "to keep")), (False, ("taken over", "kept"))])
def test_what_is_taken_over_or_kept_is_not_counted_as_made_or_deleted(preview: bool, told: tuple[str, str]) -> None:
    steps = [
        StepStarted("create", urn("a"), f"{TYPE}Delivery", "a", new_inputs={"adopt_id": "p1"}),
        StepStarted("delete", urn("b"), f"{TYPE}Delivery", "b", old_inputs={"on_delete": "retain"}),
        StepStarted("create", urn("c"), f"{TYPE}Delivery", "c"),
    ]
    result = replace(RESULT, summary={"create": 2, "delete": 1, "same": 4})
    events = [event for step in steps for event in (step, StepFinished(**vars(step)))]
    printed = lines(*events, preview=preview, result=result)
    made = "to create" if preview else "created"
    assert f"Resources: + 1 {made}, 1 {told[0]}, 1 {told[1]}, 4 unchanged" in printed


def test_what_is_shown_is_in_words_and_keeps_its_columns() -> None:
    kind = f"{TYPE}SubmissionIntent"
    step = StepStarted("update", urn("a"), kind, "a", diff_keys=("triggers", "cover_url"))
    printed = lines(step, StepFinished(**vars(step)), preview=True)
    assert printed[0] == "~  Submission      a  update [a trigger changes, cover url]"


def test_a_timeline_that_is_not_known_yet_is_only_named() -> None:
    step = StepStarted(
        "update", urn("a"), f"{TYPE}Delivery", "a", diff_keys=("timeline",), new_inputs={"timeline": "?"}
    )
    assert lines(step, StepFinished(**vars(step)), preview=True)[0].endswith("update [timeline]")


def test_progress_in_percent_is_not_for_logs_but_other_states_are() -> None:
    told = [
        Diagnostic("info", urn("a"), text, ephemeral=True) for text in ("queuing", "processing 5%", "processing 9%")
    ]
    assert [line.split("  ")[-1] for line in lines(started("a"), *told)[:-2]] == ["queuing"]


def test_a_failure_is_said_once_and_without_the_name_of_its_class() -> None:
    error = Diagnostic("error", urn("a"), "reelstack.errors.ProductionFailed: a: job j failed: X: y.\n")
    result = Result(1, {}, {}, (), ("reelstack.errors.ProductionFailed: a: job j failed: X: y.",), 1)
    printed = lines(started("a"), finished("a", ok=False), error, result=result)
    assert printed[:2] == ["+  Delivery        a  failed", "error: a: job j failed: X: y."]
    assert not any("job j" in line for line in printed[2:])


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        (
            " has a problem: all cells of spring/teaser were let through.",
            "all cells of spring/teaser were let through.",
        ),
        (": property output has a problem: it is missing", "output: it is missing"),
        (": property bitrate value {9000} has a problem: at most 5000", "bitrate: at most 5000 (it is 9000)"),
        (": property a[0].b value {x {y}} has a problem: 'x {y}' is no name", "a[0].b: 'x {y}' is no name"),
        (f": property text value {{{'x' * 61}}} has a problem: too long", "text: too long"),
    ],
)
def test_a_fault_of_a_property_is_said_without_what_the_engine_calls_it(told: str, shown: str) -> None:
    fault = Diagnostic("error", urn("spring/it's"), f"pulumi-python:dynamic/reelstack:Approval resource 'it's'{told}\n")
    assert lines(fault)[0] == f"error: spring/it's: {shown}"


def test_a_table_draws_a_bar_for_a_percentage() -> None:
    out = io.StringIO()
    display = LiveTable(Console(file=out, width=100, force_terminal=True, color_system=None), preview=False)
    display(started("a/b"))
    display(Diagnostic("info", urn("a/b"), "processing 50%", ephemeral=True))
    display.finish(RESULT)
    assert "processing 50%" in out.getvalue()
    assert "━" in out.getvalue()


def test_at_80_columns_a_preview_shows_the_mark_the_full_name_and_all_that_changes() -> None:
    out = io.StringIO()
    display = LiveTable(Console(file=out, width=80, force_terminal=True, color_system=None), preview=True)
    keys = ("spec_hash", "jobs", "location", "cover_url", "description")
    for name in ("spring/morning-wide", "spring/morning-square"):
        display(StepStarted("update", urn(name), f"{TYPE}EditingProject", name, diff_keys=keys))
    display.finish(RESULT)
    drawn = [line.rstrip() for line in out.getvalue().splitlines()]
    below = ["change, it is written elsewhere, cover url,", "description]"]
    for name in ("morning-wide  ", "morning-square"):
        first = next(at for at, line in enumerate(drawn) if name in line)
        assert drawn[first].endswith(f" ~   EditingProject  {name}  update [its content changes, its videos")
        assert [line.strip() for line in drawn[first + 1 : first + 3]] == below


def test_the_counts_of_an_empty_run_are_none() -> None:
    assert summary({}, preview=False) == "[bold]Resources:[/] none"


def test_a_message_of_others_is_left_as_it_is() -> None:
    assert said("ValueError: x\n") == "ValueError: x"


def test_a_rare_operation_is_told_by_its_word() -> None:
    assert lines(started("a", "import"), finished("a", "import"))[0] == "*  Delivery        a  import"


def test_a_gate_that_was_interrupted_is_not_said_to_have_failed() -> None:
    ended = StepFinished(
        "create", urn("a"), f"{TYPE}Delivery", "a", ok=False, error="stopped waiting: a: job j is init"
    )
    last_word = Diagnostic("error", "", "update failed")
    assert lines(started("a"), ended, last_word, result=replace(RESULT, exit_code=130, steps=(ended,))) == [
        "+  Delivery        a  waiting stopped",
        "Resources: + 1 created, 2 unchanged",
        "Interrupted: run again to go on with what is left.",
        "Duration: 3 s",
    ]


def test_a_notice_of_the_run_is_said_at_once_and_not_again_at_the_end() -> None:
    assert lines(started("a"), interrupt.STOPPING, finished("a"))[:2] == [
        interrupt.STOPPING.message,
        "+  Delivery        a  created",
    ]


def test_a_table_draws_a_notice_of_the_run_while_it_lasts() -> None:
    out = io.StringIO()
    display = LiveTable(Console(file=out, width=100, force_terminal=True, color_system=None), preview=False)
    display(started("a/b"))
    display(interrupt.STOPPING)
    display.finish(RESULT)
    before, _, last = out.getvalue().rpartition("Delivery")
    assert interrupt.STOPPING.message in before
    assert interrupt.STOPPING.message not in last


def test_what_an_interrupted_run_ended_without_is_said_to_be_cut_off() -> None:
    assert lines(started("a"), started("b"), finished("b"), result=replace(RESULT, exit_code=130))[:2] == [
        "+  Delivery        b  created",
        "+  Delivery        a  cut off",
    ]
