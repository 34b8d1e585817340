"""The other engine: carries a request out with the Pulumi CLI, through its Automation API, and tells the same events.

Called by the package's front. The program and its providers run under this very interpreter, whatever the PATH says.
What a killed run of the embedded engine left behind is merged first, so that the CLI finds the stack whole and free.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from threading import Thread
from typing import IO, Any, TypeVar

from pulumi import automation
from pulumi.automation._cmd import CommandResult, OnOutput
from pulumi.automation.errors import create_command_error

from reelstack.clock import Clock
from reelstack.engine import deployment, interrupt, project, state
from reelstack.engine.deployment import CHANGED, INTERRUPTED, Request
from reelstack.engine.events import Event, Result
from reelstack.engine.secrets import SET_IT
from reelstack.engine.translation import Translator
from reelstack.errors import EngineError

T = TypeVar("T")


def run(request: Request, on_event: Callable[[Event], None], clock: Clock) -> Result:
    """Carry the request out. Raises EngineError when it cannot be begun: no such stack, locked, no passphrase."""
    began = clock.monotonic()
    found = project.load(request.project)
    if request.operation in ("preview", "up"):
        found.check_program()
    with ExitStack() as stack:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        env = _environment(request, place)
        _make_ready(request, found, env, clock)
        command = _Command(env)
        translator = Translator(on_event)
        stack.enter_context(interrupt.handled(lambda: _stop(command, place, translator), command.interrupt))
        workspace = automation.LocalWorkspace(work_dir=str(found.root), env_vars=env, pulumi_command=command)
        try:
            chosen = automation.Stack.create_or_select(request.stack, workspace)
            command.more = [*_flags(request), *_config(request, found, place)]
            _operation(chosen, request)(on_event=translator, color="never")
        except automation.CommandError as error:
            if not translator.errors and command.code != CHANGED:
                raise _explained(error, command) from error
        return Result(
            exit_code=_exit_code(request, command, translator),
            summary=dict(sorted(translator.counts.items())),
            outputs=translator.outputs,
            steps=tuple(translator.finished),
            errors=tuple(translator.errors),
            duration=clock.monotonic() - began,
        )


def outputs(directory: Path, stack: str, *, show_secrets: bool) -> dict[str, Any]:
    """The outputs of a stack that is kept anywhere the CLI keeps stacks."""
    found = _answer(directory, stack, lambda chosen: chosen.outputs())
    return {key: one.value if show_secrets or not one.secret else "[secret]" for key, one in found.items()}


def resources(directory: Path, stack: str) -> list[dict[str, Any]]:
    """What the state of a stack holds that is kept anywhere the CLI keeps stacks; secrets are encrypted."""
    found = _answer(directory, stack, lambda chosen: chosen.export_stack())
    return list((found.deployment or {}).get("resources") or ())


def _answer(directory: Path, stack: str, question: Callable[[automation.Stack], T]) -> T:
    """What the CLI says of a stack. Raises EngineError with what it complains of."""
    env = dict(os.environ)
    command = _Command(env)
    workspace = automation.LocalWorkspace(work_dir=str(directory), env_vars=env, pulumi_command=command)
    try:
        return question(automation.Stack.select(stack, workspace))
    except automation.CommandError as error:
        raise _explained(error, command) from error


class _Command(automation.PulumiCommand):
    """The CLI in a process group of its own: a terminal's Ctrl-C reaches it through us, once."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self._env = env
        self._process: subprocess.Popen[str] | None = None
        self.more: list[str] = []
        self.interrupted = False
        self.code = 0
        self.said = ""
        try:
            super().__init__()
        except (automation.InvalidVersionError, subprocess.CalledProcessError, OSError) as error:
            raise EngineError(f"The Pulumi CLI cannot be used: {error}", hint="Use --engine embedded.") from error

    def run(
        self,
        args: list[str],
        cwd: str,
        additional_env: Mapping[str, str],
        on_output: OnOutput | None = None,
        on_error: OnOutput | None = None,
    ) -> CommandResult:
        """Run a command. Raises CommandError when it fails."""
        more, self.more = self.more, []
        env = {**self._env, **additional_env, "PULUMI_AUTOMATION_API": "true"}
        self._process = subprocess.Popen(  # noqa: S603 - the user's own CLI
            [self.command, "--non-interactive", *args, *more],
            cwd=cwd,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
            process_group=0,
        )
        out, err = _gathered(self._process.stdout, on_output), _gathered(self._process.stderr, on_error)
        self.code = self._process.wait()
        result = CommandResult(stdout=out(), stderr=err(), code=self.code)
        if self.code:
            self.said = result.stderr.strip() or result.stdout.strip()
            raise create_command_error(result)
        return result

    def interrupt(self) -> None:
        """Pass a Ctrl-C on. The second makes the CLI end at once."""
        self.interrupted = True
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)


def _gathered(stream: IO[str] | None, on_line: OnOutput | None) -> Callable[[], str]:
    """Read a stream to its end in a thread of its own; call the result for what it said."""
    assert stream is not None
    lines: list[str] = []

    def read() -> None:
        with stream:
            for line in stream:
                lines.append(line.rstrip())
                if on_line:
                    on_line(lines[-1])

    reader = Thread(target=read, daemon=True)
    reader.start()

    def text() -> str:
        reader.join()
        return "\n".join(lines)

    return text


def _stop(command: _Command, place: Path, translator: Translator) -> None:
    interrupt.announce(place / "interrupted")
    translator.tell(interrupt.STOPPING)
    translator.ending = True
    command.interrupt()


def _environment(request: Request, place: Path) -> dict[str, str]:
    here = Path(sys.executable).parent
    return {
        **os.environ,
        **request.env,
        "PATH": f"{here}{os.pathsep}{os.environ.get('PATH', '')}",
        "PULUMI_PYTHON_CMD": sys.executable,
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        interrupt.VARIABLE: str(place / "interrupted"),
    }


def _make_ready(request: Request, found: project.Project, env: Mapping[str, str], clock: Clock) -> None:
    """See to what the CLI would stumble over in a backend of files: no directory, no stack, a killed run of ours."""
    if not state.is_file_backend(found, env):
        return
    root = state.backend_root(found, env, Path.cwd())
    root.mkdir(parents=True, exist_ok=True)
    file = state.StackFile(root, found.name, request.stack)
    if not file.exists():
        if request.operation in ("refresh", "destroy"):
            raise deployment.unknown_stack(file)
    elif not request.dry:
        with deployment.recovering(file, clock):
            pass


def _operation(stack: automation.Stack, request: Request) -> Callable[..., Any]:
    match request.operation:
        case "preview":
            return stack.preview
        case "up":
            return stack.up
        case "refresh":
            return lambda **more: stack.refresh(preview_only=request.preview_only, **more)
        case "destroy":
            return lambda **more: stack.destroy(preview_only=request.preview_only, **more)


def _flags(request: Request) -> list[str]:
    switches = {
        "--refresh": request.refresh,
        "--expect-no-changes": request.expect_no_changes,
        "--target-dependents": request.target_dependents,
        "--exclude-dependents": request.exclude_dependents,
        "--continue-on-error": request.continue_on_error,
        "--clear-pending-creates": request.clear_pending_creates,
        "--exclude-protected": request.exclude_protected,
    }
    lists = {"--target": request.targets, "--exclude": request.excludes, "--replace": request.replace}
    found = [flag for flag, wanted in switches.items() if wanted]
    found += [part for flag, urns in lists.items() for urn in urns for part in (flag, urn)]
    return found + (["--parallel", str(request.parallel)] if request.parallel else [])


def _config(request: Request, found: project.Project, place: Path) -> list[str]:
    """Settings for this run alone: in a copy of the stack's file, since the CLI writes what it is given into it."""
    if not request.config:
        return []
    copy = place / "settings.yaml"
    project.with_overrides(project.stack_settings(found, request.stack).path, found, request.config, copy)
    return ["--config-file", str(copy)]


def _exit_code(request: Request, command: _Command, translator: Translator) -> int:
    if command.interrupted:
        return INTERRUPTED
    if translator.errors:
        return 1
    changed = any(op != "same" for op in translator.counts)
    return CHANGED if request.expect_no_changes and changed else 0


def _explained(error: automation.CommandError, command: _Command) -> EngineError:
    """The CLI's refusal in one line, without the report that the Automation API wraps it in."""
    lines = [line.removeprefix("error: ").strip() for line in command.said.splitlines() if line.strip()]
    what = next((line for line in lines if line and not line.startswith("warning")), "The Pulumi CLI failed.")
    if isinstance(error, automation.ConcurrentUpdateError):
        return EngineError(" ".join(lines), hint="Wait for that run to end; `pulumi cancel` removes a dead run's lock.")
    return EngineError(what, hint=SET_IT if "passphrase" in what else "")
