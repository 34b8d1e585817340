"""The plan as one HTML page: no scripts, nothing loaded, pictures inline, light or dark as the viewer likes it."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from html import escape

from reelstack.preview import frames, picture, words
from reelstack.preview.plan import SIGNS, Fate, Plan, ProjectPlan, VideoPlan

_STYLE = """
:root{color-scheme:light dark;--page:#fff;--ink:#1f2328;--soft:#59636e;--line:#d1d9e0;--card:#f6f8fa;
--new:#1a7f37;--anew:#9a6700;--removed:#cf222e;--changed:#9a6700}
@media(prefers-color-scheme:dark){:root{--page:#0d1117;--ink:#e6edf3;--soft:#9198a1;--line:#3d444d;--card:#151b23;
--new:#3fb950;--anew:#d29922;--removed:#f85149;--changed:#d29922}}
*{box-sizing:border-box}
body{font:15px/1.5 system-ui,sans-serif;background:var(--page);color:var(--ink);max-width:1000px;margin:0 auto;
padding:24px}
h1{font-size:24px;margin:0 0 4px}h2{font-size:17px;margin:0}.soft{color:var(--soft)}
code{font:13px ui-monospace,monospace;background:var(--card);border-radius:4px;padding:1px 5px;overflow-wrap:anywhere}
.cards{display:flex;flex-wrap:wrap;gap:12px;margin:18px 0}
.card{border:1px solid var(--line);border-radius:8px;background:var(--card);padding:10px 16px;min-width:120px}
.card b{display:block;font-size:22px;line-height:1.25}.card span{color:var(--soft);font-size:13px}
.lost,.note{border-left:4px solid var(--removed);background:var(--card);border-radius:4px;
padding:8px 14px;margin:10px 0}
.note{border-color:var(--anew)}
table{border-collapse:collapse;width:100%;margin:18px 0;font-size:14px}
th{text-align:left;color:var(--soft);font-weight:600}th,td{padding:6px 10px 6px 0;border-bottom:1px solid var(--line);
vertical-align:top}
td.n{white-space:nowrap;font-variant-numeric:tabular-nums}
.new{color:var(--new)}.anew{color:var(--anew)}.removed{color:var(--removed)}.changed{color:var(--changed)}
section{border:1px solid var(--line);border-radius:8px;margin:18px 0;overflow:hidden}
section>header{background:var(--card);border-bottom:1px solid var(--line);padding:10px 14px}
.shots{display:flex;flex-wrap:wrap;gap:12px;padding:10px 14px}.shots>div{flex:1 1 200px;max-width:300px}
figure{margin:4px 0}figure img{max-width:100%;max-height:240px;border-radius:4px;display:block}
figcaption{color:var(--soft);font-size:12px}.said{padding:0 14px;margin:0 0 8px;font-size:13px}
section svg{display:block;width:100%;height:auto}
pre{margin:0;padding:10px 14px;border-top:1px solid var(--line);font:13px/1.6 ui-monospace,monospace;
white-space:pre-wrap;overflow-wrap:anywhere}
footer{color:var(--soft);font-size:13px;margin-top:24px}
"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
_LINES = {"+": "new", "-": "removed", "~": "changed"}
# The pictures' own rules stand once in the page's head.
_OWN_STYLE = re.compile(r"<style>.*?</style>", re.DOTALL)


def render(plan: Plan, taken: frames.Taken | None = None) -> str:
    """The whole page. `taken` are frames of the videos, where there are some."""
    where = f"{_code(plan.before)} → {_code(plan.after)}"
    said = words.headline(plan)
    title = f"Reelstack: {said}"
    named = escape(f"{plan.project}/{plan.stack}" if plan.stack else plan.project)
    body = [f"<h1>{escape(said[:1].upper() + said[1:])}</h1><p class=soft>{named} · {where}</p>"]
    if plan:
        body += [] if plan.is_untold else [_cards(plan)]
        body += [*_lost(plan), *(_note(escape(one)) for one in plan.warnings), _table(plan)]
    if plan.drift:
        listed = "".join(f"<li>{escape(line)}</li>" for line in plan.drift)
        body.append(
            _note(f"Apart from this change, what is deployed is not what {where} begins with:<ul>{listed}</ul>")
        )
    body += [_section(project, (taken or {}).get(project.name)) for project in plan.projects]
    service = f"Service {escape(plan.service)}. " if plan.service else ""
    body.append(f"<footer>{service}{plan.unchanged} unchanged. {words.NOT_A_PRICE}</footer>")
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width"><meta name="referrer" content="no-referrer">'
        f"<title>{escape(title)}</title><style>{_STYLE}{picture.STYLE}</style></head><body>{''.join(body)}</body></html>\n"
    )


def _cards(plan: Plan) -> str:
    bill = plan.bill
    classes = ", ".join(f"{name} {words.seconds(total)}" for name, total in bill.seconds)
    about = "" if bill.sure else "about "
    cards = [
        ("", str(bill.renders), "renders submitted"),
        ("", f"{about}{words.seconds(bill.total)}", f"of output{': ' if classes else ''}{classes}"),
        ("anew" if bill.replaced else "", str(bill.replaced), "files replaced"),
        ("removed" if bill.destroyed else "", str(bill.destroyed), "files destroyed"),
    ]
    return f"<div class=cards>{''.join(_card(*card) for card in cards)}</div>"


def _card(name: str, value: str, what: str) -> str:
    return f'<div class=card><b class="{name}">{escape(value)}</b><span>{escape(what)}</span></div>'


def _lost(plan: Plan) -> Iterator[str]:
    if gone := plan.of(Fate.REMOVED):
        yield f"<div class=lost><b>Destroyed:</b> the files of {_names(gone)}</div>"
    if anew := plan.of(Fate.ANEW):
        yield _note(f"<b>Replaced</b> when the new file is ready: the files of {_names(anew)}")


def _names(videos: tuple[VideoPlan, ...]) -> str:
    return ", ".join(_code(video.name) for video in videos)


def _note(markup: str) -> str:
    return f"<div class=note>{markup}</div>"


def _table(plan: Plan) -> str:
    if not plan.videos:
        return ""
    heading = "<tr><th></th><th>Video</th><th>Size</th><th>Length</th><th>Why</th></tr>"
    return f"<table>{heading}{''.join(_row(video) for video in plan.videos)}</table>"


def _row(video: VideoPlan) -> str:
    fate = f"{SIGNS[video.fate]} {video.fate.value}"
    size = words.size(video) + (f" ({video.resolution})" if video.width and video.height else "")
    return (
        f'<tr><td class="n {video.fate.name.lower()}">{fate}</td><td>{_code(video.name)}</td><td class=n>{size}</td>'
        f"<td class=n>{words.length(video)}</td><td>{escape(words.why(video))}</td></tr>"
    )


def _section(project: ProjectPlan, shots: frames.Shots | None) -> str:
    drawing = _OWN_STYLE.sub("", picture.draw(project)) if project.before.rows or project.after.rows else ""
    lines = "\n".join(f'<span class="{_LINES.get(line[:1], "")}">{escape(line)}</span>' for line in project.words)
    summary = escape(project.summary or project.fate.value)
    fate = (
        ""
        if project.fate is Fate.CHANGED
        else f' <span class="{project.fate.name.lower()}">({project.fate.value})</span>'
    )
    header = f"<header><h2>{_code(project.name)}{fate}</h2><span class=soft>{summary}</span></header>"
    return f"<section>{header}{drawing}{_shots(shots)}{f'<pre>{lines}</pre>' if lines else ''}</section>"


def _shots(shots: frames.Shots | None) -> str:
    """What is seen before and after, side by side in time."""
    if shots is None or not shots.frames:
        return ""
    versions = [one for one in ("before", "after") if any(getattr(frame, one) for frame in shots.frames)]
    columns = "".join(
        f"<div><span class=soft>{words.seconds(frame.at)}</span>"
        f"{''.join(_shot(one, getattr(frame, one)) for one in versions)}</div>"
        for frame in shots.frames
    )
    said = f"Test pictures stand for {', '.join(_code(one) for one in shots.stand_ins)}." if shots.stand_ins else ""
    return f"<div class=shots>{columns}</div>" + (f"<p class='soft said'>{said}</p>" if said else "")


def _shot(which: str, picture: bytes | None) -> str:
    if picture is None:
        return f"<figure><figcaption>{which}: nothing</figcaption></figure>"
    data = base64.b64encode(picture).decode()
    return f'<figure><img alt="{which}" src="data:image/jpeg;base64,{data}"><figcaption>{which}</figcaption></figure>'


def _code(text: str) -> str:
    return f"<code>{escape(text)}</code>"
