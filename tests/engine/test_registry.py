"""The registry's locks."""

from __future__ import annotations

from threading import Thread

from reelstack.engine.registry import Registry


def test_a_step_can_end_while_a_decision_waits_for_its_slot() -> None:
    registry = Registry("scenarios", "dev")
    with registry.lock:  # as it is while a resource is deleted ahead of its replacement
        step = Thread(target=registry.settle, args=("urn", "n1"), daemon=True)
        step.start()
        step.join(10)
        assert registry.refs == {"urn": "n1"}
