"""When a run is foretold though nobody asked to see it: where there is a limit that it must meet before it pays."""

from __future__ import annotations

from pathlib import Path

import pytest

from reelstack import engine
from reelstack.cli.deploy import is_limited
from reelstack.cli.running import How, Run
from reelstack.engine import EngineName


@pytest.mark.parametrize(
    ("settings", "config", "limited"),
    [
        ("", {}, False),
        ("config: {reelstack:service: ims}", {}, False),
        ("config: {reelstack:maxRenders: 3}", {}, True),
        ("", {"reelstack:maxRenderSeconds": "60"}, True),
        ("secretsprovider: awskms://alias/key", {}, True),
        ("environment: [shared]", {}, True),
    ],
)
def test_a_limit_is_met_first_also_where_only_the_pulumi_cli_can_read_it(
    settings: str, config: dict[str, str], limited: bool, tmp_path: Path
) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: films\nruntime: python\n")
    (tmp_path / "Pulumi.dev.yaml").write_text(settings)
    request = engine.Request("up", tmp_path, "dev", config=config)
    assert is_limited(Run(request, EngineName.PULUMI, How.EVENTS)) is limited
