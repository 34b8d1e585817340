"""A sample pull request: it inserts a clip, changes two captions, adds a locale and removes a video.

`python tests/kit/sample.py DIR` writes its review as Markdown and HTML there; where REELSTACK_CLOUD_DIR names a local
cloud that runs, with frames. `docs/sample-review.md` is what it writes; a test holds the two together.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from reelstack.clouds import local

ROOT = Path(__file__).parents[2]
CAMPAIGN = "stacks/campaigns/small-wonders.yaml"
SHOWN = "docs/sample-review.md"
_WHEN = "2026-03-01T12:00:00Z"
_GIT = {
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_SYSTEM": "/dev/null",
    **{
        f"GIT_{who}_{what}": text
        for who in ("AUTHOR", "COMMITTER")
        for what, text in (("NAME", "Editor"), ("EMAIL", "editor@example.com"), ("DATE", _WHEN))
    },
}

CLIP = """      - clip: street
        in: 1s
        out: 4s
        transition: {type: wipeleft, duration: 0.4s}
"""
INSERTED = """      - clip: passenger
        in: 0s
        out: 3s
        transition: {type: fade, duration: 0.5s}
"""
REMOVED = "  commute-story:\n    project: commute\n    size: 360x640\n"
GERMAN = {
    "A small wonder before breakfast": "Ein kleines Wunder vor dem Frühstück",
    "text: Small wonders, big city": "text: Kleine Wunder, große Stadt",
    "Take the slow way to work.": "Nimm den langsamen Weg zur Arbeit.",
    r"Spring on two wheels\nfrom 21 March": r"Frühling auf zwei Rädern\nab 21. März",
}


def changed(campaign: str) -> str:
    """The campaign as the pull request leaves it."""
    text = replaced(campaign, CLIP, CLIP + INSERTED)
    text = replaced(text, "text: Small wonders\n", "text: Small wonders, big city\n")
    text = replaced(text, "Take the long way to work.", "Take the slow way to work.")
    morning = text[text.index("  morning:\n") : text.index("\n  commute:\n")]
    german = morning.replace("  morning:", "  morning-de:")
    for ours, theirs in GERMAN.items():
        german = replaced(german, ours, theirs)
    text = replaced(text, "\n  commute:\n", f"\n{german}\n  commute:\n")
    story = "  morning-story-de:\n    project: morning-de\n    size: 1080x1920\n"
    return replaced(text, REMOVED, story)


def replaced(text: str, old: str, new: str) -> str:
    assert text.count(old) == 1, old
    return text.replace(old, new)


def repository(root: Path) -> Path:
    """A repository with two commits: what `main` has, and what the pull request makes of it."""
    (root / CAMPAIGN).parent.mkdir(parents=True)
    for file in ("Pulumi.yaml", "stacks/Pulumi.local.yaml", CAMPAIGN):
        shutil.copy(ROOT / file, root / file)
    git(root, "init", "--quiet", "--initial-branch", "main")
    commit(root, "The spring campaign")
    campaign = root / CAMPAIGN
    campaign.write_text(changed(campaign.read_text(encoding="utf-8")), encoding="utf-8")
    commit(root, "A busier morning, and in German")
    return root


def commit(root: Path, message: str) -> None:
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--no-gpg-sign", "--message", message)


def git(root: Path, *command: str) -> None:
    subprocess.run(["git", *command], cwd=root, env=os.environ | _GIT, check=True, capture_output=True)


def main(out: Path) -> None:
    root = repository(out / "repository")
    asked = [sys.executable, "-m", "reelstack", "diff", "HEAD~1", "HEAD", "--cwd", str(root), "--stack", "local"]
    frames = ["--frames"] if local.DIRECTORY_VARIABLE in os.environ else []
    for form, more in (
        ("markdown", []),
        ("markdown", ["--pictures", str(out / "pictures"), *frames]),
        ("html", frames),
        ("json", []),
    ):
        name = f"review{'-with-pictures' if '--pictures' in more else ''}.{'md' if form == 'markdown' else form}"
        subprocess.run([*asked, "--format", form, "--out", str(out / name), *more], check=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
