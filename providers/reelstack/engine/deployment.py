"""One run from beginning to end: preview, up, refresh or destroy of one stack.

Opens the state, starts the children, lets `registrar` and `teardown` work, and writes down what came of it
whatever happened. Called by the package's front.
"""

from __future__ import annotations

import os
import signal
import tempfile
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from reelstack.clock import Clock
from reelstack.engine import borders, interrupt, journal, monitor, plugin, program, project, secrets, state, values
from reelstack.engine import urn as names
from reelstack.engine.acts import Acts, Setting
from reelstack.engine.events import Diagnostic, Event, Result
from reelstack.engine.executor import Executor, Refused
from reelstack.engine.journal import Ledger
from reelstack.engine.processes import Child
from reelstack.engine.registrar import Registrar
from reelstack.engine.registry import Registry
from reelstack.engine.selection import Scope, Selection
from reelstack.engine.teardown import Teardown
from reelstack.errors import EngineError

Operation = Literal["preview", "up", "refresh", "destroy"]
GRACE = 10.0  # seconds that a program has to end by itself once the run is over
PATIENCE = 5.0  # seconds that provider calls have to end by themselves after a Ctrl-C
CHANGED, INTERRUPTED = 7, 130


@dataclass(frozen=True)
class Request:
    """What to do, and where.

    `project` is the directory with Pulumi.yaml. `parallel` is how many provider calls go at once (4 × cores when
    None). `preview_only` shows what a refresh or destroy would do. `config` overrides settings (`ns:key`), `env`
    is added to the children's environment. `targets`, `excludes` and `replace` are URNs or patterns of them.
    `continue_on_error` lets go on what does not depend on what failed. `clear_pending_creates` (of a refresh) forgets
    creations that were cut off, `exclude_protected` (of a destroy) keeps what is protected and what that needs.
    """

    operation: Operation
    project: Path
    stack: str
    parallel: int | None = None
    refresh: bool = False
    expect_no_changes: bool = False
    preview_only: bool = False
    config: Mapping[str, str] = field(default_factory=dict)
    env: Mapping[str, str] = field(default_factory=dict)
    targets: tuple[str, ...] = ()
    target_dependents: bool = False
    excludes: tuple[str, ...] = ()
    exclude_dependents: bool = False
    replace: tuple[str, ...] = ()
    continue_on_error: bool = False
    clear_pending_creates: bool = False
    exclude_protected: bool = False

    @property
    def dry(self) -> bool:
        """Whether nothing may be changed."""
        return self.operation == "preview" or self.preview_only


class Deployment:
    """A run under way."""

    def __init__(self, request: Request, on_event: Callable[[Event], None], clock: Clock) -> None:
        self.project = project.load(request.project)
        self.request = replace(request, refresh=request.refresh or self.project.refreshes)
        self.clock = clock
        self.parallel = request.parallel or 4 * (os.cpu_count() or 1)
        self.executor = Executor(on_event, self.parallel, keep_going=request.continue_on_error)
        self.env = {**os.environ, **request.env}
        borders.check_environment(self.env)
        if request.targets and request.excludes:
            raise EngineError(
                "--target and --exclude cannot be used together.", hint="Name either what is meant or not."
            )
        root = state.backend_root(self.project, self.env, Path.cwd())
        self.file = state.StackFile(root, self.project.name, request.stack)
        self._host: Future[plugin.Host] = Future()
        self._children: list[Child] = []

    def run(self) -> Result:
        """Carry the request out. Raises EngineError when it cannot be begun, or not be gone on with at all."""
        began = self.clock.monotonic()
        if self.request.operation in ("preview", "up"):
            self.project.check_program()
        settings = project.stack_settings(self.project, self.request.stack)
        phrase = secrets.passphrase(self.env)
        self._ensure_stack(settings.salt, phrase)
        config = settings.config(self.project, self.request.config, phrase)
        with ExitStack() as stack:
            if not self.request.dry:
                stack.enter_context(self.file.locked(self.clock.now()))
                self._recover()
            found = journal.read(self.file)
            borders.check_state(found)
            vault = secrets.Vault.of(found.secrets_providers, phrase, settings.salt)
            ledger = Ledger(self.file, found, vault, write=not self.request.dry)
            known = {key: values.Secret(one.value) if one.secret else one.value for key, one in config.items()}
            self._be_discreet(known, ledger)
            setting = Setting(
                project=self.project.name,
                stack=self.request.stack,
                preview=self.request.dry,
                config=known,
                may_keep_secrets=vault.keyring is not None,
                now=lambda: state.stamp(self.clock.now()),
                scope=self._scope(ledger),
                replace=Selection.of(self.request.replace),
            )
            try:
                self._work(setting, ledger, config)
            finally:
                if not self.request.dry:
                    self._write_down(ledger, config, began)
        if self.executor.fatal:
            raise self.executor.fatal
        return self._result(ledger, began)

    # -- before ----------------------------------------------------------------------------------------------------

    def _ensure_stack(self, salt: str, phrase: str | None) -> None:
        if self.file.exists():
            return
        if self.request.operation in ("refresh", "destroy"):
            raise unknown_stack(self.file)
        vault = secrets.Vault.of(None, phrase, salt)
        empty = state.Deployment(secrets_providers=vault.provider())
        with self.file.locked(self.clock.now()):
            if not self.file.exists():  # two first runs at once: the other may have begun by now
                self.file.replace(self.file.encode(empty, self.clock.now()))

    def _be_discreet(self, config: Mapping[str, Any], ledger: Ledger) -> None:
        """Let nothing be told of the secrets that are known before the program says its own."""
        discretion = self.executor.discretion
        discretion.learn(config)
        for resource in ledger.resources.values():
            discretion.learn(resource.inputs)
            discretion.learn(resource.outputs)

    def _recover(self) -> None:
        if journal.recover(self.file, self.clock.now()):
            self.executor.tell(
                Diagnostic("info", "", "a run that was killed has been recovered: nothing it did is lost")
            )

    def _warns(self) -> bool:
        """Whether unfinished operations of an earlier run are worth a word: a refresh is what settles them."""
        return not (self.request.dry or self.request.refresh or self.request.operation == "refresh")

    def _scope(self, ledger: Ledger) -> Scope:
        asked = self.request
        if asked.exclude_protected:
            return Scope.keeping(ledger.state())
        return Scope(
            Selection.of(asked.targets),
            Selection.of(asked.excludes),
            target_dependents=asked.target_dependents,
            exclude_dependents=asked.exclude_dependents,
        )

    # -- the run ---------------------------------------------------------------------------------------------------

    def _work(self, setting: Setting, ledger: Ledger, config: Mapping[str, project.Setting]) -> None:
        if said := ledger.interrupted() if self._warns() else "":
            self.executor.tell(Diagnostic("warning", "", said))
        if self.request.operation == "refresh" and self.request.clear_pending_creates:
            ledger.forget_creates()
        registry = Registry(setting.project, setting.stack)
        acts = Acts(setting, ledger, self.executor, registry, self._host.result)
        registrar, teardown = Registrar(acts), Teardown(acts)
        service = monitor.Monitor(setting, config, self.parallel, self.executor, registrar)
        server = monitor.Server()
        server.serve_log(monitor.Log(self.executor))
        server.serve_monitor(service)
        server.start()
        with (
            tempfile.TemporaryDirectory() as place,
            interrupt.handled(lambda: self._interrupt(place), self._end_now),
        ):
            env = program.environment(self.env | {interrupt.VARIABLE: str(_flag(place))}, self.project, config)
            try:
                self._carry_out(registrar, teardown, service, server.addresses, env)
            except Refused:
                pass  # told already
            finally:
                service.released.set()
                self._end_children()
                server.stop()

    def _carry_out(
        self,
        registrar: Registrar,
        teardown: Teardown,
        service: monitor.Monitor,
        addresses: program.Addresses,
        env: Mapping[str, str],
    ) -> None:
        operation = self.request.operation
        runs_program = operation in ("preview", "up")
        refreshes = operation == "refresh" or self.request.refresh
        child = None
        if runs_program and not refreshes:
            registrar.registry.know_olds(registrar.ledger)
            self._refuse_unknown(registrar.setting.replace, registrar.registry)
            self.executor.check_open()
            child = self._start_program(addresses, env)  # both children take a moment to start: side by side
        if runs_program or teardown.ledger.resources:
            self._start_host(addresses, env, registrar.setting.config)
        if refreshes:
            self._refresh(registrar, teardown, counted=operation == "refresh")
        if operation == "destroy" and self.executor.open:
            self._destroy(registrar, teardown)
        if runs_program and self.executor.open:
            if child is None:
                registrar.registry.know_olds(registrar.ledger)
                child = self._start_program(addresses, env)
            self._run_program(child, registrar, teardown, service)
        if self.executor.step_failed and not self.executor.refused:
            self.executor.tell(Diagnostic("error", "", f"{'preview' if self.request.dry else 'update'} failed"))

    def _refresh(self, registrar: Registrar, teardown: Teardown, *, counted: bool) -> None:
        registrar.registry.know_olds(registrar.ledger)
        self._refuse_unknown(registrar.setting.scope.named, registrar.registry)
        teardown.refresh()
        if not counted:
            self.executor.counts.clear()
        if self.executor.failed:
            self.executor.stop(failed=True)

    def _destroy(self, registrar: Registrar, teardown: Teardown) -> None:
        registrar.registry.know_olds(registrar.ledger)
        state = registrar.ledger.state()
        if self.request.exclude_protected and not registrar.setting.scope.deletable(state):
            self.executor.tell(Diagnostic("info", "", "everything is protected, or needed by what is"))
            return
        teardown.delete([ref for ref, _ in state])
        self._refuse_unknown(registrar.setting.scope.targets, registrar.registry)

    def _refuse_unknown(self, named: Selection, registry: Registry) -> None:
        """Fail for URNs that were named and that neither the state nor the program has."""
        for said in named.unknown(registry.known()):
            self.executor.fail("", said)

    def _run_program(self, child: Child, registrar: Registrar, teardown: Teardown, service: monitor.Monitor) -> None:
        while self.executor.open and not service.program_done.wait(0.05):
            if child.wait(0) is not None:
                break
        self.executor.wait_idle()
        if self.executor.open and not service.program_done.is_set():
            self._program_ended(child)
        if self.executor.open:
            spared = registrar.registry.spared
            teardown.delete([ref for ref in teardown.ledger.refs() if ref.startswith("b") and ref not in spared])
            self._refuse_unknown(registrar.setting.scope.targets, registrar.registry)
        registrar.finish_outputs()
        service.released.set()
        if child.wait(GRACE) is None:
            child.send(signal.SIGTERM)

    def _program_ended(self, child: Child) -> None:
        """The program ended without waiting for us: it left early, or failed and has said why unless it was killed."""
        code = child.wait()
        if code == 0:
            return
        if not self.executor.errors:
            self.executor.tell(Diagnostic("error", "", f"the program ended with exit code {code}"))
        self.executor.refused = True
        self.executor.stop(failed=True)

    # -- children --------------------------------------------------------------------------------------------------

    def _start_program(self, addresses: program.Addresses, env: Mapping[str, str]) -> Child:
        child = program.start(
            self.project,
            self.request.stack,
            addresses,
            env,
            parallel=self.parallel,
            preview=self.request.dry,
            on_line=self._said,
        )
        self._children.append(child)
        return child

    def _start_host(self, addresses: program.Addresses, env: Mapping[str, str], config: Mapping[str, Any]) -> None:
        try:
            host = plugin.start(
                engine=addresses.engine,
                cwd=self.project.directory,
                env=env,
                config=config,
                on_line=self._said,
            )
        except EngineError as error:
            self._host.set_exception(error)
            raise
        self._children.append(host.child)
        self._host.set_result(host)

    def _said(self, line: str) -> None:
        self.executor.tell(Diagnostic("info", "", line))

    def _end_children(self) -> None:
        for child in self._children:
            child.end()

    def _interrupt(self, place: str) -> None:
        self.executor.stop(interrupted=True)
        interrupt.announce(_flag(place))
        self.executor.tell(interrupt.STOPPING)
        if not self.executor.wait_idle(PATIENCE) and self._host.done() and not self._host.exception():
            self._host.result().child.send(signal.SIGINT)

    def _end_now(self) -> None:
        self.executor.stop(interrupted=True)
        self._end_children()

    def _write_down(self, ledger: Ledger, config: Mapping[str, project.Setting], began: float) -> None:
        """Merge what was done. When that cannot be written the journal and the lock stay, and the run ends so.

        A run that was refused before it did anything leaves no trace.
        """
        if self.executor.fatal and not ledger.touched:
            return
        try:
            ledger.merge(self.clock.now())
            self._record(config, began)
        except EngineError as error:
            self.executor.break_off(error)

    # -- after -----------------------------------------------------------------------------------------------------

    def _record(self, config: Mapping[str, project.Setting], began: float) -> None:
        """Leave an entry in the history, as the Pulumi CLI does."""
        now = self.clock.now()
        kinds = {"up": "update", "refresh": "refresh", "destroy": "destroy"}
        spelt = {key: {"secure": one.ciphertext} if one.secret else one.value for key, one in config.items()}
        self.file.record(
            {
                "kind": kinds[self.request.operation],
                "startTime": int(now.timestamp() - (self.clock.monotonic() - began)),
                "message": "",
                "environment": {},
                "config": spelt,
                "result": "succeeded" if self.executor.well else "failed",
                "endTime": int(now.timestamp()),
                "resourceChanges": dict(self.executor.counts),
            },
            now,
        )

    def _result(self, ledger: Ledger, began: float) -> Result:
        counts = dict(sorted(self.executor.counts.items()))
        changed = any(op != "same" for op in counts)
        code = 0
        if self.executor.interrupted:
            code = INTERRUPTED
        elif self.executor.failed:
            code = 1
        elif self.request.expect_no_changes and changed:
            code = CHANGED
        stack = (one for one in ledger.resources.values() if one.type == names.STACK_TYPE)
        outputs = next((dict(one.outputs) for one in stack), {})
        return Result(
            exit_code=code,
            summary=counts,
            outputs=values.masked(outputs),
            steps=tuple(self.executor.finished),
            errors=tuple(self.executor.errors),
            duration=self.clock.monotonic() - began,
        )


def _flag(place: str) -> Path:
    return Path(place) / "interrupted"


def unknown_stack(file: state.StackFile) -> EngineError:
    """The error for a stack that does not exist: names those that do."""
    others = ", ".join(file.others()) or "none"
    return EngineError(
        f"Nothing is deployed as the stack {file.stack!r} of {file.project}; deployed are: {others}.",
        hint="Deploy it with up, or name another with -s.",
    )


@contextmanager
def recovering(file: state.StackFile, clock: Clock) -> Iterator[bool]:
    """Hold a stack that a killed run left, with what it did merged."""
    with file.locked(clock.now()):
        yield journal.recover(file, clock.now())
