"""For tests of users' own programs: the real program and the real providers on a fresh local cloud, without an account.

    def test_the_campaign(reelstack_project):
        stack = reelstack_project("..")
        assert stack.up().made["ProduceJob"] == 3
        stack.preview().expect_nothing()

`reelstack_project` is a pytest fixture that the installed package brings along; `project` is the same as a context
manager. The embedded engine runs the program, unchanged; the local cloud answers from a thread of the test's process.
State and cloud lie in a directory of the test's own: nothing in the project is written. Needs `reelstack[cloud]`.
"""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reelstack import engine
from reelstack.emulator import server
from reelstack.emulator.cloud import REGION, Cloud
from reelstack.emulator.settings import Fault, Settings
from reelstack.engine import Diagnostic, Event, Result, StepFinished
from reelstack.engine.deployment import Operation

__all__ = ["Outcome", "Stack", "project"]

OUTPUT = "https://reelstack-local.oss-cn-shanghai.aliyuncs.com/tests"
CHANGES = frozenset({"create", "update", "replace", "delete", "import"})


@dataclass(frozen=True)
class Outcome:
    """How a run ended. `said` is what program, providers and engine had to say."""

    result: Result
    said: tuple[Diagnostic, ...]

    @property
    def outputs(self) -> dict[str, Any]:
        """The stack's outputs; secrets are masked."""
        return self.result.outputs

    @property
    def errors(self) -> tuple[str, ...]:
        """What went wrong, in the words that a user sees."""
        return self.result.errors

    @property
    def steps(self) -> tuple[StepFinished, ...]:
        """Every step, in the order in which they ended."""
        return self.result.steps

    @property
    def made(self) -> Counter[str]:
        """How many resources of each type were created or replaced: `{"ProduceJob": 3}`."""
        return self._counted("create", "replace")

    @property
    def changed(self) -> dict[str, str]:
        """What was done to each resource that did not stay as it is: `{"ProduceJob spring/teaser": "create"}`.

        Providers are left out: the engine's own takes every setting along.
        """
        steps = [one for one in self.steps if not one.type.startswith("pulumi:providers:")]
        return {f"{_kind(one)} {one.name}": one.outcome for one in steps if one.outcome in CHANGES}

    def expect(self, **counts: int) -> Outcome:
        """Require these counts of operations, of all resources but providers: `expect(create=9, same=1)`."""
        assert self.result.summary == counts, f"{self.result.summary} where {counts} was expected: {self.changed}"
        return self

    def expect_nothing(self) -> Outcome:
        """Require that nothing changes."""
        assert not self.changed, f"nothing was to change: {self.changed}"
        return self

    def _counted(self, *ops: str) -> Counter[str]:
        return Counter(_kind(one) for one in self.steps if one.outcome in ops)


@dataclass
class Stack:
    """A stack of a project on a local cloud of its own. `cloud` is that cloud, for what its public methods offer."""

    project: Path
    name: str
    cloud: Cloud
    config: Mapping[str, str]
    env: Mapping[str, str]

    def preview(self, *, fails: bool = False, **more: Any) -> Outcome:
        """What `up` would do. `more` are fields of `engine.Request`: targets, refresh, replace, …"""
        return self._run("preview", fails, more)

    def up(self, *, fails: bool = False, **more: Any) -> Outcome:
        """Deploy. A run that fails is an AssertionError, unless the test says that it `fails`."""
        return self._run("up", fails, more)

    def refresh(self, *, fails: bool = False, **more: Any) -> Outcome:
        """Look at every resource again."""
        return self._run("refresh", fails, more)

    def destroy(self, *, fails: bool = False, **more: Any) -> Outcome:
        """Delete everything."""
        return self._run("destroy", fails, more)

    def requests(self, action: str) -> int:
        """How many requests of an action, `SubmitMediaProducingJob` say, reached the cloud and were carried out."""
        return len(self.cloud.gateway.journal.entries(action=action))

    def go_wrong(self, kind: str, **fault: Any) -> None:
        """Let the cloud do something wrong: `go_wrong("fail_job", code="InternalError")`. The kinds are `Fault`'s."""
        self.cloud.gateway.faults.add(Fault.parse({"kind": kind, **fault}))

    def _run(self, operation: Operation, fails: bool, more: Mapping[str, Any]) -> Outcome:
        said: list[Diagnostic] = []
        asked = {"config": {**self.config, **more.get("config", {})}, "env": {**self.env, **more.get("env", {})}}
        request = engine.Request(operation, self.project, self.name, **{**more, **asked})

        def listen(event: Event) -> None:
            if isinstance(event, Diagnostic) and not event.ephemeral:
                said.append(event)

        with contextlib.chdir(self.project):
            result = engine.run(request, listen)
        outcome = Outcome(result, tuple(said))
        if bool(result.exit_code) is not fails:
            told = "\n".join(result.errors) or f"exit code {result.exit_code}"
            raise AssertionError(f"{operation} was to fail" if fails else f"{operation} failed:\n{told}")
        return outcome


@contextmanager
def project(
    place: Path | str,
    scratch: Path,
    *,
    stack: str = "test",
    config: Mapping[str, str] | None = None,
    env: Mapping[str, str] | None = None,
    pace: str = "immediate",
    **settings: Any,
) -> Iterator[Stack]:
    """A project on a fresh local cloud: a directory with Pulumi.yaml, or the text of a program.

    `scratch` is an empty directory. `stack` may be one that has a settings file; `config` (`ns:key`) and `env` go
    over it. `pace` and `settings` are the local cloud's: with `pace="rendered"` it makes real videos.
    """
    root = _written(place, scratch) if isinstance(place, str) and "\n" in place else Path(place).resolve()
    with server.serving(scratch / "cloud", Settings().changed({"pace": pace, **settings})) as cloud:
        (scratch / "state").mkdir(parents=True, exist_ok=True)
        surroundings = {
            "PULUMI_BACKEND_URL": f"file://{scratch / 'state'}",
            "PULUMI_CONFIG_PASSPHRASE": "",
            "REELSTACK_CLOUD_DIR": str(scratch / "cloud"),
            **(env or {}),
        }
        yield Stack(root, stack, cloud, {**_settings(root, stack, config or {}), **(config or {})}, surroundings)


def _written(program: str, scratch: Path) -> Path:
    root = scratch / "project"
    root.mkdir(parents=True)
    (root / "Pulumi.yaml").write_text("name: test\nruntime: python\n", encoding="utf-8")
    (root / "__main__.py").write_text(program, encoding="utf-8")
    return root


def _settings(root: Path, stack: str, config: Mapping[str, str]) -> dict[str, str]:
    """The local cloud always; for IMS somewhere to put videos when the stack does not say."""
    service = {"reelstack:service": "ims", **engine.plain_settings(root, stack), **config}["reelstack:service"]
    if service == "huawei":
        return {"reelstack:endpoint": "local"}
    fixed = {"reelstack:endpoint": "local", "reelstack:region": REGION}
    if service != "ims" or "reelstack:output" in engine.setting_names(root, stack):
        return fixed
    return {**fixed, "reelstack:output": OUTPUT}


def _kind(step: StepFinished) -> str:
    """The last word of a type: `ProduceJob`."""
    return step.type.replace("/", ":").rpartition(":")[2]
