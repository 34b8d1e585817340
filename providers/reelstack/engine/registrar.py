"""Turns what the program registers into steps.

One call per registration, each in a thread of its own; `check` and `diff` run side by side, only the decisions
take the lock. Called by `monitor`; `acts` carries out; what is left when the program is done is `teardown`'s.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from enum import Enum
from typing import Any, TypeVar

from reelstack.engine import steps, values
from reelstack.engine import urn as names
from reelstack.engine.acts import Acts, started
from reelstack.engine.events import OutputsKnown
from reelstack.engine.executor import Refused, StepFailed
from reelstack.engine.goal import DYNAMIC, Goal, Lookup
from reelstack.engine.plugin import Difference, HostLost, ProviderError
from reelstack.engine.registry import NameTaken
from reelstack.engine.resource import Resource
from reelstack.engine.secrets import SET_IT
from reelstack.engine.steps import Action
from reelstack.errors import EngineError

T = TypeVar("T")


class Answer(Enum):
    """What the program is told of a registration."""

    DONE = "done"
    NOT_TARGETED = "not targeted"  # and not there either: its outputs are unknown
    FAILED = "failed"
    SKIPPED = "skipped"  # because something that it needs failed


class Registrar:
    """The registrations of one run."""

    def __init__(self, acts: Acts) -> None:
        self.acts = acts
        self.setting = acts.setting
        self.ledger = acts.ledger
        self.executor = acts.executor
        self.registry = acts.registry
        self._provider = ""
        self._stack_outputs: values.Properties | None = None

    def register(self, goal: Goal) -> tuple[Resource, Answer]:
        """Bring a resource to what the program wants; the resource, and what came of it.

        Raises Refused when the run takes no more work, or this registration is what made it fail.
        """
        self.executor.check_open()
        self._check_secrets(goal.name, goal.holds_secrets())
        self.executor.discretion.learn(goal.inputs)
        with self.executor.busy(), self._claimed(goal) as (urn, old_ref):
            provider = self._default_provider() if goal.custom else ""
            wanted = _wanted(goal, urn, {}, provider)
            if not self._taken(wanted):
                return self._leave(goal, urn, old_ref)
            self._check_skipped(wanted)
            if not self.executor.lost.isdisjoint(wanted.needs()):
                self.executor.lost.add(urn)
                return self._spare(wanted, old_ref), Answer.SKIPPED
            try:
                return self._bring(goal, urn, old_ref, provider), Answer.DONE
            except StepFailed:
                return self._spare(wanted, old_ref), Answer.FAILED

    @contextmanager
    def _claimed(self, goal: Goal | Lookup) -> Iterator[tuple[str, str]]:
        """What a registration is called and the ref of what the state has of it, for as long as it is dealt with."""
        try:
            with self.registry.lock:
                urn, old_ref = self.registry.claim(goal)
                self.executor.undecided(urn)
        except NameTaken as taken:
            self.executor.wait_turn()
            self.executor.fail(taken.urn, str(taken))
            raise Refused from taken
        try:
            yield urn, old_ref
        finally:
            self.executor.decided(urn)

    def _bring(self, goal: Goal, urn: str, old_ref: str, provider: str) -> Resource:
        old = self.ledger.resources.get(old_ref)
        if goal.import_id and (old is None or old.id != goal.import_id):
            return self.acts.adopt(_wanted(goal, urn, {}, provider), goal.import_id)
        inputs = self._checked(goal, urn, old) if goal.custom else dict(goal.inputs)
        new = _wanted(goal, urn, inputs, provider)
        if old is None:
            return self.acts.create(new)
        difference = self._difference(goal, old, new)
        action = self._decide(goal, old_ref, new, difference)
        if action is Action.SAME:
            return self.acts.same(old_ref, new)
        if action is Action.UPDATE:
            return self.acts.update(goal, old_ref, new, difference)
        if goal.custom and not self._anew(old, urn):
            # What `check` carried over from the old resource does not hold for a new one: ask again without it.
            new = replace(new, inputs=self._ask_check(goal, urn, {}, goal.inputs))
        self.registry.replaced.add(urn)
        return self.acts.replace(old_ref, new, difference)

    def _decide(self, goal: Goal, old_ref: str, new: Resource, difference: Difference) -> Action:
        """Decide, and delete first what has to go first: nobody else may decide in between."""
        with self.registry.lock:
            self.registry.decided.add(new.urn)
            old = self.ledger.resources[old_ref]  # it may have been deleted since it was looked at
            action = steps.decide(old, difference, delete_first=goal.delete_before_replace)
            if action in (Action.REPLACE, Action.DELETE_THEN_REPLACE):
                self.acts.refuse_protected(old, new)
            if action is Action.DELETE_THEN_REPLACE and new.urn not in self.registry.deleted:
                self._delete_first(old_ref, old)
            return action

    # -- questions to the provider ---------------------------------------------------------------------------------

    def _asked_for(self, old: Resource, urn: str) -> bool:
        """Whether somebody asked for a replacement, of this run or by `pulumi state taint`."""
        return urn in self.setting.replace or bool(old.rest.get("taint"))

    def _anew(self, old: Resource, urn: str) -> bool:
        """Whether the old resource's inputs do not count from the start."""
        return old.external or self._asked_for(old, urn) or urn in self.registry.deleted

    def _checked(self, goal: Goal, urn: str, old: Resource | None) -> dict[str, Any]:
        """The inputs as the provider wants them."""
        if old is None or self._anew(old, urn):
            return self._ask_check(goal, urn, {}, goal.inputs)
        return self._ask_check(goal, urn, old.inputs, steps.ignoring(goal.inputs, old.inputs, goal.ignore_changes))

    def _ask_check(self, goal: Goal, urn: str, olds: values.Properties, news: values.Properties) -> dict[str, Any]:
        inputs, failures = self._ask(urn, lambda: self.acts.host().check(urn, olds, news))
        if failures:
            self.executor.wait_turn(urn)
        for failure in failures:
            self.executor.fail(urn, _complaint(goal, failure.property, failure.reason, inputs))
        if failures:
            raise Refused
        return inputs

    def _difference(self, goal: Goal, old: Resource, new: Resource) -> Difference:
        if new.urn in self.registry.deleted:
            return Difference(changes=True)  # it has just gone: there is nothing to compare with
        if self._asked_for(old, new.urn):
            return Difference(changes=True, replaces=("id",))
        if new.deleted_with and new.deleted_with in self.registry.replaced:
            return Difference(changes=True, replaces=("deletedWith",))
        if old.custom != new.custom:
            return Difference(changes=True, replaces=("provider",))
        if not goal.custom:
            return Difference(changes=old.inputs != new.inputs)
        found = self._ask(new.urn, lambda: self.acts.host().diff(old, new.inputs, goal.ignore_changes))
        if found.changes is None:
            found = replace(found, changes=values.plain(dict(old.inputs)) != values.plain(dict(new.inputs)))
        return found

    def _ask(self, urn: str, question: Callable[[], T]) -> T:
        """A call that changes nothing: needs no slot, and its failure is the registration's."""
        self.executor.check_open()
        try:
            return question()
        except (ProviderError, HostLost) as error:
            self.executor.fail(urn, str(error))
            raise Refused from error

    def _delete_first(self, old_ref: str, old: Resource) -> None:
        """Delete a resource before its replacement is made, and before it whatever would be replaced because of it."""
        state = self.ledger.state()
        undecided = [one for one in steps.dependents(state, old_ref) if one[1].urn not in self.registry.decided]
        condemned = [
            (ref, one)
            for ref, one in reversed(steps.condemned(undecided, old, self._must_go))
            if one.urn not in self.registry.deleted
        ]
        for _, one in condemned:
            self.acts.refuse_condemned(one, old)
        self.registry.deleted |= {old.urn, *(one.urn for _, one in condemned)}
        for ref, _ in condemned:
            self.acts.delete_for_replacement(ref)
        if not old.pending_replacement:
            self.acts.delete_for_replacement(old_ref)

    def _must_go(self, resource: Resource, keys: set[str]) -> bool:
        inputs = {key: values.UNKNOWN if key in keys else value for key, value in resource.inputs.items()}
        found = self._ask(resource.urn, lambda: self.acts.host().diff(resource, inputs, resource.ignore_changes))
        return bool(found.replaces)

    # -- what is not targeted --------------------------------------------------------------------------------------

    def _taken(self, wanted: Resource) -> bool:
        with self.registry.lock:
            taken = self.setting.scope.takes(wanted.urn, wanted.needs())
        return taken or wanted.type == names.STACK_TYPE

    def _leave(self, goal: Goal, urn: str, old_ref: str) -> tuple[Resource, Answer]:
        """Leave a resource that is not targeted as it is; one that does not exist stays unmade."""
        old = self.ledger.resources.get(old_ref)
        if old is not None:
            return self.acts.keep(old_ref, replace(old, urn=urn)), Answer.DONE
        unmade = Resource(urn=urn, type=goal.type, custom=goal.custom)
        self.registry.skipped.add(urn)
        self.executor.at_once(started("same", None, unmade), lambda: None)
        return unmade, Answer.NOT_TARGETED

    def _spare(self, wanted: Resource, old_ref: str) -> Resource:
        """Leave what the state has of a resource alone, because it, or something that it needs, failed."""
        self.registry.spared.add(old_ref)
        return wanted

    def _check_skipped(self, wanted: Resource) -> None:
        for needed in wanted.needs():
            if needed in self.registry.skipped:
                said = f"Resource '{wanted.urn}' depends on '{needed}' which was not specified in --target list."
                self.executor.fail(wanted.urn, said)
                raise Refused

    # -- reads, outputs, the default provider ----------------------------------------------------------------------

    def read(self, lookup: Lookup) -> tuple[Resource, Answer]:
        """Look up a resource that somebody else owns. Reads run in previews too."""
        self.executor.check_open()
        with self.executor.busy(), self._claimed(lookup) as (urn, old_ref):
            old = self.ledger.resources.get(old_ref)
            wanted = Resource(
                urn=urn,
                type=lookup.type,
                custom=True,
                external=True,
                id=lookup.id,
                inputs=lookup.inputs,
                parent=lookup.parent,
                provider=self._default_provider(),
                dependencies=lookup.dependencies,
                additional_secret_outputs=lookup.additional_secret_outputs,
                created=old.created if old else "",
                modified=old.modified if old else "",
            )
            if not self.executor.lost.isdisjoint(wanted.needs()):
                self.executor.lost.add(urn)
                return self._spare(wanted, old_ref), Answer.SKIPPED
            try:
                return self.acts.look_up(wanted, old_ref), Answer.DONE
            except StepFailed:
                return self._spare(wanted, old_ref), Answer.FAILED

    def complete(self, urn: str, outputs: values.Properties) -> None:
        """Attach the outputs that a component, or the stack, registers.

        The stack may do so more than once: each call stands for all its outputs, and the last one counts. What is
        known is written down at once, so that outputs published early survive whatever comes later.
        """
        self._check_secrets(
            "The stack" if urn == self.registry.stack() else urn,
            values.contains(dict(outputs), values.Secret),
        )
        if urn == self.registry.stack():
            self._stack_outputs = outputs
            self.executor.tell(OutputsKnown(values.masked(dict(outputs))))
            ref = self.registry.refs[urn]
            self._attach(ref, {**self.ledger.resources[ref].outputs, **outputs})
        elif urn not in self.registry.skipped:
            self._attach(self.registry.complete(urn), outputs)

    def finish_outputs(self) -> None:
        """Settle the stack's outputs: only a run that went well may drop those that were not named again."""
        if self._stack_outputs is not None and self.executor.well:
            self._attach(self.registry.refs[self.registry.stack()], self._stack_outputs)

    def _attach(self, ref: str, outputs: values.Properties) -> None:
        resource = self.ledger.resources[ref]
        if resource.outputs != outputs:
            self.ledger.commit({ref: replace(resource, outputs=outputs)})

    def _check_secrets(self, who: str, present: bool) -> None:
        if present and not self.setting.may_keep_secrets:
            raise EngineError(f"{who} holds a secret, and this stack has no passphrase to keep it with.", hint=SET_IT)

    def _default_provider(self) -> str:
        """The reference of the provider that all dynamic resources share, registered with the first of them."""
        with self.registry.lock:
            if not self._provider:
                kind = names.PROVIDER_TYPE + DYNAMIC
                urn = self.registry.name("", kind, "default")
                self._provider = f"{urn}::{self._bring_provider(urn, kind).id}"
            return self._provider

    def _bring_provider(self, urn: str, kind: str) -> Resource:
        config, now = dict(self.setting.config), self.setting.now()
        new = Resource(urn=urn, type=kind, custom=True, inputs=config, outputs=config, created=now, modified=now)
        old_ref = self.registry.old(urn)
        old = self.ledger.resources.get(old_ref)
        made = replace(new, id=old.id, created=old.created) if old else replace(new, id=str(uuid.uuid4()))
        if old and old.inputs == config:
            return self.acts.keep(old_ref, replace(made, modified=old.modified))
        ref = self.ledger.new()
        step = started("update" if old else "create", old, made)
        self.executor.at_once(step, lambda: self.acts.settle({ref: made}, (old_ref,) if old else (), ref))
        return made


def _wanted(goal: Goal, urn: str, inputs: dict[str, Any], provider: str) -> Resource:
    return Resource(
        urn=urn,
        type=goal.type,
        custom=goal.custom,
        inputs=inputs,
        parent=goal.parent,
        provider=provider,
        dependencies=goal.dependencies,
        property_dependencies=dict(sorted(goal.property_dependencies.items())),
        protect=goal.protect,
        retain_on_delete=goal.retain_on_delete,
        deleted_with=goal.deleted_with,
        additional_secret_outputs=goal.additional_secret_outputs,
        ignore_changes=goal.ignore_changes,
        replace_on_changes=goal.replace_on_changes,
        hide_diff=goal.hide_diff,
        custom_timeouts=goal.custom_timeouts,
        import_id=goal.import_id,
    )


def _complaint(goal: Goal, path: str, reason: str, inputs: values.Properties) -> str:
    where = f"{goal.type} resource '{goal.name}'"
    if not path:
        return f"{where} has a problem: {reason}"
    value = values.masked(inputs.get(path))
    said = f" value {{{value}}}" if isinstance(value, str | int | float) else ""
    return f"{where}: property {path}{said} has a problem: {reason}"
