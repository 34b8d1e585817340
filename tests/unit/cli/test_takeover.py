"""What is chosen becomes declarations that adopt it, and what is written down reads back as the same."""

from __future__ import annotations

import ast
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from kit.clouds import FakeCloud, job, media
from reelstack.campaign import document, expand
from reelstack.campaign.load import load
from reelstack.cli import takeover_text
from reelstack.cli.app import app
from reelstack.cli.takeover import Cut, Film, Taken, Taking
from reelstack.clouds.base import Site
from reelstack.errors import ConfigError, NotFound
from reelstack.models.production import Job
from reelstack.models.project import Project
from reelstack.models.status import JobStatus, ProjectStatus

IMS, HUAWEI = Site("ims", "cn-shanghai", "local"), Site("huawei", "cn-north-4", "local")
TIMELINE = {"VideoTracks": [{"VideoTrackClips": [{"MediaId": "clip-1", "In": 0, "Out": 4}]}]}
OTHER = {"VideoTracks": [{"VideoTrackClips": [{"MediaId": "clip-1", "In": 0, "Out": 3}]}]}


@dataclass
class Account(FakeCloud):
    """A cloud with whole projects."""

    there: dict[str, Project] = field(default_factory=dict)

    def get_project(self, project_id: str) -> Project:
        if project_id not in self.there:
            raise NotFound(cloud="fake", action="GetProject", code="NotFound", message=project_id)
        return self.there[project_id]


def project(project_id: str = "p1", **facts: Any) -> Project:
    given = {"title": "A small wonder", "timeline": TIMELINE, "status": ProjectStatus.PRODUCED, **facts}
    return Project(project_id=project_id, **given)


def account(*jobs: Job, projects: tuple[Project, ...] = (project(),)) -> Account:
    assets = {one.media_id: media(one.media_id, title="Wide", width=1280, height=720) for one in jobs}
    return Account({one.job_id: [one] for one in jobs}, assets, there={one.project_id: one for one in projects})


def taken(cloud: Account, *ids: str, holder: dict[str, str] | None = None, names: tuple[str, ...] = ()) -> Taken:
    return Taking(IMS, cloud, cloud, holder or {}, names).take(ids)


RENDERED = job("j1", project_id="p1", timeline=TIMELINE)


def test_a_video_is_taken_over_with_its_project() -> None:
    found = taken(account(RENDERED, project_marked := job("j2", project_id="p1")), "j1", "p1", project_marked.job_id)
    assert [(one.name, one.adopt_id, one.timeline, one.remarks) for one in found.cuts] == [
        ("a-small-wonder", "p1", TIMELINE, ())
    ]
    assert [(one.name, one.cut, one.adopt_id, one.size) for one in found.films] == [
        ("a-small-wonder-1280x720", "a-small-wonder", "j1", (1280, 720)),
        ("a-small-wonder-1280x720-2", "a-small-wonder", "j2", (1280, 720)),
    ]


@pytest.mark.parametrize(
    ("projects", "holder", "remark"),
    [((), {}, "is gone"), ((project(),), {"p1": "local: a/b"}, "is held by local: a/b")],
    ids=["gone", "held"],
)
def test_a_video_whose_project_cannot_be_taken_gets_one_of_the_cut_that_its_job_tells(
    projects: tuple[Project, ...], holder: dict[str, str], remark: str
) -> None:
    found = taken(account(RENDERED, projects=projects), "j1", holder=holder)
    (cut,) = found.cuts
    assert (cut.adopt_id, cut.timeline) == ("", TIMELINE)
    assert remark in cut.remarks[0]


def test_a_project_that_was_edited_after_its_video_was_rendered_is_remarked_on() -> None:
    found = taken(account(RENDERED, projects=(project(timeline=OTHER),)), "j1")
    assert "the video shows the cut of then" in found.cuts[0].remarks[0]
    assert found.cuts[0].timeline == OTHER


def test_a_video_that_is_named_with_its_project_brings_it_along_and_is_held_by_its_own_id() -> None:
    cloud = account(job("p1/v1", project_id="p1", media_id="v1"))
    found = taken(cloud, "p1/v1")
    assert ([one.adopt_id for one in found.cuts], [one.adopt_id for one in found.films]) == (["p1"], ["p1/v1"])
    with pytest.raises(ConfigError, match="p1/v1 is held already, by local: a/b"):
        taken(cloud, "p1/v1", holder={"v1": "local: a/b"})


def test_our_mark_is_no_part_of_a_description() -> None:
    marked = project(description="Spring.\nreelstack:0123456789abcdef-c0ffee")
    assert taken(account(projects=(marked,)), "p1").cuts[0].description == "Spring."


@pytest.mark.parametrize(
    ("cloud", "holder", "said"),
    [
        (account(RENDERED), {"j1": "local: a/b"}, "j1 is held already, by local: a/b"),
        (account(RENDERED), {"p1": "local: a/b", "j1": "local: a/c"}, "j1 is held already, by local: a/c"),
        (account(job("j1", JobStatus.FAILED, code="Bad")), {}, "video j1 failed: Bad"),
        (Account({"j1": [job("j1")]}), {}, "asset media-of-j1 of video j1 is gone"),
        (account(), {}, "neither a project nor a video j1"),
    ],
    ids=["held", "held like its project", "failed", "gone", "unknown"],
)
def test_what_is_no_use_is_refused_with_the_reason(cloud: Account, holder: dict[str, str], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        taken(cloud, "j1", holder=holder)


def test_where_a_cloud_tells_nothing_of_the_cut_it_is_a_cut_of_the_video_itself() -> None:
    cloud = account(job("t1", media_id="5d0e"))
    found = Taking(HUAWEI, cloud, None, {}).take(["t1"])
    assert found.cuts[0].asset == ("5d0e", 5.0)
    text = takeover_text.campaign(found, "adopted", None).text
    assert "video: [{clip: wide, in: 0, out: 5}]" in text
    assert "adopt_id" not in text.partition("videos:")[0]


def test_names_are_free_and_made_of_titles() -> None:
    found = taken(account(projects=(project("p1"), project("p2"), project("p3", title="春"))), "p1", "p2", "p3")
    assert [one.name for one in found.cuts] == ["a-small-wonder", "a-small-wonder-2", "project-p3"]
    assert taken(account(), "p1", names=("a-small-wonder",)).cuts[0].name == "a-small-wonder-2"


# ── written down ──


def reads_back(found: Taken, tmp_path: Path, stem: str | None = "taken") -> expand.Declared:
    written = takeover_text.campaign(found, "adopted", stem)
    (tmp_path / "Pulumi.yaml").write_text("name: p\nruntime: python\n")
    for name, text in {"taken.yaml": written.text, **written.beside}.items():
        (tmp_path / name).write_text(text)
    return expand.expand(load(tmp_path / "taken.yaml"), found.site.service)


@pytest.mark.parametrize("stem", ["taken", None], ids=["files", "in place"])
def test_a_campaign_reads_back_as_what_was_taken(tmp_path: Path, stem: str | None) -> None:
    declared = reads_back(taken(account(RENDERED), "j1"), tmp_path, stem)
    (cut,), (film,) = declared.projects, declared.videos
    assert (cut.title, cut.timeline, cut.adopt_id) == ("A small wonder", TIMELINE, "p1")
    assert (film.adopt_id, film.output.width, film.output.height) == ("j1", 1280, 720)


@given(st.text(min_size=1).filter(lambda text: text.isprintable() or "\n" in text))
def test_a_title_reads_back_whatever_is_in_it(title: str) -> None:
    try:
        title.encode()
    except UnicodeEncodeError:
        return
    found = Taken(IMS, (Cut("a", title, title, TIMELINE),), (Film("a", "a", "t", "j1", (640, 360)),))
    text = takeover_text.campaign(found, "adopted", None).text
    values: Any = document.parse(text, "x").values
    assert (values["projects"]["a"]["title"], values["projects"]["a"]["description"]) == (title, title)


@pytest.mark.parametrize("name", ["1e3", "true", "007", "no", "8e1d"])
def test_a_name_that_looks_like_a_number_stays_a_name(name: str, tmp_path: Path) -> None:
    found = Taken(IMS, (Cut(name, "t", "", TIMELINE),), (Film(name, name, "t", "j1", (640, 360)),))
    declared = reads_back(found, tmp_path)
    assert (declared.projects[0].name, declared.videos[0].name, declared.videos[0].project) == (name, name, name)


@pytest.mark.parametrize(
    ("cut", "films", "said"),
    [
        (Cut("a", "t", template={"template_id": "x"}), (), "made from a template"),
        (Cut("a", "t", timeline=TIMELINE, adopt_id="p1"), (), "no video is adopted"),
        (Cut("a", "t", timeline=TIMELINE), (Film("v", "a", "t", "j1", (100, 100)),), "a campaign cannot say it"),
        (Cut("a", "t", timeline=TIMELINE), (Film("v", "a", "t", "j1", (641, 360)),), "an odd size"),
    ],
)
def test_what_a_campaign_cannot_say_is_refused_and_a_program_can(cut: Cut, films: tuple[Film, ...], said: str) -> None:
    found = Taken(IMS, (cut,), films)
    with pytest.raises(ConfigError, match=said) as refused:
        takeover_text.campaign(found, "adopted", None)
    assert "--format python" in str(refused.value)
    ast.parse(takeover_text.program(found).text)


def literals(text: str, key: str) -> list[Any]:
    """What a program gives by this name."""
    words = [word for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call) for word in node.keywords]
    return [ast.literal_eval(word.value) for word in words if word.arg == key]


def test_a_program_holds_the_native_timeline_as_it_is() -> None:
    whole = {"VideoTracks": [{"VideoTrackClips": [{"MediaId": f"clip-{n}", "In": n, "Out": n + 1} for n in range(9)]}]}
    cloud = account(RENDERED, projects=(project(timeline=whole, title='It\'s "quoted"\n'),))
    text = takeover_text.program(taken(cloud, "j1")).text
    assert literals(text, "timeline") == [whole]
    assert literals(text, "adopt_id") == ["p1", "j1"]
    assert literals(text, "output") == [{"width": 1280, "height": 720}]
    assert max(map(len, text.splitlines())) <= 120


def test_a_program_of_editing_tasks_adopts_them() -> None:
    found = Taking(HUAWEI, account(job("t1")), None, {}).take(["t1"])
    text = takeover_text.program(found).text
    assert "from reelstack import Delivery, DeliveryArgs, VodEditTask, VodEditTaskArgs" in text
    assert literals(text, "inputs") == [[{"asset_id": "media-of-t1", "start": 0, "end": 5.0}]]


def test_a_timeline_file_is_json(tmp_path: Path) -> None:
    written = takeover_text.campaign(taken(account(RENDERED), "j1"), "adopted", "spring")
    assert {name: json.loads(text) for name, text in written.beside.items()} == {"spring-a-small-wonder.json": TIMELINE}


def test_a_name_that_no_campaign_can_have_is_refused_before_anything_is_asked() -> None:
    result = CliRunner().invoke(app, ["adopt", "j1", "--name", "spring films"])
    assert str(result.exception).startswith("'spring films' is no name of a campaign. Use letters")
