"""Single pictures of a plan, without a video: what a reviewer sees of the seconds that change. Called by `__main__`.

Nothing is encoded, and few pictures a second are drawn: those that are asked for are the nearest of these.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import islice

from PIL import Image

from reelstack.emulator.render.model import RenderPlan
from reelstack.emulator.render.picture import Material, Stage

PER_SECOND = Fraction(5)
LARGEST = (480, 360)
QUALITY = 82


def draw(plan: RenderPlan, materials: Mapping[str, Material], at: Sequence[float]) -> dict[float, bytes]:
    """The pictures that are seen at these seconds, small, as JPEG; none for what lies behind the end."""
    wanted = {second: int(second * plan.fps) for second in at if 0 <= second * plan.fps < plan.frames}
    pictures = Stage(plan, materials, lambda _: None).pictures()
    last = max(wanted.values(), default=-1)
    drawn: dict[int, bytes] = {}
    for index, picture in enumerate(islice(pictures, last + 1)):
        if index in wanted.values():
            drawn[index] = _jpeg(Image.fromarray(picture.to_ndarray(format="rgb24")))
    return {second: drawn[index] for second, index in wanted.items() if index in drawn}


def _jpeg(image: Image.Image) -> bytes:
    image.thumbnail(LARGEST)
    written = io.BytesIO()
    image.save(written, "JPEG", quality=QUALITY)
    return written.getvalue()
