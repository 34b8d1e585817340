"""What the embedded engine does not do it refuses with a word on what to do, and changes nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.playground import Playground
from reelstack.engine import project, state
from reelstack.errors import EngineError

FOREIGN = {
    "another provider": 'pulumi.CustomResource("aws:s3/bucket:Bucket", "x")\n',
    "an explicit provider": 'pulumi.ProviderResource("aws", "x", {})\n',
    "a stack reference": 'pulumi.StackReference("other")\n',
    "a function": 'pulumi.runtime.invoke("aws:index:x", {})\n',
    "hooks": 'hook = pulumi.ResourceHook("h", lambda args: None)\n'
    'Thing("a", "one", opts=O(hooks=pulumi.ResourceHookBinding(before_create=[hook])))\n',
    "a transform": 'Thing("a", "one", opts=O(transforms=[lambda args: None]))\n',
    "a transform of everything": "pulumi.runtime.register_resource_transform(lambda args: None)\n",
    "an asset": 'Thing("a", "one", note=pulumi.StringAsset("x"))\n',
    "a replacement trigger": 'Thing("a", "one", opts=O(replacement_trigger=1))\n',
}


@pytest.mark.parametrize("what", FOREIGN)
def test_what_needs_the_pulumi_cli_is_refused(play: Playground, what: str) -> None:
    with pytest.raises(EngineError, match="needs the Pulumi CLI"):
        play.up(FOREIGN[what])
    assert play.calls == []


def test_a_state_with_other_providers_is_refused_before_anything_begins(play: Playground) -> None:
    play.up('Thing("a", "one")\n')
    play.state_file.write_text(
        play.state_file.read_text().replace("pulumi-python:dynamic:Thing", "aws:s3/bucket:Bucket")
    )
    with pytest.raises(EngineError, match="needs the Pulumi CLI"):
        play.run("destroy")
    assert play.events == []


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("name: x\nruntime: nodejs\n", "runtime 'nodejs'"),
        ("runtime: python\n", "no name"),
        ("name: x\nruntime: python\nmain: nowhere\n", "not there"),
        ("- a\n- b\n", "not a mapping"),
        ("name: [\n", "cannot be read"),
    ],
)
def test_a_project_that_cannot_be_run_is_refused(tmp_path: Path, text: str, complaint: str) -> None:
    (tmp_path / "Pulumi.yaml").write_text(text)
    (tmp_path / "__main__.py").touch()
    with pytest.raises(EngineError, match=complaint):
        project.load(tmp_path).check_program()


def test_a_directory_without_a_project_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match=r"no Pulumi\.yaml"):
        project.load(tmp_path)


def test_a_backend_in_the_cloud_is_refused(play: Playground) -> None:
    found = project.load(_with_main(play.root))
    with pytest.raises(EngineError, match="keeps state in files, not at s3://bucket"):
        state.backend_root(found, {"PULUMI_BACKEND_URL": "s3://bucket?region=x"}, Path.cwd())


def test_a_state_of_another_version_is_refused(play: Playground) -> None:
    play.up("")
    play.state_file.write_text(json.dumps({"version": 4, "checkpoint": {}}))
    with pytest.raises(EngineError, match="version that this engine does not know"):
        play.up()


def test_a_broken_state_is_refused_and_its_copy_named(play: Playground) -> None:
    play.up("")
    play.state_file.write_text("{")
    with pytest.raises(EngineError, match=r"cannot be read.*\.bak"):
        play.up()


def _with_main(root: Path) -> Path:
    (root / "__main__.py").touch()
    return root
