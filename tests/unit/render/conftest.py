"""Sources that render tests share, made once."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from unit.render import samples


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Three clips of one colour each, the blue one silent at 29.97 fps, and three images."""
    folder = tmp_path_factory.mktemp("sources")
    return {
        "red": samples.write_clip(folder / "red.mp4", samples.RED, tone=440),
        "green": samples.write_clip(folder / "green.mp4", samples.GREEN, tone=660),
        "blue": samples.write_clip(folder / "blue.mp4", samples.BLUE, fps=Fraction(30000, 1001), tone=None),
        "logo": samples.write_image(folder / "logo.png", (255, 220, 0, 255)),
        "glass": samples.write_image(folder / "glass.png", (255, 255, 255, 128)),
        "photo": samples.write_image(folder / "photo.jpg", (220, 120, 40)),
    }
