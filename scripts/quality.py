#!/usr/bin/env python3
"""Paint every content in every style and score the pictures with judges: what docs/quality.md shows.

    python scripts/quality.py JUDGE ... --contents A.jpg ... --styles X.jpg ... [--set KEY=VALUE ...] [--write]

A JUDGE is a Python program that is called as `JUDGE CONTENT OUTPUT STYLE` and prints one JSON line with `style` and
`content`, both better when lower; scripts/texture_judge.py is one. The pictures stay in --out, so that eyes can judge,
too. --write puts the tables, one for each judge, into docs/quality.md.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path
from statistics import mean

from marked import fill

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "quality.md"


def paint(contents: list[str], styles: list[str], out: Path, assignments: list[str]) -> None:
    """Paint what is missing, with a job file that stays beside the pictures."""
    out.mkdir(parents=True, exist_ok=True)
    job = {
        "output": {"dir": ".", "name": "{content}--{style}"},
        "jobs": [{"contents": [absolute(path) for path in contents], "styles": [absolute(path) for path in styles]}],
    }
    (out / "quality.yaml").write_text(json.dumps(job, indent=1))
    settings = [part for assignment in assignments for part in ("--set", assignment)]
    subprocess.run([sys.executable, "-m", "stylepipe", "run", str(out / "quality.yaml"), *settings], check=True)


def absolute(path: str) -> str:
    """Give a path as a job file in another folder needs it."""
    return str(Path(path).absolute())


def score(judge: str, content: str, output: Path, style: str) -> dict[str, float]:
    """Ask the judge about one picture."""
    answer = subprocess.run(
        [sys.executable, judge, content, str(output), style], stdout=subprocess.PIPE, text=True, check=True
    )
    scores: dict[str, float] = json.loads(answer.stdout)
    return scores


def table(judge: str, contents: list[str], styles: list[str], out: Path) -> str:
    """Give the scores as Markdown: style / content in each cell, means along the edges."""
    names = [Path(style).stem for style in styles]
    lines = [f"| {Path(judge).stem} | {' | '.join(names)} | mean |", "|---" * (len(names) + 2) + "|"]
    rows = []
    for content in contents:
        stem = Path(content).stem
        row = [score(judge, content, out / f"{stem}--{Path(style).stem}.png", style) for style in styles]
        rows.append(row)
        lines.append(f"| {stem} | {' | '.join(map(cell, row))} | {cell(average(row))} |")
    columns = [average(list(column)) for column in zip(*rows, strict=True)]
    everything = average([scores for row in rows for scores in row])
    lines.append(f"| **mean** | {' | '.join(map(cell, columns))} | **{cell(everything)}** |")
    return "\n".join(lines)


def average(scores: list[dict[str, float]]) -> dict[str, float]:
    """Give the mean of each score."""
    return {key: mean(one[key] for one in scores) for key in ("style", "content")}


def cell(scores: dict[str, float]) -> str:
    """Write both scores."""
    return f"{scores['style']:.2f} / {scores['content']:.2f}"


def main() -> None:
    """Paint, score, print, and write on request."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("judges", nargs="+", metavar="JUDGE")
    parser.add_argument("--contents", nargs="+", required=True)
    parser.add_argument("--styles", nargs="+", required=True)
    parser.add_argument("--set", dest="assignments", action="append", default=[])
    parser.add_argument("--out", type=Path, default=ROOT / "out" / "quality")
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    paint(arguments.contents, arguments.styles, arguments.out, arguments.assignments)
    tables = [table(judge, arguments.contents, arguments.styles, arguments.out) for judge in arguments.judges]
    text = "\n\n".join(tables)
    print(text)
    if arguments.write:
        fill(PAGE, "quality", text)


if __name__ == "__main__":
    main()
