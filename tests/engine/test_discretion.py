"""What a run tells holds no secret that it knows of, whoever quotes it."""

from __future__ import annotations

import json

import pytest

from engine.playground import Playground
from reelstack.engine.discretion import Discretion
from reelstack.engine.values import Secret

KEY = '-----BEGIN KEY-----\n"abcdefghij" wörd\n'


@pytest.mark.parametrize(
    ("secret", "said", "told"),
    [
        ("hush", "is 'hush' right? hush!", "is '[secret]' right? [secret]!"),
        ("a long secret of more than a few words", "'a long secret of more than a f…'", "'[secret]…'"),
        (
            "a long secret of more than a few words",
            "'a long secret of more ... f more than a few words'",
            "'[secret]... [secret]'",
        ),
        ("a long secret of more than a few words", "a…t of more than a few words", "a…[secret]"),
        ("no", "no such thing", "no such thing"),
        (KEY, f"bad {KEY!r}!", "bad '[secret]'!"),
        (KEY, f"bad {json.dumps(KEY)}!", 'bad "[secret]"!'),
        (KEY, f"line 2 is {KEY.splitlines()[1]}", "line 2 is [secret]"),
        ({"clip": ["Text", "hushhush"]}, "Text: hushhush", "Text: [secret]"),
    ],
)
def test_a_secret_is_masked_where_it_is_quoted(secret: object, said: str, told: str) -> None:
    discretion = Discretion()
    discretion.learn({"a": [Secret(secret)]})
    assert discretion.text(said) == told


def test_of_two_secrets_that_begin_alike_nothing_is_left() -> None:
    discretion = Discretion()
    discretion.learn([Secret("hush"), Secret("hushhush")])
    assert discretion.text("hushhush, hush") == "[secret], [secret]"


def test_what_a_provider_says_of_a_secret_is_told_without_it(secret_play: Playground) -> None:
    result = secret_play.up('Thing("a", Output.secret("explode"))\n')
    assert result.errors[0].endswith("the cloud refused label '[secret]'")
    assert "explode" not in repr(secret_play.events) + repr(result)
