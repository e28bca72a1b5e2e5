"""Makes the reports that are due, but stands still at one point, to be killed there.

Run as `python -m tests.faults.stands_still POINT`; says so on standard output when it is there.
"""

import signal
import sys
from unittest import mock

import django

# Where it stands still: the function of reports.publishing, and whether before or after it.
POINTS = {
    "claimed": ("compute", "before"),
    "counting": ("counted_records", "before"),
    "counted": ("publish", "before"),
    "saving": ("audit.record", "before"),
    "published": ("publish", "after"),
}
REACHED = "standing still"


def stand_still(*args: object, **kwargs: object) -> None:
    print(REACHED, flush=True)  # noqa: T201 the test reads it
    while True:
        signal.pause()


def main(point: str) -> None:
    django.setup()
    from reports import publishing

    name, moment = POINTS[point]
    path = f"reports.publishing.{name}"
    if moment == "before":
        patch = mock.patch(path, stand_still)
    else:
        publish = publishing.publish
        patch = mock.patch(path, lambda *args: (publish(*args), stand_still()))
    with patch:
        list(publishing.publish_due())


if __name__ == "__main__":
    main(sys.argv[1])
