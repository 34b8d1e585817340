"""What users' states hold of our providers: an address of a few bytes that must lead here for ever."""

from __future__ import annotations

import base64
import pickle
import pickletools
import subprocess
import sys

import pytest
from pulumi.dynamic.dynamic import serialize_provider

from reelstack.resources.approval import ApprovalProvider
from reelstack.resources.bridge import Provider
from reelstack.resources.delivery import DeliveryProvider
from reelstack.resources.editing_project import EditingProjectProvider
from reelstack.resources.identity import StackIdentityProvider
from reelstack.resources.intent import SubmissionIntentProvider
from reelstack.resources.produce_job import ProduceJobProvider
from reelstack.resources.vod_edit_task import VodEditTaskProvider

# As they are in states. A change here orphans every stack that was ever deployed.
FROZEN = {
    StackIdentityProvider: (
        "gASVPQAAAAAAAACMHHJlZWxzdGFjay5yZXNvdXJjZXMuaWRlbnRpdHmUjBVTdGFja0lkZW50aXR5UHJvdmlkZXKUk5QpgZQu"
    ),
    ApprovalProvider: ("gASVOAAAAAAAAACMHHJlZWxzdGFjay5yZXNvdXJjZXMuYXBwcm92YWyUjBBBcHByb3ZhbFByb3ZpZGVylJOUKYGULg=="),
    EditingProjectProvider: (
        "gASVRQAAAAAAAACMI3JlZWxzdGFjay5yZXNvdXJjZXMuZWRpdGluZ19wcm9qZWN0lIwWRWRpdGluZ1Byb2plY3RQcm92aWRlcpSTlCmBlC4="
    ),
    ProduceJobProvider: (
        "gASVPQAAAAAAAACMH3JlZWxzdGFjay5yZXNvdXJjZXMucHJvZHVjZV9qb2KUjBJQcm9kdWNlSm9iUHJvdmlkZXKUk5QpgZQu"
    ),
    SubmissionIntentProvider: (
        "gASVPgAAAAAAAACMGnJlZWxzdGFjay5yZXNvdXJjZXMuaW50ZW50lIwYU3VibWlzc2lvbkludGVudFByb3ZpZGVylJOUKYGULg=="
    ),
    VodEditTaskProvider: (
        "gASVQAAAAAAAAACMIXJlZWxzdGFjay5yZXNvdXJjZXMudm9kX2VkaXRfdGFza5SME1ZvZEVkaXRUYXNrUHJvdmlkZXKUk5QpgZQu"
    ),
    DeliveryProvider: ("gASVOAAAAAAAAACMHHJlZWxzdGFjay5yZXNvdXJjZXMuZGVsaXZlcnmUjBBEZWxpdmVyeVByb3ZpZGVylJOUKYGULg=="),
}
PROVIDERS = pytest.mark.parametrize("provider", FROZEN)


@PROVIDERS
def test_a_provider_is_written_into_states_as_it_always_was(provider: type[Provider]) -> None:
    assert serialize_provider(provider()) == FROZEN[provider]


@PROVIDERS
def test_what_is_in_a_state_leads_to_the_provider(provider: type[Provider]) -> None:
    assert type(pickle.loads(base64.b64decode(FROZEN[provider]))) is provider


@PROVIDERS
def test_a_provider_is_an_address_without_code_or_attributes(provider: type[Provider]) -> None:
    pickled = base64.b64decode(FROZEN[provider])
    assert len(pickled) < 100
    texts = [argument for _, argument, _ in pickletools.genops(pickled) if isinstance(argument, str)]
    assert texts == [provider.__module__, provider.__qualname__]
    assert vars(provider()) == {}


@PROVIDERS
def test_a_provider_is_no_secret_in_the_state(provider: type[Provider]) -> None:
    assert provider.serialize_as_secret_always is False


ASK = """
import builtins, importlib, os, socket, sys, threading
modules = sys.argv[1:]
for module in modules:
    importlib.import_module(module)
before = dict(os.environ)

def audit(event, args):
    written = event == "open" and isinstance(args[1], str) and set(args[1]) & set("wax+")
    if written or event.startswith(("socket.", "subprocess.", "os.system", "os.exec", "os.mkdir", "os.remove")):
        print(event, args)

sys.addaudithook(audit)
for module in modules:
    for name in [name for name in sys.modules if name.partition(".")[0] == "reelstack"]:
        del sys.modules[name]
    importlib.import_module(module)
print([thread.name for thread in threading.enumerate()], dict(os.environ) == before, hasattr(sys, "tracebacklimit"))
"""


def test_importing_a_providers_module_does_nothing() -> None:
    ask = [sys.executable, "-B", "-c", ASK, *(provider.__module__ for provider in FROZEN)]
    done = subprocess.run(ask, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "['MainThread'] True False\n"
    assert done.stderr == ""
