"""Either engine goes on where the other stopped. Needs the real Pulumi CLI."""

from __future__ import annotations

import json
import shutil

import pytest

from engine.drivers import PulumiCli
from engine.playground import STACK, Playground

pytestmark = [
    pytest.mark.pulumi_cli,
    pytest.mark.skipif(shutil.which("pulumi") is None, reason="needs the Pulumi CLI on the PATH"),
    pytest.mark.timeout(900),  # each run starts the CLI; on a busy machine that takes many seconds
]

PROGRAM = """
g = Group("g")
a = Thing("a", Output.secret("{}"), opts=O(parent=g))
b = Thing("b", "two", note=a.address)
pulumi.export("label", a.label)
pulumi.export("b", b.address)
"""


def test_the_cli_goes_on_where_we_stopped(secret_play: Playground) -> None:
    secret_play.up(PROGRAM.format("one"))
    assert PulumiCli().run(secret_play, ["preview", "--expect-no-changes"], 0).exit_code == 0
    secret_play.program(PROGRAM.format("changed"))
    assert PulumiCli().run(secret_play, ["up"], 1).summary == {"same": 3, "update": 1}
    assert PulumiCli().run(secret_play, ["destroy"], 2).exit_code == 0
    assert secret_play.state == []


def test_we_go_on_where_the_cli_stopped(secret_play: Playground) -> None:
    secret_play.program(PROGRAM.format("one"))
    assert PulumiCli().run(secret_play, ["up"], 0).exit_code == 0
    assert secret_play.run("preview", expect_no_changes=True).exit_code == 0
    assert secret_play.up(PROGRAM.format("changed")).summary == {"same": 3, "update": 1}
    assert PulumiCli().run(secret_play, ["preview", "--expect-no-changes"], 1).exit_code == 0
    assert secret_play.run("destroy").summary == {"delete": 4}


def test_the_cli_refuses_a_stack_that_we_were_killed_in(secret_play: Playground) -> None:
    secret_play.up(PROGRAM.format("one"))
    secret_play.locks.mkdir(parents=True, exist_ok=True)
    holder = {
        "pid": 1,
        "username": "u",
        "hostname": "h",
        "timestamp": "2026-01-01T00:00:00Z",
        "engine": "reelstack",
    }
    (secret_play.locks / "ours.json").write_text(json.dumps(holder))
    assert PulumiCli().run(secret_play, ["up"], 0).exit_code == 1
    assert secret_play.up().exit_code == 0


def test_the_cli_too_keeps_outputs_that_were_published_early(secret_play: Playground) -> None:
    secret_play.program(
        "from pulumi.runtime.resource import register_resource_outputs\n"
        "from pulumi.runtime.settings import get_root_resource\n"
        'a = Thing("a", "one")\nregister_resource_outputs(get_root_resource(), {"submitted": a.id})\n'
        'b = Thing("b", "explode" if os.environ["STEP"] == "0" else "two", note=a.address)\n'
        'pulumi.export("b", b.address)\n'
    )
    assert PulumiCli().run(secret_play, ["up"], 0).exit_code != 0
    assert next(one for one in secret_play.state if one["urn"] == STACK)["outputs"] == {"submitted": "thing-1"}
    assert PulumiCli().run(secret_play, ["up"], 1).exit_code == 0
    assert next(one for one in secret_play.state if one["urn"] == STACK)["outputs"] == {"b": "addr/thing-2"}
