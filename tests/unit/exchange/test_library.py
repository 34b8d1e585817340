"""Files: which are read, and the one clear message for each that is not."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from reelstack.errors import ConfigError
from reelstack.exchange import library


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("cut.otio", b"", "is empty"),
        ("cut.otio", b"not json", "cannot be read as otio"),
        ("cut.otio", b"[]", "holds no timeline"),
        ("cut.otio", b'{"a": ' * 100_000 + b"1" + b"}" * 100_000, "nested more than 200 deep"),
        ("cut.xml", b"<xmeml", "cannot be read as xml"),
        ("cut.fcpxml", b"<fcpxml/>", "cannot be read as fcpxml|holds no timeline"),
        ("cut.edl", b"001 A V", "cannot be read as edl"),
        ("cut.aaf", b"nothing of the kind", "is no AAF"),
        ("cut.mov", b"video", r"no such format is known; there are \.otio, \.edl"),
    ],
)
def test_a_file_that_is_no_cut_is_refused_in_one_message(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    with pytest.raises(ConfigError, match=said) as refused:
        library.read(file, rate=25)
    assert len(refused.value.message.splitlines()) == 1


def test_entities_that_multiply_are_not_unfolded(tmp_path: Path) -> None:
    bomb = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    (tmp_path / "cut.xml").write_text(f'<!DOCTYPE x [<!ENTITY a0 "ha">{bomb}]><xmeml>&a11;</xmeml>')
    with pytest.raises(ConfigError, match="cannot be read as xml"):
        library.read(tmp_path / "cut.xml")


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "cut.otio").open("wb") as file:
        file.truncate(50_000_000)
    with pytest.raises(ConfigError, match="is larger than 32 MB"):
        library.read(tmp_path / "cut.otio")


def test_a_named_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "cut.otio")
    with pytest.raises(ConfigError, match="is no regular file"):
        library.read(tmp_path / "cut.otio")


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="No such file"):
        library.read(tmp_path / "cut.otio")


def test_an_edl_needs_its_rate(tmp_path: Path) -> None:
    (tmp_path / "cut.edl").write_text("TITLE: x\n")
    with pytest.raises(ConfigError, match="how many frames a second has") as refused:
        library.read(tmp_path / "cut.edl")
    assert refused.value.hint == "Say it: --rate 25."


def test_without_the_extra_the_command_says_what_to_install(tmp_path: Path) -> None:
    """The rest of the command line does not need it."""
    hidden = "import sys; sys.modules['opentimelineio'] = None; from reelstack.cli import main; main()"
    run = [sys.executable, "-c", hidden, "cut", "import", str(tmp_path / "cut.otio")]
    done = subprocess.run(run, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert "pip install 'reelstack[otio]', in a clone pip install '.[cloud,otio]'" in done.stderr.replace("`", "")
