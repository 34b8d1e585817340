"""The cover of a finished video: one of its pictures, as a JPEG. Called by `__main__` after the render."""

from __future__ import annotations

from pathlib import Path

import av
from PIL import Image


def write(video: Path, target: Path, *, at: float = 0.0) -> bool:
    """Write the picture that is seen at `at` seconds, the last one when the video is shorter; false for sound only."""
    with av.open(str(video)) as container:
        if not container.streams.video:
            return False
        seen = None
        for frame in container.decode(video=0):
            seen = frame
            if (frame.time or 0.0) >= at:
                break
        if seen is None:
            return False
        Image.fromarray(seen.to_ndarray(format="rgb24")).save(target, "JPEG", quality=90)
    return True
