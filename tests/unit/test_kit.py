"""The kit for forges: what it copies can be run, may do little, and believes no stranger."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import typer.main
from ruamel.yaml import YAML
from typer.testing import CliRunner

from reelstack import kit
from reelstack.cli.app import app
from reelstack.errors import ConfigError

ROOT = Path(__file__).parents[2]
KITS = kit.FORGES
GITHUB = ".github/workflows/reelstack-{}.yml"
Json = Mapping[str, Any]


def parsed(text: str) -> list[Any]:
    # YAML 1.2, so that the key `on` of a workflow is a word.
    return list(YAML(typ="safe", pure=True).load_all(text))


def workflow(name: str) -> Any:
    return parsed(kit.files("github")[GITHUB.format(name)])[0]


def jobs() -> Iterator[tuple[str, Json]]:
    for name in ("review", "comment", "up", "drift"):
        for job, found in workflow(name)["jobs"].items():
            yield f"{name}/{job}", found


def gitlab() -> dict[str, Json]:
    found = parsed(kit.files("gitlab")[".gitlab-ci.yml"])[0]
    return {name: job for name, job in found.items() if isinstance(job, dict) and "script" in job}


def scripts() -> Iterator[str]:
    """Every line that a shell runs."""
    for _, job in jobs():
        yield from (line for step in job["steps"] for line in step.get("run", "").splitlines())
    for job in gitlab().values():
        yield from (line for step in job["script"] for line in step.splitlines())
    config = parsed(kit.files("github")[".pre-commit-config.yaml"])[0]
    yield from (hook["entry"] for repo in config["repos"] for hook in repo["hooks"])
    yield from (hook["entry"] for hook in parsed((ROOT / ".pre-commit-hooks.yaml").read_text())[0])


def calls() -> Iterator[list[str]]:
    """Every call of Reelstack: the command and its arguments."""
    for line in scripts():
        found = re.search(r'(?:^|[\s/])reelstack"? (?P<asked>.*)', line)
        if found and "pip" not in line:
            yield shlex.split(re.split(r" >>? ", found["asked"])[0])


def test_every_file_is_yaml_and_comes_with_the_package() -> None:
    for name in KITS:
        for path, text in kit.files(name).items():
            assert all(isinstance(one, dict) for one in parsed(text)), path
            assert len(text) > 100


def test_the_stack_is_the_user_s() -> None:
    for name in KITS:
        texts = [text for path, text in kit.files(name, stack="spring-eu").items() if "pre-commit" not in path]
        assert all("spring-eu" in text and "the-stack" not in text for text in texts)
    with pytest.raises(ConfigError, match="no name of a stack"):
        kit.files("github", stack="a; rm -rf .")
    with pytest.raises(ConfigError, match="no kit for 'svn'"):
        kit.files("svn")


def test_every_command_and_flag_exists() -> None:
    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    found = list(calls())
    assert {call[0] for call in found} == {"fmt", "validate", "diff", "comment", "up"}
    for command, *arguments in found:
        with commands[command].make_context(command, [placed(one) for one in arguments]):
            pass


def placed(argument: str) -> str:
    """What a shell would put in place of a variable."""
    return re.sub(r"\$\{?\w+\}?", "7", argument)


def test_a_flag_that_there_is_not_would_be_found() -> None:
    assert CliRunner().invoke(app, ["up", "--sure"]).exit_code == 2


def test_workflows_may_do_nothing_and_each_job_what_it_needs() -> None:
    assert all(set(workflow(name)["permissions"]) <= {"contents"} for name in ("review", "comment", "up", "drift"))
    given = {name: job.get("permissions") for name, job in jobs()}
    assert given == {
        "review/review": None,
        "comment/comment": {"actions": "read", "contents": "read", "pull-requests": "write"},
        "up/up": {"contents": "read", "id-token": "write"},
        "drift/look": {"contents": "read", "id-token": "write"},
        "drift/tell": {"contents": "read", "issues": "write"},
    }
    assert workflow("review")["permissions"] == {"contents": "read"}


def test_the_job_that_runs_a_fork_s_code_has_no_secret_and_no_token() -> None:
    text = kit.files("github")[GITHUB.format("review")]
    assert not re.search(r"secrets\.|vars\.|github\.token|GITHUB_TOKEN|id-token", text)
    assert workflow("review")["on"] == {"pull_request": None}
    checkout = workflow("review")["jobs"]["review"]["steps"][0]
    assert checkout["with"]["persist-credentials"] is False


def test_the_job_that_posts_runs_nothing_of_the_branch() -> None:
    found = workflow("comment")
    steps = found["jobs"]["comment"]["steps"]
    assert set(found["on"]) == {"workflow_run"}
    assert "ref" not in steps[0]["with"]  # the default branch's own files
    download = next(step for step in steps if "download-artifact" in step.get("uses", ""))
    assert download["with"]["path"].startswith("${{ runner.temp }}/")  # not over the files that are run
    assert [step["run"].split()[1] for step in steps if "--event" in step.get("run", "")] == ["comment"]
    assert not any("--pull" in step.get("run", "") for step in steps)
    assert not re.search(r"secrets\.", kit.files("github")[GITHUB.format("comment")])


def test_no_expression_stands_in_a_shell_line() -> None:
    assert not [line for line in scripts() if "${{" in line]


def test_nothing_that_a_stranger_names_is_taken_from_the_event() -> None:
    texts = "".join(kit.files("github").values())
    taken = set(re.findall(r"github\.event\.[\w.]+", texts))
    safe = {"event", "conclusion", "head_sha", "id"}
    assert taken == {f"github.event.workflow_run.{name}" for name in safe}


def test_every_variable_in_a_shell_line_is_quoted() -> None:
    for line in scripts():
        rest = re.sub(r'"[^"]*"', "", line)
        assert "$" not in rest, line


def test_actions_of_others_are_pinned_to_commits() -> None:
    uses = [step["uses"] for _, job in jobs() for step in job["steps"] if "uses" in step]
    assert uses
    assert all(re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", one) for one in uses)


def test_a_deployment_is_alone_and_guarded() -> None:
    found = workflow("up")
    assert found["concurrency"]["cancel-in-progress"] is False
    assert found["jobs"]["up"]["environment"] == "production"
    assert found["on"]["push"] == {"branches": ["main"]}
    assert gitlab()["reelstack-up"]["resource_group"] == "reelstack-production"
    assert gitlab()["reelstack-up"]["environment"] == "production"
    assert gitlab()["reelstack-up"]["interruptible"] is False


def test_what_only_looks_changes_nothing() -> None:
    steps = [step.get("run", "") for step in workflow("drift")["jobs"]["look"]["steps"]]
    asked = [*steps, *gitlab()["reelstack-drift"]["script"], *gitlab()["reelstack-review"]["script"]]
    assert not any(re.search(r"reelstack (up|refresh|destroy)", line) for line in asked)


def test_a_merge_request_of_another_project_posts_nothing() -> None:
    rules = gitlab()["reelstack-comment"]["rules"]
    assert all("$CI_MERGE_REQUEST_SOURCE_PROJECT_ID == $CI_MERGE_REQUEST_PROJECT_ID" in rule["if"] for rule in rules)
    with_token = [name for name, job in gitlab().items() if any("comment" in line for line in job["script"])]
    assert with_token == ["reelstack-comment", "reelstack-drift-issue"]
    assert not any("requirements.txt" in line and "/tmp/" not in line for line in comment_script()[2:])


def comment_script() -> list[str]:
    return list(gitlab()["reelstack-comment"]["script"])


# Of the operator's v2 CRD, pulumi.com/v1 Stack: the fields that are used, with their types.
SPEC = {
    "serviceAccountName": str,
    "stack": str,
    "projectRepo": str,
    "branch": str,
    "shallow": bool,
    "backend": str,
    "refresh": bool,
    "destroyOnFinalize": bool,
    "continueResyncOnCommitMatch": bool,
    "resyncFrequencySeconds": int,
    "retryMaxBackoffDurationSeconds": int,
    "envRefs": dict,
    "workspaceTemplate": dict,
}


def test_the_operator_s_stack_has_the_fields_that_there_are() -> None:
    found = {one["kind"]: one for one in parsed(kit.files("kubernetes")["kubernetes/reelstack.yaml"])}
    stack = found["Stack"]
    assert stack["apiVersion"] == "pulumi.com/v1"
    assert {key: type(value) for key, value in stack["spec"].items()} == SPEC
    assert stack["spec"]["serviceAccountName"] == found["ServiceAccount"]["metadata"]["name"]
    assert stack["spec"]["destroyOnFinalize"] is False
    for one in stack["spec"]["envRefs"].values():
        assert one["type"] == "Secret"
        assert set(one["secret"]) == {"name", "key"}


def test_a_hook_runs_for_campaigns_and_nothing_else() -> None:
    hooks = parsed((ROOT / ".pre-commit-hooks.yaml").read_text())[0]
    own = parsed(kit.files("gitlab")[".pre-commit-config.yaml"])[0]["repos"][0]["hooks"]
    for hook in (*hooks, *own):
        assert re.search(hook["files"], "stacks/campaigns/spring.yaml")
        assert bool(re.search(hook["files"], "campaigns/texts.csv")) is (hook["id"] == "reelstack-validate")
        assert not re.search(hook["files"], "README.md")
        assert not re.search(hook["files"], "Pulumi.yaml")
