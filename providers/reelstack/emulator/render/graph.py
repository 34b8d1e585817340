"""Filter graphs of libavfilter, built step by step, and the one that turns a material into layer pictures.

Every picture that leaves this module is limited-range BT.709, tagged as such, with square pixels. Without that a single
full-range PNG makes filter negotiation turn the whole output full range, and the tags then lie about its colours.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from itertools import repeat
from pathlib import Path
from typing import Self

from av import VideoFrame
from av.filter import Graph
from av.filter.context import FilterContext

from reelstack.emulator.render.geometry import Size
from reelstack.emulator.render.model import Clip, MediaFacts, Placement

OPAQUE, ALPHA = "yuv420p", "yuva420p"
TAGS = {"range": "tv", "colorspace": "bt709", "color_primaries": "bt709", "color_trc": "bt709"}
SEEK_MARGIN = Fraction(1, 2)
"""Seconds that are decoded before the wanted moment: a seek goes by decoding time, which B-frames set off."""
THREADS = 2
"""Of a graph and the decoder in it. Fixed, because memory grows with them: by default as many as there are cores."""
BLUR_SCALE = 8
"""A blurred background is made this many times smaller before it is blurred: cheaper, and smoother."""


Pictures = Iterator[VideoFrame]


class Chain:
    """The output of a filter, to which the next one is added."""

    def __init__(self, graph: Graph, context: FilterContext, pad: int = 0) -> None:
        self.graph = graph
        self.context = context
        self.pad = pad

    @classmethod
    def start(cls, graph: Graph, name: str, **options: object) -> Self:
        """Begin with a source filter."""
        return cls(graph, graph.add(name, **{key: str(value) for key, value in options.items()}))

    def then(self, name: str, *others: Chain, **options: object) -> Chain:
        """Add a filter; `others` go to its further inputs."""
        context = self.graph.add(name, **{key: str(value) for key, value in options.items()})
        for index, chain in enumerate((self, *others)):
            chain.context.link_to(context, chain.pad, index)
        return Chain(self.graph, context)

    def split(self) -> tuple[Chain, Chain]:
        """Continue twice."""
        both = self.then("split")
        return both, Chain(self.graph, both.context, 1)

    def tagged(self, pixels: str) -> Chain:
        """Bring a picture to our colours, and say so."""
        scaled = self.then("scale", w="iw", h="ih", out_range="tv", out_color_matrix="bt709")
        return scaled.then("format", pix_fmts=pixels).then("setsar", sar=1).then("setparams", **TAGS)

    def pictures(self) -> Iterator[VideoFrame]:
        """Run the graph; ends when the sources do."""
        pull = self.sink()
        while True:
            try:
                yield pull()
            except EOFError:
                return

    def sink(self) -> Callable[[], VideoFrame]:
        """Finish the graph and return what pulls its next picture."""
        context = self.then("buffersink").context
        graph = self.graph
        graph.configure()

        def pull() -> VideoFrame:
            assert graph.configured  # keeps the graph alive: the context alone does not
            frame = context.pull()
            assert isinstance(frame, VideoFrame)
            return frame

        return pull


def new() -> Graph:
    """An empty graph."""
    graph = Graph()
    graph.threads = THREADS
    return graph


def feed(graph: Graph, size: Size, pixels: str, fps: Fraction) -> Chain:
    """Begin with pictures that are pushed into the graph, already in our colours."""
    return Chain.start(
        graph,
        "buffer",
        video_size=f"{size.width}x{size.height}",
        pix_fmt=pixels,
        time_base=1 / fps,
        frame_rate=fps,
        pixel_aspect="1/1",
        colorspace="bt709",
        range="tv",
    )


def plain(size: Size, color: str = "black", pixels: str = OPAQUE) -> VideoFrame:
    """One picture of a single colour, `black@0` for a transparent one."""
    return next(colored(new(), size, color, pixels).pictures())


def colored(graph: Graph, size: Size, color: str, pixels: str, fps: Fraction = Fraction(25)) -> Chain:
    """Begin with endless pictures of a single colour."""
    source = Chain.start(graph, "color", color=color, size=f"{size.width}x{size.height}", rate=fps)
    # Asked for at once, because in between the transparency would be lost.
    return source.then("format", pix_fmts=pixels).tagged(pixels)


class Layers:
    """Makes the pictures of clips: how a material's frames come to lie on the output."""

    def __init__(self, canvas: Size, fps: Fraction) -> None:
        self._canvas = canvas
        self._fps = fps

    def pictures(self, clip: Clip, path: Path, facts: MediaFacts, *, pixels: str, whole: bool) -> Iterator[VideoFrame]:
        """A clip's pictures, one a frame and without end: the last one is repeated.

        They have the size of the clip's placement, or of the output when `whole`; with OPAQUE pixels the rest is
        background.
        """
        if facts.kind == "image":
            still = self._finish(self._source(path, facts), clip, facts, pixels, whole=whole)
            yield from repeat(next(still.pictures()))
        moving = self._finish(self._moving(path, facts, clip), clip, facts, pixels, whole=whole)
        begun = False
        for frame in moving.then("tpad", stop=-1, stop_mode="clone").pictures():
            begun = True
            yield frame
        if not begun:  # the sound goes on after the last picture, and the clip lies in that part
            yield from repeat(self._last(clip, path, facts, pixels, whole=whole))

    def _last(self, clip: Clip, path: Path, facts: MediaFacts, pixels: str, *, whole: bool) -> VideoFrame:
        source = self._source(path, facts, clip.in_point)
        tail = deque(self._finish(source, clip, facts, pixels, whole=whole).pictures(), maxlen=1)
        size = self._canvas if whole else Size(clip.placement.width, clip.placement.height)
        return tail[0] if tail else plain(size, "black" if pixels == OPAQUE else "black@0", pixels)

    def _source(self, path: Path, facts: MediaFacts, seek: Fraction = Fraction(0)) -> Chain:
        """Open the file with the one demuxer that `probe` found: no playlist can lead to another file."""
        options = {"seek_point": f"{float(seek):.6f}"} if seek > 0 else {}
        source = Chain.start(new(), "movie", filename=path.resolve(), format_name=facts.demuxer, **options)
        for turn in {90: ("clock",), 180: ("clock", "clock"), 270: ("cclock",)}.get(facts.rotation, ()):
            source = source.then("transpose", dir=turn)
        return source.then("setparams", colorspace=facts.matrix) if facts.matrix else source

    def _moving(self, path: Path, facts: MediaFacts, clip: Clip) -> Chain:
        start = float(clip.in_point) + facts.start
        source = self._source(path, facts, clip.in_point - SEEK_MARGIN)
        # One more frame at the end, because the fps filter swallows the last.
        return (
            source.then("tpad", stop=1, stop_mode="clone")
            .then("setpts", expr=f"(PTS-{start:.6f}/TB)/{float(clip.speed):.6f}")
            .then("fps", fps=self._fps, start_time=0, round="near")
        )

    def _finish(self, source: Chain, clip: Clip, facts: MediaFacts, pixels: str, *, whole: bool) -> Chain:
        place = clip.placement
        blend = facts.has_alpha or clip.opacity < 1
        if not whole:
            return self._fade(_fit(source, place, pixels), clip)
        full = (place.width, place.height) == (self._canvas.width, self._canvas.height)
        if pixels == OPAQUE and full and not blend:
            return _fit(source, place, OPAQUE)
        return self._onto_background(source, clip, pixels)

    def _onto_background(self, source: Chain, clip: Clip, pixels: str) -> Chain:
        place = clip.placement
        if pixels == OPAQUE and clip.background and clip.background.kind == "blur":
            source, copy = source.split()
            background = self._blurred(copy)
        else:
            color = clip.background.color if clip.background else "black"
            background = colored(
                source.graph, self._canvas, color if pixels == OPAQUE else "black@0", pixels, self._fps
            )
        layer = self._fade(_fit(source, place, ALPHA), clip)
        return background.then("overlay", layer, x=place.x, y=place.y, format="yuv420", shortest=1).tagged(pixels)

    def _blurred(self, source: Chain) -> Chain:
        width, height = self._canvas.width, self._canvas.height
        small = source.then(
            "scale",
            w=max(2, width // BLUR_SCALE),
            h=max(2, height // BLUR_SCALE),
            force_original_aspect_ratio="increase",
        ).then("crop", w=max(2, width // BLUR_SCALE), h=max(2, height // BLUR_SCALE))
        return small.then("gblur", sigma=3).then("scale", w=width, h=height).tagged(OPAQUE)

    def _fade(self, layer: Chain, clip: Clip) -> Chain:
        return layer.then("lutyuv", a=f"val*{clip.opacity:.4f}") if clip.opacity < 1 else layer


def _fit(source: Chain, place: Placement, pixels: str) -> Chain:
    """Cut out the part that is shown and scale it to its place."""
    left, top = float(place.left), float(place.top)
    width, height = float(place.right) - left, float(place.bottom) - top
    if (width, height) != (1, 1):
        source = source.then(
            "crop",
            w=f"max(1,round(iw*{width:.6f}))",
            h=f"max(1,round(ih*{height:.6f}))",
            x=f"round(iw*{left:.6f})",
            y=f"round(ih*{top:.6f})",
            exact=1,
        )
    scaled = source.then("scale", w=place.width, h=place.height, out_range="tv", out_color_matrix="bt709")
    return scaled.then("format", pix_fmts=pixels).then("setsar", sar=1).then("setparams", **TAGS)


def through(sources: Sequence[Chain], result: Chain, feeds: Sequence[Pictures], frames: int, fps: Fraction) -> Pictures:
    """Push that many pictures of every feed through a graph, and yield as many."""
    pull = result.sink()
    given = 0
    for index in range(frames):
        for source, pictures in zip(sources, feeds, strict=True):
            frame = next(pictures)
            frame.pts, frame.time_base = index, 1 / fps
            source.context.push(frame)
        for picture in _ready(pull):
            given += 1
            yield picture
    for source in sources:
        source.context.push(None)
    for picture in _ready(pull):
        given += 1
        yield picture
    assert given == frames, f"a graph gave {given} pictures for {frames}"


def _ready(pull: Callable[[], VideoFrame]) -> Pictures:
    while True:
        try:
            yield pull()
        except (BlockingIOError, EOFError):
            return
