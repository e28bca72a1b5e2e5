"""Charts as SVG of our own: the same on the page, on paper and for those who hear it read.

Widths are in per cent of wherever the chart stands, heights in pixels, so that letters keep
their size on a phone and on a desk. Colours come from the page's style sheet by class.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from .wording import number_text

BAR_STEP = 46
PLOT_TOP, PLOT_HEIGHT = 24, 132
LINE_HEIGHT = 190
MOST_LABELS = 6
MOST_READ_OUT = 4
EDGE = 4.0  # per cent left free on both sides, so that the outer labels fit


@dataclass(frozen=True)
class Point:
    """One labelled value; None is hidden."""

    label: str
    value: int | None
    note: str = ""

    @property
    def text(self) -> str:
        return _("hidden") if self.value is None else number_text(self.value)


def bar_chart(chart_id: str, title: str, points: Sequence[Point]) -> SafeString:
    """One bar a line, the label and the value above it; hidden values have no bar."""
    most = max((point.value or 0 for point in points), default=0) or 1
    bars = [
        {
            "point": point,
            "text_y": number * BAR_STEP + 16,
            "bar_y": number * BAR_STEP + 24,
            "width": _percent(100 * (point.value or 0) / most),
        }
        for number, point in enumerate(points)
    ]
    context = {
        "id": chart_id,
        "title": title,
        "description": _described(points),
        "bars": bars,
        "height": len(points) * BAR_STEP,
    }
    return render_to_string("reports/figure_chart_bar.html", context)


def line_chart(chart_id: str, title: str, points: Sequence[Point]) -> SafeString:
    """Values over time, from left to right; a hidden value leaves a gap."""
    most = max((point.value or 0 for point in points), default=0) or 1
    step = (100 - 2 * EDGE) / max(1, len(points) - 1)
    every, last = -(-len(points) // MOST_LABELS), len(points) - 1
    dots = [
        _dot(point, EDGE + number * step, most) | _labelled(last - number, every)
        for number, point in enumerate(points)
    ]
    if len(dots) > 1:  # the outer labels end with the chart
        dots[0] |= {"label_x": "0%", "anchor": "start"}
        dots[-1] |= {"label_x": "100%", "anchor": "end"}
    context = {
        "id": chart_id,
        "title": title,
        "description": _described(points),
        "dots": dots,
        "lines": [
            (first, second)
            for first, second in pairwise(dots)
            if first["is_known"] and second["is_known"]
        ],
        "base": PLOT_TOP + PLOT_HEIGHT,
        "label_y": LINE_HEIGHT - 8,
        "height": LINE_HEIGHT,
    }
    return render_to_string("reports/figure_chart_line.html", context)


def _dot(point: Point, x: float, most: int) -> dict[str, Any]:
    return {
        "point": point,
        "x": _percent(x),
        "y": PLOT_TOP + round(PLOT_HEIGHT * (1 - (point.value or 0) / most)),
        "is_known": point.value is not None,
        "label_x": _percent(x),
        "anchor": "middle",
    }


def _labelled(from_end: int, every: int) -> dict[str, bool]:
    """Whether a dot has words; on a phone every second of those has room."""
    return {"is_labelled": from_end % every == 0, "is_wide": from_end // every % 2 == 1}


def _percent(share: float) -> str:
    return f"{share:.2f}%"  # a point in every language: SVG knows no decimal comma


def _described(points: Sequence[Point]) -> str:
    """The chart in words: every value when they are few, else the first, the last, the most."""
    if not points:
        return ""
    if len(points) <= MOST_READ_OUT:
        return "; ".join(f"{point.label}: {point.text}" for point in points)
    most = max(points, key=lambda point: point.value or 0)
    first, last = points[0], points[-1]
    return _(
        "From %(first)s in %(start)s to %(last)s in %(end)s; the most, %(most)s, in %(peak)s."
    ) % {
        "first": first.text,
        "start": first.label,
        "last": last.text,
        "end": last.label,
        "most": most.text,
        "peak": most.label,
    }
