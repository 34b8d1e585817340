"""Where the embedded engine ends, as far as it shows before anything starts: the environment and the state.

What the program asks for is refused by `goal` and `monitor`, as soon as it asks: see `child`. Called by `deployment`.
"""

from __future__ import annotations

from collections.abc import Mapping

from reelstack.engine import state
from reelstack.engine import urn as names
from reelstack.engine.goal import DYNAMIC
from reelstack.engine.values import NEEDS_CLI
from reelstack.errors import EngineError

POLICIES = "PULUMI_OPTION_POLICY_PACK"  # how the environment gives the CLI its --policy-pack


def check_environment(env: Mapping[str, str]) -> None:
    """Refuse a run that is to be judged by policy packs."""
    if env.get(POLICIES):
        raise EngineError(f"{POLICIES} asks for policy packs, which the embedded engine does not run.", hint=NEEDS_CLI)


def check_state(found: state.Deployment) -> None:
    """Refuse a stack that holds what this engine cannot look after."""
    for one in found.resources:
        package = names.package(one["type"].removeprefix(names.PROVIDER_TYPE))
        if one.get("custom") and package != DYNAMIC:
            raise EngineError(
                f"The stack holds {one['urn']}; the embedded engine runs Python dynamic providers only.",
                hint=NEEDS_CLI,
            )
        if any((one.get("resourceHooks") or {}).values()):
            raise EngineError(f"{one['urn']} has hooks, which the embedded engine does not run.", hint=NEEDS_CLI)
