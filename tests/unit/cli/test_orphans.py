"""What is in no state: ours for sure by its mark, another stack's, or what only an intent makes doubtful."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from kit.clouds import FakeCloud, job, media
from reelstack.cli import adopt, holdings, inventory, orphans
from reelstack.cli.inventory import Asked, Item
from reelstack.cli.takeover import Taken
from reelstack.clouds.base import Site
from reelstack.errors import UNSEEN
from reelstack.models import marks
from reelstack.models.marks import Mark
from reelstack.models.production import Listed
from reelstack.models.project import Project
from reelstack.models.status import JobStatus, ProjectStatus
from reelstack.reconcile import again

MINE, THEIRS = "0123456789abcdef01234567", "fedcba9876543210fedcba98"
NOW = datetime(2026, 1, 15, tzinfo=UTC)
ASKED = Asked(NOW - timedelta(days=29), NOW)
IMS, HUAWEI = Site("ims", "cn-shanghai", "local"), Site("huawei", "cn-north-4", "local")
PLACE = {"service": "ims", "region": "cn-shanghai", "endpoint": "local"}
URN = "urn:pulumi:{stack}::p::pulumi-python:dynamic/reelstack:{kind}::spring/{name}"


@dataclass
class Account(FakeCloud):
    """A cloud whose projects have marks."""

    described: dict[str, str] = field(default_factory=dict)
    gone: list[str] = field(default_factory=list)

    def recent_projects(self, since: datetime) -> Iterator[Project]:
        for project_id, text in self.described.items():
            yield Project(project_id=project_id, title="T", description=text, status=ProjectStatus.DRAFT)

    def delete_project(self, project_id: str) -> None:
        self.gone.append(project_id)


def resource(kind: str, name: str = "teaser", stack: str = "local", **outputs: Any) -> dict[str, Any]:
    urn = URN.format(stack=stack, kind=kind, name=name)
    return {"urn": urn, "type": f"pulumi-python:dynamic/reelstack:{kind}", "inputs": PLACE, "outputs": outputs}


def states(*resources: dict[str, Any], others: tuple[dict[str, Any], ...] = ()) -> holdings.Holdings:
    mine = (resource("StackIdentity", "reelstack", stack_id=MINE), *resources)
    return holdings.of({"local": mine, "other": (resource("StackIdentity", stack_id=THEIRS), *others)})


def listed(job_id: str, stack_id: str = MINE, status: JobStatus = JobStatus.SUCCESS, **facts: Any) -> Listed:
    return Listed(job=job(job_id, status, **facts), mark=Mark.of(stack_id, f"t0ken{job_id}"), name="spring/teaser")


def found(cloud: Account, held: holdings.Holdings) -> orphans.Found:
    for one in cloud.marked:
        cloud.assets.setdefault(one.job.media_id, media(one.job.media_id))
    return orphans.of_marks(IMS, cloud, held, "local", ASKED)


def test_what_bears_the_mark_of_this_stack_and_is_in_no_state_is_an_orphan() -> None:
    cloud = Account(described={"p1": marks.marked("", MINE, "t0ken"), "p2": "nobody's"}, marked=[listed("j1")])
    said = found(cloud, states())
    assert [(one.kind, one.id) for one in said.orphans] == [("project", "p1"), ("video", "j1")]
    assert said.others == {}


def test_what_any_stack_of_the_project_holds_is_none_also_while_it_waits_to_be_deleted() -> None:
    old = {**resource("ProduceJob", job_id="j1", media_id="m1"), "delete": True}
    there = resource("EditingProject", stack="other", project_id="p1")
    cloud = Account(described={"p1": marks.marked("", MINE, "t0ken")}, marked=[listed("j1"), listed("P/j2")])
    held = states(old, resource("ProduceJob", "b", job_id="P/j2"), others=(there,))
    assert found(cloud, held).orphans == ()


def test_others_are_told_apart_by_their_stack_and_cost_no_read() -> None:
    cloud = Account(
        described={"p1": marks.marked("", THEIRS, "t0ken"), "p2": marks.marked("", "", "t0ken")},
        marked=[listed("j1", THEIRS), listed("j2", "abad1deaabad1dea"), Listed(job=job("j3"))],
    )
    said = found(cloud, states())
    assert said.orphans == ()
    assert said.others == {"other": 2, "abad1deaabad1dea": 1, orphans.UNKNOWN_STACK: 1}
    assert cloud.asked == ["listed since 12-17"]


def test_a_project_with_an_older_mark_is_known_by_what_the_stack_still_has() -> None:
    one = resource("EditingProject", project_id="p-held")
    token = again.token(MINE, one["urn"])
    said = found(Account(described={"p1": f"Spring.\nreelstack:{token}"}), states(one))
    assert [one.id for one in said.orphans] == ["p1"]


@pytest.mark.parametrize(("status", "there"), [(JobStatus.FAILED, True), (JobStatus.SUCCESS, False)])
def test_what_failed_or_was_deleted_is_no_orphan(status: JobStatus, *, there: bool) -> None:
    cloud = Account(marked=[listed("j1", status=status)], assets={"media-of-j1": media()} if there else {})
    assert orphans.of_marks(IMS, cloud, states(), "local", ASKED).orphans == ()


def test_a_stack_that_was_never_deployed_has_no_orphans() -> None:
    held = holdings.of({})
    said = found(Account(marked=[listed("j1")]), held)
    assert (said.orphans, said.others) == ((), {MINE[:16]: 1})


def test_an_orphan_is_deleted_and_one_that_runs_is_left() -> None:
    cloud = Account({"j1": [job("j1")], "j2": [job("j2", JobStatus.PROCESSING)]})
    items = [inventory.of_production(Listed(job=cloud.looks[one][0]), None, {}) for one in ("j1", "j2")]
    said = [orphans.delete(cloud, one) for one in items]
    assert cloud.deleted == ["media-of-j1"]
    assert "still runs" in said[1]
    orphans.delete(cloud, inventory.Item("project", "p1", "T", "draft"))
    assert cloud.gone == ["p1"]


def test_that_not_all_was_looked_at_is_told() -> None:
    many = [Listed(job=job(f"j{number}")) for number in range(inventory.MOST + 1)]
    assert found(Account(marked=many), states()).more
    assert not found(Account(marked=many[1:]), states()).more


def test_a_project_is_held_by_itself_and_not_by_what_was_produced_from_it() -> None:
    held = states(resource("EditingProject", "cut", project_id="p1"), resource("ProduceJob", produced_from="p1"))
    assert held.holder["p1"] == "local: spring/cut"


# ── without marks ──

H = {"service": "huawei", "region": "cn-north-4", "endpoint": "local"}


def meant(nonce: str, days: int = 1, **facts: Any) -> dict[str, Any]:
    return {"nonce": nonce, "since": (NOW - timedelta(days=days)).isoformat(), "known": [], **facts}


def intent(now: dict[str, Any], **past: dict[str, Any]) -> dict[str, Any]:
    return {**resource("SubmissionIntent", **H, intent=now, past=past), "inputs": H}


def task(nonce: str, **facts: Any) -> dict[str, Any]:
    made = {"job_id": "held", "media_id": "m-held", "submitted_generation": 1, "intent": {"nonce": nonce}, **facts}
    return {**resource("VodEditTask", **H, **made), "inputs": H}


def doubtful(held: holdings.Holdings, *tasks: Listed) -> tuple[list[str], tuple[str, ...]]:
    cloud = Account(marked=list(tasks), assets={one.job.media_id: media(one.job.media_id) for one in tasks})
    said = orphans.of_intents(HUAWEI, cloud, held, "local", ASKED)
    return [one.id for one in said.doubtful], said.whose


LOST = Listed(job=job("t1", created=NOW - timedelta(hours=3)))
OLD = Listed(job=job("t0", created=NOW - timedelta(days=9)))


def test_tasks_since_an_intent_that_never_settled_may_be_ours() -> None:
    assert doubtful(states(intent(meant("a"))), LOST, OLD) == (["t1"], ("spring/teaser",))


def test_an_earlier_intent_counts_as_long_as_its_task_is_not_known() -> None:
    held = states(intent(meant("b", 1), x=meant("a", 2)), task("b"))
    assert doubtful(held, LOST) == (["t1"], ("spring/teaser",))


@pytest.mark.parametrize(
    "held",
    [
        states(intent(meant("a")), task("a")),
        states(intent(meant("b"), x=meant("a", 2)), task("b", settled=["a"], submitted_generation=2)),
        states(intent(meant("b"), x=meant("a", 2)), task("b", submitted_generation=2)),
        states(intent(meant("a", known=["t1"]))),
        states(intent(meant("a")), resource("VodEditTask", "other", **H, job_id="t1")),
    ],
    ids=["settled", "all settled", "of a version that kept no list", "known before", "held"],
)
def test_what_settled_is_known_or_held_makes_nothing_doubtful(held: holdings.Holdings) -> None:
    assert doubtful(held, LOST)[0] == []


# ── what is asked ──


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("7d", NOW - timedelta(days=7)),
        ("36h", NOW - timedelta(hours=36)),
        ("2w", NOW - timedelta(weeks=2)),
        ("2026-01-01", datetime(2026, 1, 1, tzinfo=UTC)),
        *((text, None) for text in ("", "d", "7", "yesterday", "1e999d")),
    ],
)
def test_a_time_is_so_long_ago_or_a_date(text: str, expected: datetime | None) -> None:
    assert inventory.moment(text, NOW) == expected


def test_a_title_of_somebody_else_does_nothing_to_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    adopt._print_items(Console(), [Item("video", "v1", "Spring\x1b[2J\x1b]0;root\x07\r\nrm [bold]", "success")])
    assert capsys.readouterr().out == f"  v1  success  Spring{UNSEEN}[2J{UNSEEN}]0;root{UNSEEN} rm [bold]\n"


def test_videos_are_listed_with_what_their_assets_tell_by_few_reads() -> None:
    cloud = Account(marked=[listed(f"j{n}") for n in range(3)], assets={"media-of-j1": media("media-of-j1", title="X")})
    shown = list(inventory.videos(cloud, ASKED, {"j2": "local: a/b"}))
    assert [(one.status, one.title, one.held_by) for one in shown] == [
        ("deleted", "spring/teaser", ""),
        ("success", "X", ""),
        ("deleted", "spring/teaser", "local: a/b"),
    ]
    assert [one.id for one in inventory.videos(cloud, Asked(ASKED.since, NOW, "x"), {})] == ["j1"]


@pytest.mark.parametrize(
    ("file", "given", "name"),
    [
        ("spring.yaml", "", "spring"),
        ("spring.yaml", "x", "x"),
        ("our spring.yaml", "", "adopted"),
        (None, "", "adopted"),
    ],
)
def test_a_campaign_is_named_as_it_is_said_or_as_its_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], file: str | None, given: str, name: str
) -> None:
    target = tmp_path / file if file else None
    adopt._write(Taken(IMS, (), ()), adopt.Format.YAML, target, given)
    text = target.read_text() if target else capsys.readouterr().out
    assert f'\ncampaign: "{name}"\n' in text
