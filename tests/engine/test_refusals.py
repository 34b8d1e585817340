"""What the embedded engine does not do it refuses with a word on what to do, and changes nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.playground import STACK, Playground
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
    "an asset within": 'Thing("a", "one", note=[{"x": pulumi.FileArchive(".")}])\n',
    "a replacement trigger": 'Thing("a", "one", opts=O(replacement_trigger=0))\n',
    "replace_with": 'Thing("a", "one", opts=O(replace_with=[first]))\n',
    "a component of another language": 'pulumi.ComponentResource("x:y:Z", "z", remote=True)\n',
    "a resource of the state by its URN": f'Thing("a", "one", opts=O(urn="{STACK}"))\n',
    "a read of another provider": 'pulumi.CustomResource("aws:s3/bucket:Bucket", "x", opts=O(id="b"))\n',
    "an output's function": 'pulumi.runtime.invoke_output("aws:index:x", {"id": first.id})\n',
    "a method": 'pulumi.runtime.call("x:y:Z/m", {}, first)\n',
    "a resource of another provider in a component": 'g = Group("g")\n'
    'pulumi.CustomResource("aws:s3/bucket:Bucket", "x", opts=O(parent=g))\n',
}


@pytest.mark.parametrize("what", FOREIGN)
def test_what_needs_the_pulumi_cli_is_refused_before_anything_is_changed(deployed: Playground, what: str) -> None:
    before, calls = deployed.files, deployed.calls
    with pytest.raises(EngineError) as refused:
        deployed.up('first = Thing("first", "one")\n' + FOREIGN[what])
    assert "\n" not in refused.value.message
    assert refused.value.hint.startswith("This needs the Pulumi CLI")
    assert (deployed.files, deployed.calls) == (before, calls)


def test_a_hook_that_nothing_uses_changes_nothing(play: Playground) -> None:
    assert play.up('pulumi.ResourceHook("h", lambda args: None)\nThing("a", "one")\n').summary == {"create": 2}


def test_targets_and_excludes_are_refused_together_before_a_stack_is_made(play: Playground) -> None:
    with pytest.raises(EngineError, match="cannot be used together"):
        play.up("", targets=("**::a",), excludes=("**::b",))
    assert not play.state_file.exists()


def test_a_state_with_other_providers_is_refused_before_anything_begins(play: Playground) -> None:
    play.up('Thing("a", "one")\n')
    play.state_file.write_text(
        play.state_file.read_text().replace("pulumi-python:dynamic:Thing", "aws:s3/bucket:Bucket")
    )
    with pytest.raises(EngineError, match="needs the Pulumi CLI"):
        play.run("destroy")
    assert play.events == []


def test_a_state_with_hooks_is_refused_before_anything_begins(play: Playground) -> None:
    play.up('Thing("a", "one")\n')
    found = json.loads(play.state_file.read_text())
    found["checkpoint"]["latest"]["resources"][-1]["resourceHooks"] = {"beforeDelete": ["h"]}
    play.state_file.write_text(json.dumps(found))
    with pytest.raises(EngineError, match=r"has hooks.*needs the Pulumi CLI"):
        play.run("destroy")
    assert play.events == []


def test_policy_packs_are_refused_before_a_stack_is_made(play: Playground) -> None:
    with pytest.raises(EngineError, match=r"policy packs.*needs the Pulumi CLI"):
        play.up("", env={"PULUMI_OPTION_POLICY_PACK": "rules"})
    assert not play.state_file.exists()


@pytest.mark.parametrize("more", ["environment: [shared]\n", "secretsprovider: awskms://key\n"])
def test_settings_that_come_from_elsewhere_are_refused_before_a_stack_is_made(play: Playground, more: str) -> None:
    (play.root / "Pulumi.dev.yaml").write_text(more)
    with pytest.raises(EngineError, match="needs the Pulumi CLI"):
        play.up("")
    assert not play.state_file.exists()


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


def _with_main(root: Path) -> Path:
    (root / "__main__.py").touch()
    return root
