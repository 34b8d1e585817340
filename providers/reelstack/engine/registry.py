"""Who is who in one run: URNs that were taken, what the state has under them, what has happened to them.

Plain bookkeeping, shared by `registrar` and `acts`. `lock` makes a decision nobody else's business and is held while a
resource is deleted ahead of its replacement, so what a step notes as it ends has a lock of its own: else the delete
would wait for the step's slot, and the step for the lock.
"""

from __future__ import annotations

from threading import Lock, RLock

from reelstack.engine import steps
from reelstack.engine import urn as names
from reelstack.engine.goal import Goal, Lookup
from reelstack.engine.journal import Ledger
from reelstack.errors import EngineError


class NameTaken(Exception):
    """Somebody else has the name that `urn` would take; its text is what to tell."""

    def __init__(self, urn: str, complaint: str) -> None:
        super().__init__(complaint)
        self.urn = urn


class Registry:
    """The resources of one run by URN.

    `refs` are the ledger's refs of what this run has settled, `decided` the URNs whose fate is known, `deleted`
    those deleted ahead of their replacement, `replaced` those replaced, `skipped` those left unmade because they are
    not targeted, `spared` the refs of what a failure left as it was.
    """

    def __init__(self, project: str, stack: str) -> None:
        self._project = project
        self._stack = stack
        self.lock = RLock()
        self._noting = Lock()
        self._olds: dict[str, str] = {}
        self._seen: set[str] = set()
        self._old_names: dict[str, str] = {}
        self._completed: set[str] = set()
        self.refs: dict[str, str] = {}
        self.decided: set[str] = set()
        self.deleted: set[str] = set()
        self.replaced: set[str] = set()
        self.skipped: set[str] = set()
        self.spared: set[str] = set()

    def know_olds(self, ledger: Ledger) -> None:
        """Learn what the state has, before the program is answered."""
        self._olds = {one.urn: ref for ref, one in ledger.resources.items() if not one.delete}

    def name(self, parent: str, kind: str, name: str) -> str:
        """The URN of a resource of this run."""
        return names.make(stack=self._stack, project=self._project, parent=parent, kind=kind, name=name)

    def claim(self, goal: Goal | Lookup) -> tuple[str, str]:
        """Give a registration its URN, and find the ref of what the state has of it, empty when it has nothing.

        Raises NameTaken.
        """
        with self.lock:
            if goal.parent and goal.parent not in self._seen:
                raise EngineError(f"{goal.name}: its parent {goal.parent} is not registered.")
            urn = self.name(goal.parent, goal.type, goal.name)
            self._take(urn, urn, f"Duplicate resource URN '{urn}'; try giving it a unique name")
            return urn, self._find_old(goal, urn)

    def known(self) -> set[str]:
        """Every URN that the state had or that the program registered."""
        with self.lock:
            return self._seen | set(self._olds)

    def old(self, urn: str) -> str:
        """The ref of what the state has under this very URN."""
        return self._olds.get(urn, "")

    def _find_old(self, goal: Goal | Lookup, urn: str) -> str:
        if urn in self._olds or not isinstance(goal, Goal):
            return self.old(urn)
        for name in steps.alias_urns(goal, urn, self._stack, self._project, self._old_names):
            if name in self._olds:
                self._take(name, urn, f"Duplicate resource alias '{name}' applied to resource '{urn}'")
                self._old_names[urn] = name
                return self._olds[name]
        return ""

    def _take(self, name: str, urn: str, complaint: str) -> None:
        if name in self._seen:
            raise NameTaken(urn, complaint)
        self._seen.add(name)

    def settle(self, urn: str, ref: str) -> None:
        """Note where the ledger has a resource now."""
        with self._noting:
            self.refs[urn] = ref
            self.decided.add(urn)

    def complete(self, urn: str) -> str:
        """The ref of a component that registers its outputs, which it may do once."""
        with self.lock:
            if urn not in self.refs or urn in self._completed:
                raise EngineError(f"cannot complete a resource '{urn}' whose registration isn't pending")
            self._completed.add(urn)
            return self.refs[urn]

    def stack(self) -> str:
        """The URN of the stack itself, empty before it is registered."""
        with self._noting:
            return next((urn for urn in self.refs if names.type_of(urn) == names.STACK_TYPE), "")
