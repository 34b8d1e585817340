"""What a user's own tests can do with `reelstack.testing`: on the repository's stack, and on a program of two lines."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kit.repository import ROOT
from reelstack.pytest_plugin import reelstack_project
from reelstack.testing import Stack

__all__ = ["reelstack_project"]  # as the installed package brings it along

Opened = Callable[..., Stack]


def test_a_project_is_deployed_on_a_cloud_of_its_own(reelstack_project: Opened) -> None:
    stack = reelstack_project(ROOT)
    done = stack.up()
    assert (done.made["ProduceJob"], done.made["Delivery"]) == (3, 3)
    assert len(done.outputs["videos"]) == 3
    assert stack.requests("SubmitMediaProducingJob") == 3
    stack.preview().expect_nothing()
    stack.destroy()
    assert not (ROOT / ".pulumi").exists()


def test_a_failed_render_is_the_tests_to_expect(reelstack_project: Opened) -> None:
    stack = reelstack_project(ROOT)
    stack.go_wrong("fail_job", code="InternalError", message="disk on fire")
    failed = stack.up(fails=True)
    assert "disk on fire" in failed.errors[0]
    assert stack.up().made["ProduceJob"] == 1


def test_a_run_that_fails_unexpectedly_says_why(reelstack_project: Opened) -> None:
    stack = reelstack_project("import pulumi\nraise pulumi.RunError('no footage')\n")
    with pytest.raises(AssertionError, match=r"up failed:\n.*no footage"):
        stack.up()
    with pytest.raises(AssertionError, match="up was to fail"):
        reelstack_project("import pulumi\n").up(fails=True)


def test_counts_and_changes_that_were_not_expected_are_named(reelstack_project: Opened) -> None:
    done = reelstack_project("import pulumi\npulumi.export('x', 1)\n").up()
    done.expect(create=1)
    assert done.outputs == {"x": 1}
    with pytest.raises(AssertionError, match="Stack test-test"):
        done.expect_nothing()
    with pytest.raises(AssertionError, match="was expected"):
        done.expect(create=2)


def test_a_relative_place_is_seen_from_the_tests_own_file(
    reelstack_project: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert reelstack_project("../..").project == ROOT
    assert reelstack_project(Path("../..")).project == ROOT


def test_two_projects_do_not_know_of_each_other(reelstack_project: Opened, tmp_path: Path) -> None:
    first, second = reelstack_project("import pulumi\n"), reelstack_project("import pulumi\n")
    first.up()
    assert second.preview().changed == {"Stack test-test": "create"}
