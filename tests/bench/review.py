"""A thousand videos read, checked, expanded and compared; the review of a hundred changed projects.

Processor time, and the most memory that the process held.
"""

from __future__ import annotations

import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from reelstack.cli import sides
from reelstack.preview import comment, compare, page, picture
from reelstack.preview.plan import Plan
from reelstack.preview.side import Side

VIDEOS = 1_000
LOCALES, SIZES = 100, 5
PER_FILE = 100
CHANGED = 100
CLIPS = 8


def main() -> None:
    with tempfile.TemporaryDirectory() as scratch:
        old, new = Path(scratch) / "old", Path(scratch) / "new"
        write(old, changed=0)
        write(new, changed=CHANGED)
        matrix = Path(scratch) / "matrix"
        write_matrix(matrix)
        cells: list[Side] = []
        row("load, validate and expand a matrix of 1,000 cells", timed(lambda: cells.append(declared(matrix))))
        assert len(cells[0].films) == 2 * LOCALES * SIZES == 1_000
        before: list[Side] = []
        row(
            f"load, validate and expand {VIDEOS:,} videos, each its own cut",
            timed(lambda: before.append(declared(old))),
        )
        row("the same again, one file of ten changed", timed(lambda: before.append(declared(new))))
    found: list[Plan] = []
    spent = timed(lambda: found.append(compare.compare(*before, project="p", stack="s")))
    row(f"compare them, {CHANGED} projects changed", spent)
    assert found[0].bill.renders == len(found[0].projects) == CHANGED
    row(f"review of {CHANGED} projects as Markdown", timed(lambda: comment.render(found[0])))
    row(f"review of {CHANGED} projects as HTML, with pictures", timed(lambda: page.render(found[0])))
    row(f"{CHANGED} pictures as SVG", timed(lambda: [picture.draw(one) for one in found[0].projects]))
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{'memory at most':<58}{most:>9.0f} MB", flush=True)


def declared(root: Path) -> Side:
    return sides.declared(root, root.name, None, "ims")


def write(root: Path, changed: int) -> None:
    """Campaigns of a hundred videos each; in the changed ones a clip is inserted and a caption says something else."""
    folder = root / "stacks" / "campaigns"
    folder.mkdir(parents=True)
    (root / "Pulumi.yaml").write_text("name: p\nruntime: python\nmain: stacks/\n")
    for file in range(VIDEOS // PER_FILE):
        names = range(file * PER_FILE, (file + 1) * PER_FILE)
        projects = "\n".join(project(index, changed=index < changed) for index in names)
        videos = "\n".join(f"  v{index}: {{project: p{index}, size: 1280x720}}" for index in names)
        sources = "sources: {a: media-a, b: media-b}"
        text = f"campaign: c{file}\n{sources}\nprojects:\n{projects}\nvideos:\n{videos}\n"
        (folder / f"c{file}.yaml").write_text(text)


def write_matrix(root: Path) -> None:
    """One video in a hundred locales, five sizes and two lengths; one size has captions of its own."""
    folder = root / "stacks" / "campaigns"
    (folder / "texts").mkdir(parents=True)
    (root / "Pulumi.yaml").write_text("name: p\nruntime: python\nmain: stacks/\n")
    names = [f"l{number}" for number in range(LOCALES)]
    rows = [["text", *names], *([key, *(f"{key} {name}" for name in names)] for key in ("headline", "cta"))]
    (folder / "texts" / "t.csv").write_text("".join(",".join(each) + "\n" for each in rows))
    cut = project(0, changed=False).replace("Hello 0", "{headline}")
    sizes = ", ".join(f"s{number}: {720 + 2 * number}x1280" for number in range(SIZES))
    axes = f"{{locale: [{', '.join(names)}], size: {{{sizes}}}, length: {{full: , short: 6s}}}}"
    cells = "{s0: {caption: {size: 60}}, l7-s1: {texts: {headline: Own}}}"
    video = f"  v: {{project: p0, variants: {axes}, texts: texts/t.csv, cells: {cells}}}"
    text = f"campaign: m\nsources: {{a: media-a}}\nprojects:\n{cut}\nvideos:\n{video}\n"
    (folder / "m.yaml").write_text(text)


def project(index: int, *, changed: bool) -> str:
    clips = [f"{{clip: a, in: {at}s, out: {at + 2}s}}" for at in range(CLIPS)]
    if changed:
        clips.insert(1, "{clip: b, out: 3s}")
    text = f"Hello {index}{'!' if changed else ''}"
    captions = f"[{{text: '{text}', at: 1s, length: 2s}}]"
    return f"  p{index}:\n    title: Cut {index}\n    video: [{', '.join(clips)}]\n    captions: {captions}"


def timed(work: Callable[[], object]) -> float:
    begin = time.process_time()
    work()
    return time.process_time() - begin


def row(what: str, seconds: float) -> None:
    print(f"{what:<58}{seconds:>10.2f} s", flush=True)


if __name__ == "__main__":
    main()
