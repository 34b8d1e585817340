"""Killing the engine at any moment loses nothing that was done, and nothing is left running."""

from __future__ import annotations

import json
import os
import select
import shutil
import signal
from hashlib import sha256
from pathlib import Path

import pytest

from engine.playground import Playground
from engine.processes import children_of, started
from reelstack import engine
from reelstack.engine import Diagnostic, interrupt
from reelstack.errors import EngineError

TWO = 'a = Thing("a", "one")\nb = Thing("b", "{}", opts=O(depends_on=[a]))\n'


def _kill_while_b_waits(play: Playground) -> None:
    """Kill the engine with SIGKILL while it creates b, and see its children go."""
    pipe = play.pipe("pb")
    play.program(TWO.format("wait:pb"))
    with started(play, "up") as process, pipe.open("w"):
        children = [os.pidfd_open(pid) for pid in children_of(process.pid)]
        process.kill()
        process.wait()
        for child in children:
            assert select.select([child], [], [], 20)[0], "a child outlived the engine"
            os.close(child)


def test_what_was_made_before_a_kill_is_not_made_again(play: Playground) -> None:
    _kill_while_b_waits(play)
    result = play.up(TWO.format("two"))
    assert result.summary == {"same": 2, "create": 1}
    assert play.calls == ["create one", "create two"]


def test_after_a_kill_the_journal_and_the_lock_stay(play: Playground) -> None:
    _kill_while_b_waits(play)
    assert play.journal.exists()
    assert list(play.locks.iterdir())
    assert not play.in_state("a")


def test_outputs_and_preview_know_what_a_killed_run_did(play: Playground) -> None:
    _kill_while_b_waits(play)
    assert play.run("preview").summary == {"same": 2, "create": 1}
    assert play.journal.exists()


def test_recover_merges_and_frees_the_stack(play: Playground) -> None:
    _kill_while_b_waits(play)
    assert engine.recover(play.root, "dev")
    assert [one["id"] for one in play.in_state("a")] == ["thing-1"]
    assert not play.journal.exists()
    assert not list(play.locks.iterdir())
    assert not engine.recover(play.root, "dev")


def test_a_creation_that_was_cut_off_is_warned_about_until_somebody_clears_it(play: Playground) -> None:
    _kill_while_b_waits(play)
    play.program(TWO.format("two"))
    for _ in range(2):
        play.up()
        assert [one.message.count("::b, interrupted while creating") for one in _warnings(play)] == [1]
    play.run("refresh", clear_pending_creates=True)
    play.up()
    assert _warnings(play) == []


def _warnings(play: Playground) -> list[Diagnostic]:
    return [one for one in play.said if one.severity == "warning"]


def test_a_crash_right_after_the_merge_changes_nothing_more(play: Playground) -> None:
    _kill_while_b_waits(play)
    saved = play.root / "journal"
    shutil.copy(play.journal, saved)
    engine.recover(play.root, "dev")
    merged = play.state_file.read_bytes()
    _with_merge_mark(saved, play.journal, merged)
    engine.recover(play.root, "dev")
    assert play.state_file.read_bytes() == merged


def _with_merge_mark(saved: Path, journal: Path, state: bytes) -> None:
    mark = json.dumps({"merged": sha256(state).hexdigest()})
    journal.write_bytes(saved.read_bytes() + mark.encode() + b"\n")


def test_a_half_written_last_entry_never_happened(play: Playground) -> None:
    _kill_while_b_waits(play)
    with play.journal.open("ab") as journal:
        journal.write(b'{"forget":["n1"')
    engine.recover(play.root, "dev")
    assert play.in_state("a")


def _spoil_the_first_line(lines: list[bytes]) -> None:
    lines[0] = b"\xff\xfe"


def _spoil_an_entry(lines: list[bytes]) -> None:
    lines[1] = lines[1][:9]


def _name_what_is_not_there(lines: list[bytes]) -> None:
    lines.insert(1, b'{"keep":{"n99":"b99"},"forget":["b99"]}')


def _enter_no_resource(lines: list[bytes]) -> None:
    lines.insert(1, b'{"put":{"n99":{"id":"x"}}}')


def _make_it_newer(lines: list[bytes]) -> None:
    lines[0] = lines[0].replace(b'"journal":1', b'"journal":2')


SPOILT = {
    "is damaged": [_spoil_the_first_line, _spoil_an_entry, _name_what_is_not_there, _enter_no_resource],
    "of a version that this engine does not know": [_make_it_newer],
}


def test_a_journal_that_cannot_be_read_whole_is_never_thrown_away(play: Playground) -> None:
    _kill_while_b_waits(play)
    whole, state = play.journal.read_bytes(), play.state_file.read_bytes()
    for complaint, ways in SPOILT.items():
        for spoil in ways:
            lines = whole.split(b"\n")
            spoil(lines)
            play.journal.write_bytes(b"\n".join(lines))
            with pytest.raises(EngineError, match=complaint):
                play.up()
            assert (play.journal.read_bytes(), play.state_file.read_bytes()) == (b"\n".join(lines), state)
            assert list(play.locks.glob("*.json"))


def test_a_journal_of_another_stack_is_refused(play: Playground) -> None:
    _kill_while_b_waits(play)
    other = play.journal.with_name("other.jsonl")
    play.journal.rename(other)
    (play.state_file.with_name("other.json")).write_bytes(play.state_file.read_bytes().replace(b"dev", b"other"))
    with pytest.raises(EngineError, match="is not the one that the journal"):
        engine.recover(play.root, "other")
    assert other.exists()


def test_a_state_that_somebody_changed_meanwhile_is_not_overwritten(play: Playground) -> None:
    _kill_while_b_waits(play)
    play.state_file.write_text(play.state_file.read_text() + "\n")
    with pytest.raises(EngineError, match="is not the one that the journal"):
        engine.recover(play.root, "dev")
    assert play.journal.exists()


def test_a_journal_that_cannot_be_read_is_refused(play: Playground) -> None:
    play.up("")
    play.journal.symlink_to("/proc/self/mem")  # a file that is there and gives an error when it is read
    with pytest.raises(EngineError, match=r"dev\.jsonl of a killed run .*cannot be read"):
        engine.outputs(play.root, "dev")


def test_a_ctrl_c_after_the_end_of_a_run_is_nothing(tmp_path: Path) -> None:
    interrupt.announce(tmp_path / "gone" / "interrupted")


def test_a_second_run_is_refused_and_told_who_holds_the_stack(play: Playground) -> None:
    pipe = play.pipe("pb")
    play.program(TWO.format("wait:pb"))
    with started(play, "up") as process:
        with pipe.open("w"), pytest.raises(EngineError, match=rf"locked by .*\(pid {process.pid}\)"):
            play.up()
        assert process.wait() == 0
    assert not list(play.locks.iterdir()), "the run that was refused holds nothing"


def test_a_lock_that_cannot_be_read_is_taken_for_held(play: Playground) -> None:
    play.up("")
    (play.locks / "unreadable.json").mkdir(parents=True)
    with pytest.raises(EngineError, match=r"The stack dev is locked by .*unreadable\.json"):
        play.up()
    assert engine.left_behind(play.root, "dev") == engine.Aftermath()


def test_a_first_run_that_is_refused_writes_no_state(play: Playground) -> None:
    play.locks.mkdir(parents=True)
    (play.locks / "theirs.json").write_text(json.dumps({"username": "ann"}))
    with pytest.raises(EngineError, match="locked by ann"):
        play.up("")
    assert not play.state_file.exists()


def test_a_run_that_is_refused_leaves_the_lock_of_a_killed_run(play: Playground) -> None:
    play.up("")
    play.locks.mkdir(parents=True, exist_ok=True)
    for name, holder in (("a", {"engine": "reelstack"}), ("b", {"username": "ann"})):
        (play.locks / f"{name}.json").write_text(json.dumps(holder))
    with pytest.raises(EngineError, match="locked by ann"):
        play.up()
    assert sorted(one.name for one in play.locks.iterdir()) == ["a.json", "b.json"]


def test_a_lock_of_the_pulumi_cli_is_never_taken_over(play: Playground) -> None:
    play.up("")
    play.locks.mkdir(parents=True, exist_ok=True)
    holder = {"pid": 1, "username": "ann", "hostname": "elsewhere", "timestamp": "2026-01-01T00:00:00Z"}
    (play.locks / "theirs.json").write_text(json.dumps(holder))
    with pytest.raises(EngineError, match=r"locked by ann@elsewhere.*pulumi cancel"):
        play.up()
    assert [one.name for one in play.locks.iterdir()] == ["theirs.json"]


def test_after_a_ctrl_c_what_runs_is_finished_and_nothing_else_begins(play: Playground) -> None:
    pipe = play.pipe("pb")
    play.program(TWO.format("wait:pb") + 'c = Thing("c", "three", opts=O(depends_on=[b]))\n')
    with started(play, "up") as process:
        with pipe.open("w"):
            process.send_signal(signal.SIGINT)
            assert process.stdout is not None
            next(line for line in process.stdout if "stopping" in line)
        assert process.wait() == 130
    assert [one["id"] for one in play.in_state("b")] == ["thing-2"]
    assert play.calls == ["create one", "create wait:pb"]
    assert not play.journal.exists()
    assert not list(play.locks.iterdir())


def test_a_second_ctrl_c_ends_the_run_now_and_remembers_what_was_under_way(play: Playground) -> None:
    pipe = play.pipe("pb")
    play.program(TWO.format("wait:pb"))
    with started(play, "up") as process, pipe.open("w"):
        process.send_signal(signal.SIGINT)
        assert process.stdout is not None
        next(line for line in process.stdout if "stopping" in line)
        process.send_signal(signal.SIGINT)
        assert process.wait() == 130
    latest = json.loads(play.state_file.read_text())["checkpoint"]["latest"]
    assert [(one["type"], one["resource"]["urn"][-3:]) for one in latest["pending_operations"]] == [("creating", "::b")]
    assert play.in_state("a")


ROOM = 9000  # bytes: enough for the first of these things, not for all
MANY = 'last = []\nfor n in range({}):\n    last = [Thing(f"t{{n}}", f"label {{n}}", opts=O(depends_on=last))]\n'


def test_a_full_disk_is_said_and_what_was_made_is_known(play: Playground) -> None:
    play.up(MANY.format(20))  # a checkpoint that does not fit any more
    before = play.state_file.read_bytes()
    play.program(MANY.format(40))
    said = _with_little_room(play)
    assert "The state cannot be written" in said
    assert "Traceback" not in said
    assert play.state_file.read_bytes() == before
    assert list(play.locks.iterdir()), "the journal is not merged: the stack stays locked"
    _everything_is_known(play, said)


def _with_little_room(play: Playground) -> str:
    with started(play, "up", str(ROOM)) as process:
        assert process.stdout is not None
        said = process.stdout.read()
        assert process.wait() == 1
    return said


def _everything_is_known(play: Playground, said: str) -> None:
    engine.recover(play.root, "dev")
    known = {one["id"] for one in play.state if "id" in one}
    assert [id_ for id_ in play.cloud["things"] if id_ not in known and f"has the id {id_}" not in said] == []


def test_with_room_again_a_run_goes_on_where_the_disk_was_full(play: Playground) -> None:
    play.program(MANY.format(20))
    _with_little_room(play)
    made = len(play.cloud["things"])
    assert 0 < made < 20
    assert play.up().summary["same"] >= made
    assert play.run("preview").summary == {"same": 21}


@pytest.mark.parametrize("place", ["locks", "journals", "stacks"])
def test_a_place_that_cannot_be_written_is_said_before_anything_is_made(play: Playground, place: str) -> None:
    (play.root / ".pulumi").mkdir()
    (play.root / ".pulumi" / place).touch()  # not a directory
    with pytest.raises(EngineError, match=rf"cannot be written: .*{place}"):
        play.up('Thing("a", "one")\n')
    assert play.calls == []


@pytest.mark.parametrize("room", ["0", "200"])  # bytes: too few for the lock; for the head of the journal
def test_where_nothing_can_be_written_nothing_is_left_behind(secret_play: Playground, room: str) -> None:
    play = secret_play
    play.up("")
    with started(play, "up", room) as process:
        assert process.stdout is not None
        assert "The state cannot be written" in process.stdout.read()
        assert process.wait() == 1
    assert [path for path in play.locks.parent.rglob("*") if path.is_file()] == []
    assert not play.journal.exists()
    assert play.up().exit_code == 0
