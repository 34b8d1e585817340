"""The user's files: `Pulumi.yaml` and the stack's settings in `Pulumi.<stack>.yaml`.

Reads what this engine needs of them and refuses what it cannot honour. Never writes them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from reelstack.engine.secrets import Keyring
from reelstack.engine.values import NEEDS_CLI
from reelstack.errors import EngineError


@dataclass(frozen=True)
class Setting:
    """One configuration value, always text as Pulumi hands it on. `ciphertext` is how a secret stands in the file."""

    value: str
    secret: bool = False
    ciphertext: str = ""


@dataclass(frozen=True)
class Project:
    """A `Pulumi.yaml`, read.

    `program` is what to run: a directory with `__main__.py`, or a file. `refreshes` is whether every run refreshes.
    """

    name: str
    root: Path
    program: Path
    backend_url: str = ""
    settings_dir: Path = Path()
    defaults: Mapping[str, Any] = field(default_factory=dict)
    refreshes: bool = False

    @property
    def directory(self) -> Path:
        """Where the program and the provider host run."""
        return self.program.parent if self.program.is_file() else self.program

    def check_program(self) -> None:
        """Raise EngineError when there is no program to run; outputs and destroy need none."""
        entry = self.program if self.program.is_file() else self.program / "__main__.py"
        if not entry.is_file():
            raise EngineError(f"The program {entry} is not there.", hint="Check `main:` in Pulumi.yaml.")


def load(root: Path) -> Project:
    """Read the project in a directory. Raises EngineError when there is none, or none that this engine can run."""
    root = root.resolve()
    path = next((root / name for name in ("Pulumi.yaml", "Pulumi.yml") if (root / name).is_file()), None)
    if path is None:
        raise EngineError(
            f"There is no Pulumi.yaml in {root}.", hint="Run in a project's directory, or name it with -C."
        )
    found = _read(path)
    name = found.get("name")
    if not isinstance(name, str) or not name:
        raise EngineError(f"{path} gives the project no name.", hint="Add a line `name: my-project`.")
    _check_runtime(path, found.get("runtime"))
    return Project(
        name=name,
        root=root,
        program=(root / str(found.get("main") or "")).resolve(),
        backend_url=str((found.get("backend") or {}).get("url") or ""),
        settings_dir=root / str(found.get("stackConfigDir") or ""),
        defaults=defaults if isinstance(defaults := found.get("config"), dict) else {},
        refreshes=(found.get("options") or {}).get("refresh") == "always",
    )


def _check_runtime(path: Path, runtime: Any) -> None:
    name = runtime.get("name") if isinstance(runtime, dict) else runtime
    if name != "python":
        raise EngineError(
            f"{path} is a project of runtime {name!r}; the embedded engine runs python.",
            hint=NEEDS_CLI,
        )


def _read(path: Path) -> dict[str, Any]:
    try:
        found = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    except (YAMLError, OSError, UnicodeDecodeError) as error:
        raise EngineError(f"{path} cannot be read: {error}") from error
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise EngineError(f"{path} is not a mapping of settings.")
    return found


@dataclass(frozen=True)
class StackSettings:
    """A `Pulumi.<stack>.yaml`, read: values still encrypted, keys complete with their namespace."""

    path: Path
    salt: str
    raw: Mapping[str, Any]

    def names(self, project: Project) -> set[str]:
        """The complete keys that have a value, here or by the project's default."""
        defaults = {key for key, value in project.defaults.items() if _default(value) is not None}
        return {_full(project, key) for key in (*defaults, *self.raw)}

    def config(self, project: Project, overrides: Mapping[str, str], phrase: str | None) -> dict[str, Setting]:
        """The configuration that program and providers see: project defaults, the stack's file, overrides.

        Raises EngineError when a secure value cannot be decrypted.
        """
        keyring = Keyring(self.salt, phrase)
        found = {}
        for key, value in project.defaults.items():
            default = _default(value)
            if default is not None:
                found[_full(project, key)] = Setting(_text(default))
        for key, value in self.raw.items():
            found[_full(project, key)] = self._setting(key, value, keyring)
        found |= {_full(project, key): Setting(value) for key, value in overrides.items()}
        return dict(sorted(found.items()))

    def _setting(self, key: str, value: Any, keyring: Keyring) -> Setting:
        if not _has_secure(value):
            return Setting(_text(value))
        if not self.salt:
            raise EngineError(
                f"{self.path}: {key} is encrypted and the file has no encryptionsalt.", hint="Set it again."
            )
        if isinstance(value, dict) and set(value) == {"secure"}:
            return Setting(keyring.decrypt_text(value["secure"]), secret=True, ciphertext=value["secure"])
        return Setting(json.dumps(_decrypted(value, keyring), separators=(",", ":")), secret=True)


def stack_settings(project: Project, stack: str) -> StackSettings:
    """Read a stack's settings; a missing file is an empty one."""
    path = project.settings_dir / f"Pulumi.{stack}.yaml"
    found = _read(path) if path.is_file() else {}
    provider = found.get("secretsprovider")
    if provider not in (None, "", "passphrase", "default"):
        raise EngineError(
            f"{path}: the secrets provider {provider!r} is not supported by the embedded engine.",
            hint=NEEDS_CLI,
        )
    if found.get("environment"):
        raise EngineError(f"{path} takes settings from environments of Pulumi Cloud.", hint=NEEDS_CLI)
    return StackSettings(path, str(found.get("encryptionsalt") or ""), found.get("config") or {})


def with_overrides(settings: Path, project: Project, overrides: Mapping[str, str], target: Path) -> None:
    """Write a copy of a stack's settings in which some values are others, for a run that must not change the file."""
    yaml = YAML(pure=True)
    found = _read(settings) if settings.is_file() else {}
    kept = {_full(project, key): value for key, value in (found.get("config") or {}).items()}
    with target.open("w", encoding="utf-8") as file:
        yaml.dump({**found, "config": {**kept, **{_full(project, key): one for key, one in overrides.items()}}}, file)


def _default(value: Any) -> Any:
    """A project's `config:` entry is a value, or a declaration with a default."""
    if isinstance(value, dict):
        return value.get("value", value.get("default"))
    return value


def _full(project: Project, key: str) -> str:
    return key if ":" in key else f"{project.name}:{key}"


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"), default=str)


def _has_secure(value: Any) -> bool:
    if isinstance(value, dict):
        return set(value) == {"secure"} or any(_has_secure(item) for item in value.values())
    return isinstance(value, list) and any(_has_secure(item) for item in value)


def _decrypted(value: Any, keyring: Keyring) -> Any:
    if isinstance(value, dict):
        if set(value) == {"secure"}:
            return keyring.decrypt_text(value["secure"])
        return {key: _decrypted(item, keyring) for key, item in value.items()}
    return [_decrypted(item, keyring) for item in value] if isinstance(value, list) else value
