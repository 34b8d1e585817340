"""`diff` in a repository: what is compared, how it is shown, and what a stranger's branch cannot do."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from reelstack.campaign import declare
from reelstack.cli import held_side, live_side, sides
from reelstack.cli.app import app
from reelstack.clock import SystemClock
from reelstack.errors import ConfigError
from reelstack.preview import comment, compare
from reelstack.preview import document as documents
from reelstack.preview.plan import UNTOLD, Fate
from reelstack.preview.side import Side

CAMPAIGN = """
campaign: spring
sources: {a: media-a, b: media-b}
projects: {cut: {title: Spring, video: [{clip: a, out: 3s}]}}
videos: {wide: {project: cut, size: 1280x720}}
"""
LONGER = CAMPAIGN.replace("[{clip: a, out: 3s}]", "[{clip: a, out: 3s}, {clip: b, out: 2s}]")
FILE = "stacks/campaigns/spring.yaml"


def git(root: Path, *command: str) -> None:
    named = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *named, *command], cwd=root, check=True, capture_output=True)


def put(root: Path, text: str, file: str = FILE) -> None:
    (root / file).parent.mkdir(parents=True, exist_ok=True)
    (root / file).write_text(text)


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with one commit; the project lies in a folder of it."""
    monkeypatch.delenv("PULUMI_STACK", raising=False)
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    project = tmp_path / "repository" / "films"
    put(project, "name: p\nruntime: python\nmain: stacks/\nbackend: {url: 'file://.state'}\n", "Pulumi.yaml")
    put(project, "raise SystemExit('the program ran')\n", "stacks/__main__.py")
    put(project, CAMPAIGN)
    git(tmp_path / "repository", "init", "-q")
    git(tmp_path / "repository", "add", "-A")
    git(tmp_path / "repository", "commit", "-qm", "one")
    return project


def run(root: Path, *arguments: object) -> Result:
    return CliRunner().invoke(app, ["diff", "-C", str(root), *(str(argument) for argument in arguments)])


def document(root: Path, *arguments: object) -> dict[str, Any]:
    result = run(root, *arguments, "-f", "json")
    assert result.exit_code == 0, result.exception
    return dict(json.loads(result.stdout))


def test_by_default_the_last_commit_is_held_against_the_working_tree(root: Path) -> None:
    put(root, LONGER)
    found = document(root)
    assert [(video["name"], video["why"]) for video in found["videos"]] == [("spring/wide", ["the cut changes"])]
    assert found["bill"]["seconds"] == {"720p": 5.0}
    assert found["before"].startswith("HEAD (")


def test_two_revisions_are_compared_whatever_the_working_tree_holds(root: Path) -> None:
    put(root, LONGER)
    git(root, "commit", "-qam", "two")
    put(root, "no: campaign\n")
    assert document(root, "HEAD~1", "HEAD")["bill"]["renders"] == 1
    assert document(root, "HEAD", "HEAD")["changes"] is False


def test_a_project_that_is_new_is_all_new(root: Path) -> None:
    git(root, "rm", "-rqf", "--cached", ".")
    git(root, "commit", "-qm", "none")
    assert document(root)["summary"] == "1 new video"


def test_an_expected_nothing_is_seven_when_there_is_something(root: Path) -> None:
    assert run(root, "--expect-no-changes").exit_code == 0
    put(root, LONGER)
    assert run(root, "--expect-no-changes").exit_code == 7
    assert run(root).exit_code == 0


def test_faults_of_a_revision_name_it(root: Path) -> None:
    put(root, CAMPAIGN.replace("3s", "3 miles"))
    git(root, "commit", "-qam", "broken")
    result = run(root)
    assert isinstance(result.exception, ConfigError)
    assert result.exception.faults[0].where.startswith(f"HEAD:{FILE}:4:")


@pytest.mark.parametrize("asked", ["nowhere", "--output=x", "HEAD:films"])
def test_what_is_no_revision_is_refused(root: Path, asked: str) -> None:
    result = run(root, "--", asked)
    assert isinstance(result.exception, ConfigError)
    assert "no revision" in result.exception.message


def test_a_repository_without_a_commit_is_told_to_have_one(root: Path) -> None:
    shutil.rmtree(root.parent / ".git")
    git(root.parent, "init", "-q")
    error = run(root).exception
    assert isinstance(error, ConfigError)
    assert (error.message, error.hint) == ("there is no commit in this repository yet.", "Commit first.")


def test_a_service_is_taken_from_the_stack_or_the_command(root: Path) -> None:
    put(root, "config: {'reelstack:service': huawei}\n", "Pulumi.cuts.yaml")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "stack")
    put(root, LONGER)
    assert (document(root)["service"], document(root)["stack"]) == ("huawei", "cuts")
    assert document(root, "--service", "vod")["service"] == "vod"
    assert isinstance(run(root, "--service", "tape").exception, ConfigError)


def test_another_place_for_videos_renders_all_anew(root: Path) -> None:
    put(root, "config: {'reelstack:output': 'https://b.oss-cn-shanghai.aliyuncs.com/x'}\n", "Pulumi.one.yaml")
    assert [video["why"] for video in document(root)["videos"]] == [["it is written elsewhere"]]


@pytest.mark.parametrize(("service", "region"), [("ims", "cn-shanghai"), ("huawei", "cn-north-4")])
def test_a_setting_that_says_what_holds_anyway_moves_nothing(root: Path, service: str, region: str) -> None:
    put(root, f"config: {{'reelstack:service': {service}, 'reelstack:region': {region}}}\n", "Pulumi.one.yaml")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "stack")
    put(root, f"config: {{'reelstack:service': {service}}}\n", "Pulumi.one.yaml")
    assert document(root)["changes"] is False
    put(root, f"config: {{'reelstack:service': {service}, 'reelstack:region': cn-east-9}}\n", "Pulumi.one.yaml")
    (said,) = document(root)["warnings"]
    assert said.startswith(f"setting reelstack:region {region} → cn-east-9: ")


def test_a_caption_that_is_cut_short_is_told_where_something_changes(root: Path) -> None:
    captioned = CAMPAIGN.replace("title: Spring", "title: Spring, captions: [{text: Hi, at: 1s, length: 2s}]")
    put(root, captioned.replace("out: 3s", "out: 2s"))
    told = f"{FILE}:4:44: projects.cut.captions[0]: “Hi” ends at 3 s, 1 s after the cut: that part is not seen"
    assert document(root)["warnings"] == [told]
    git(root, "commit", "-qam", "two")
    assert document(root)["changes"] is False
    assert document(root, "HEAD~1", "HEAD")["warnings"] == [f"HEAD:{told}"]


def test_the_usual_region_is_where_a_state_says_that_it_is_deployed(root: Path) -> None:
    deployed = held_side.deployed([held("EditingProject", name="a", service="ims", region="cn-shanghai")], "deployed")
    told = compare.compare(deployed, sides.declared(root, "tree", None, "ims"), project="p", stack="s")
    assert told.warnings == ()


def test_links_out_of_the_project_are_not_followed(root: Path, tmp_path: Path) -> None:
    put(tmp_path, CAMPAIGN, "secret.yaml")
    (root / FILE).unlink()
    (root / FILE).symlink_to(tmp_path / "secret.yaml")
    result = run(root)
    assert isinstance(result.exception, ConfigError)
    assert "outside" in result.exception.message
    git(root, "add", "-A")
    git(root, "commit", "-qm", "link")
    assert run(root, "HEAD~1", "HEAD").stdout.splitlines()[0].endswith("1 video removed")


def test_a_campaign_that_is_too_large_is_refused_in_a_revision_too(root: Path) -> None:
    put(root, CAMPAIGN + "#" * 1_100_000)
    git(root, "commit", "-qam", "large")
    put(root, CAMPAIGN)
    result = run(root)
    assert "is larger than 1,000,000 bytes" in str(result.exception)


def test_pictures_are_written_beside_the_comment_and_linked(root: Path, tmp_path: Path) -> None:
    put(root, LONGER)
    out, pictures = tmp_path / "out" / "review.md", tmp_path / "pictures"
    asked = ["-f", "markdown", "-o", out, "--pictures", pictures, "--pictures-url", "https://x.example/p/"]
    assert run(root, *asked).exit_code == 0
    (drawn,) = pictures.iterdir()
    assert drawn.read_text().startswith("<svg")
    assert f"(https://x.example/p/{drawn.name})" in out.read_text()


def test_pictures_can_be_png(root: Path, tmp_path: Path) -> None:
    put(root, LONGER)
    assert run(root, "-f", "markdown", "--pictures", tmp_path / "p", "--pictures-as", "png").exit_code == 0
    (drawn,) = (tmp_path / "p").iterdir()
    assert drawn.suffix == ".png"
    assert drawn.read_bytes().startswith(b"\x89PNG")


def test_frames_need_the_local_cloud(root: Path) -> None:
    put(root, LONGER)
    assert "not running" in str(run(root, "-f", "html", "--frames").exception)


@pytest.mark.parametrize("file", ["Pulumi.yaml", "Pulumi.one.yaml", "stacks/campaigns"])
def test_no_part_of_the_project_is_read_through_a_link_out_of_it(root: Path, tmp_path: Path, file: str) -> None:
    put(root, "config: {}\n", "Pulumi.one.yaml")
    (root / file).rename(tmp_path / "elsewhere")
    (root / file).symlink_to(tmp_path / "elsewhere")
    assert "outside" in str(run(root).exception)


@pytest.mark.parametrize("shown", ["text", "markdown", "html", "svg", "json"])
def test_every_format_can_be_written_to_a_file(root: Path, tmp_path: Path, shown: str) -> None:
    put(root, LONGER)
    assert run(root, "-f", shown, "-o", tmp_path / "review").stdout == ""
    assert "spring/cut" in (tmp_path / "review").read_text().replace("&#47;", "/")


def held(side: str, **inputs: Any) -> dict[str, Any]:
    kind = f"pulumi-python:dynamic/reelstack:{side}"
    name = inputs["name"]
    outputs = {"project_id": "p-1"} if side == "EditingProject" else {}
    return {
        "type": kind,
        "urn": f"urn:pulumi:s::p::{declare.TYPE}${kind}::{name}",
        "inputs": inputs,
        "outputs": outputs,
    }


def test_what_is_deployed_as_declared_is_no_change(root: Path) -> None:
    declared = sides.declared(root, "tree", None, "ims")
    (cut,), (film,) = declared.cuts.values(), declared.films.values()
    place = {"service": "ims", "region": "cn-shanghai"}
    state = [
        held("EditingProject", name=cut.name, title=cut.title, timeline=cut.timeline, content=film.content, **place),
        held(
            "ProduceJob",
            name=film.name,
            project_id="p-1",
            content=film.content,
            output=film.output,
            spec_hash=film.spec,
            triggers=[],
            **place,
        ),
        held("Delivery", name="spring/wide"),
    ]
    deployed = held_side.deployed(state, "deployed")
    assert dict(deployed.films) == dict(declared.films)
    assert not compare.compare(deployed, declared, project="p", stack="s").videos
    state[1]["inputs"]["spec_hash"] = "other"
    assert compare.compare(held_side.deployed(state, "deployed"), declared, project="p", stack="s").bill.renders == 1


def test_a_video_that_is_taken_over_is_no_render(root: Path) -> None:
    put(root, CAMPAIGN.replace("wide", "tall").replace("720}", "720, adopt_id: j-1}"))
    found = document(root)
    assert [(video["name"], video["fate"]) for video in found["videos"]] == [
        ("spring/tall", "taken over"),
        ("spring/wide", "removed"),
    ]
    assert (found["bill"]["renders"], found["bill"]["destroyed"]) == (0, 1)


@pytest.mark.parametrize("facts", [{"adopted": True}, {"on_delete": "retain"}])
def test_the_state_says_what_is_kept_in_the_end(facts: dict[str, Any]) -> None:
    state = [held("EditingProject", name="a"), held("ProduceJob", name="b"), held("VodEditTask", name="c")]
    assert not any(one.end.keeps for one in held_side.deployed(state, "state").films.values())
    for one in state:
        one["outputs"] |= facts
    found = held_side.deployed(state, "state")
    assert all(one.end.keeps for one in (found.cuts["a"], found.films["b"], found.films["c"]))


# ── a program that declares by itself ──


def by_program(one: dict[str, Any]) -> dict[str, Any]:
    """The same, made by no campaign."""
    return {**one, "urn": one["urn"].replace(f"{declare.TYPE}$", "")}


def deployed_by_program(*more: dict[str, Any]) -> Side:
    own = held("EditingProject", name="own"), held("ProduceJob", name="own-video", project_id="p-1")
    state = [*map(by_program, own), *more]
    return held_side.deployed(state, "deployed")


@pytest.mark.parametrize("made_by_campaign", [True, False])
def test_without_campaign_files_nothing_is_called_removed(root: Path, made_by_campaign: bool) -> None:
    (root / FILE).unlink()
    video = held("ProduceJob", name="a")
    found = held_side.deployed([video if made_by_campaign else by_program(video)], "deployed")
    tree = sides.declared(root, "tree", None, "ims")
    for before, after in ((found, tree), (tree, found)):
        plan = compare.compare(before, after, project="p", stack="s")
        assert (plan.videos, plan.projects, plan.bill.destroyed, plan.warnings) == ((), (), 0, (UNTOLD,))
    assert compare.drift(found, tree) == ()


@pytest.mark.parametrize("shown", ["text", "markdown", "html", "json"])
def test_every_format_says_that_a_plain_program_cannot_be_told(root: Path, shown: str) -> None:
    (root / FILE).unlink()
    git(root, "commit", "-qam", "none")
    said = re.sub(r"&#(\d+);", lambda one: chr(int(one[1])), run(root, "-f", shown).stdout)
    assert "it cannot be told what changes" in said.lower()
    assert UNTOLD in said
    assert "1 video" not in said
    assert "0 renders" not in said
    assert run(root, "--expect-no-changes").exit_code == 7


def test_the_comment_that_is_read_from_json_says_so_too(root: Path) -> None:
    (root / FILE).unlink()
    git(root, "commit", "-qam", "none")
    found = document(root)
    assert comment.render(documents.read(json.dumps(found))) == run(root, "-f", "markdown").stdout


def test_what_a_program_declares_beside_campaigns_is_left_out(root: Path) -> None:
    tree = sides.declared(root, "tree", None, "ims")
    found = deployed_by_program(held("ProduceJob", name="spring/old"))
    told = compare.compare(found, tree, project="p", stack="s")
    assert [video.name for video in told.of(Fate.REMOVED)] == ["spring/old"]
    assert compare.apart(found, tree) == ("own", "own-video")
    assert compare.apart(found, found) == ()


def test_two_states_of_a_program_are_compared_whole() -> None:
    empty = held_side.deployed([], "cloud")
    told = compare.compare(deployed_by_program(), empty, project="p", stack="s")
    assert [video.name for video in told.of(Fate.REMOVED)] == ["own-video"]


def test_without_a_stack_there_is_no_state_to_compare_with(root: Path) -> None:
    assert "no stack" in str(run(root, "state").exception)


# ── variants ──

VARIANTS = """
campaign: spring
include: [shared/brand.yaml]
projects: {cut: {title: Spring, video: [{clip: a, out: 3s}], captions: [{text: "{word}", length: 1s}]}}
videos:
  teaser:
    project: cut
    variants: {locale: [en, de], size: {wide: 1280x720, story: 720x1280}}
    texts: texts/spring.csv
    pilot: en-wide
"""


@pytest.fixture
def varied(root: Path) -> Path:
    put(root, VARIANTS)
    put(root, "sources: {a: media-a}\n", "stacks/campaigns/shared/brand.yaml")
    put(root, "text,en,de\nword,Hello,Hallo\n", "stacks/campaigns/texts/spring.csv")
    put(root, "config: {'reelstack:approved': [spring/teaser]}\n", "Pulumi.live.yaml")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "two")
    return root


def test_a_text_in_a_table_of_a_revision_is_told_as_what_it_renders(varied: Path) -> None:
    put(varied, "text,en,de\nword,Hello,Moin\n", "stacks/campaigns/texts/spring.csv")
    found = document(varied, "-s", "live")
    assert [video["name"] for video in found["videos"]] == ["spring/teaser-de-story", "spring/teaser-de-wide"]
    assert [project["name"] for project in found["projects"]] == ["spring/teaser-de"]


def test_what_waits_for_its_pilot_is_said_and_no_render_is_counted_for_it(varied: Path) -> None:
    put(varied, "config: {}\n", "Pulumi.live.yaml")
    found = document(varied, "-s", "live")
    assert found["warnings"] == ["3 cells of spring/teaser would wait again, and be deleted: `up` will refuse that"]
    first = document(varied, "HEAD~1", "tree", "-s", "live")
    assert [video["name"] for video in first["videos"]] == ["spring/teaser-en-wide", "spring/wide"]
    (said,) = first["warnings"]
    assert said == "3 cells of spring/teaser will wait until the pilot is approved (setting reelstack:approved)"


def test_an_approval_that_is_misspelt_is_told_and_stops_nothing(varied: Path) -> None:
    put(varied, "config: {'reelstack:approved': [spring/teaser, teser]}\n", "Pulumi.live.yaml")
    (said,) = document(varied, "-s", "live")["warnings"]
    assert said.startswith("reelstack:approved names 'teser', which is no video with variants")
    assert said.endswith("did you mean teaser?")


def test_the_state_says_how_many_wait_and_so_it_is_in_the_cloud() -> None:
    inputs = {"name": "spring/teaser", "pilot": "teaser-en", "waiting": 3.0}
    kind = "pulumi-python:dynamic/reelstack:Approval"
    held = [{"type": kind, "urn": f"urn::{kind}::spring/teaser", "inputs": inputs}]
    assert held_side.deployed(held, "state").waiting == {"spring/teaser": 3}
    assert live_side.of(held, "live", SystemClock()).waiting == {"spring/teaser": 3}
