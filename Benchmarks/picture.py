"""The picture of the ratios: one bar for each row with a goal, on a logarithmic axis, and a mark where the goal is."""

import math
from xml.sax.saxutils import escape

LINE, LEFT, WIDTH, TOP = 20, 560, 420, 40
INK, MET, MISSED, GRID = "#222", "#3b7dbb", "#c8553d", "#ddd"


def ratios(rows):
    """SVG."""
    low, high = 0.25, max([128.0, *(row.value for row in rows)])
    span = math.log(high / low)

    def x(value):
        return LEFT + WIDTH * math.log(max(value, low) / low) / span

    height = TOP + LINE * len(rows) + 30
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LEFT + WIDTH + 70} {height}" font-family="sans-serif" '
        f'font-size="12" fill="{INK}">',
        '<rect width="100%" height="100%" fill="#fff"/>',
        f'<text x="{LEFT}" y="16">times as fast as the peer; the mark is the goal</text>',
    ]
    for tick in [0.25, 0.5, 1, 2, 4, 8, 16, 32, 64, 128]:
        parts.append(
            f'<line x1="{x(tick):.1f}" x2="{x(tick):.1f}" y1="{TOP - 8}" y2="{height - 26}" '
            f'stroke="{INK if tick == 1 else GRID}"/>'
        )
        parts.append(f'<text x="{x(tick):.1f}" y="{height - 10}" text-anchor="middle">{tick:g}</text>')
    for number, row in enumerate(rows):
        y = TOP + LINE * number
        start, end = sorted([x(1), x(row.value)])
        label = f"{row.work}: {row.peer}"
        parts.append(f'<text x="{LEFT - 8}" y="{y + 10}" text-anchor="end" font-size="10">{escape(label)}</text>')
        parts.append(
            f'<rect x="{start:.1f}" y="{y}" width="{max(end - start, 1):.1f}" height="{LINE - 7}" '
            f'fill="{MET if row.met == "yes" else MISSED}"/>'
        )
        parts.append(
            f'<line x1="{x(row.goal):.1f}" x2="{x(row.goal):.1f}" y1="{y - 3}" y2="{y + LINE - 4}" stroke="{INK}" '
            f'stroke-width="2"/>'
        )
        parts.append(f'<text x="{max(end, x(row.goal)) + 5:.1f}" y="{y + 10}" font-size="10">{row.value:.1f}</text>')
    return "\n".join(parts + ["</svg>"]) + "\n"
