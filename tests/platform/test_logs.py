"""Log lines are for machines and strangers: one line each, no personal data."""

import json
import logging

from roma_platform.logs import JSONFormatter


def line_of(message: str, *values: object, exc_info=None) -> dict:
    record = logging.LogRecord("roma", logging.ERROR, "f.py", 1, message, values, exc_info)
    text = JSONFormatter().format(record)
    assert "\n" not in text
    return json.loads(text)


def test_a_line_says_when_how_bad_where_and_what():
    line = line_of("%s visits\nof Rīga", 5)
    assert line["level"] == "ERROR"
    assert line["logger"] == "roma"
    assert line["message"] == "5 visits\nof Rīga"
    assert line["time"].endswith("+00:00")


def test_an_exception_is_named_and_placed_but_never_quoted():
    try:
        raise ValueError("Key (name)=(Anna Kalniņa) already exists")
    except ValueError as error:
        line = line_of("failed", exc_info=(type(error), error, error.__traceback__))
    assert line["exception"] == "ValueError"
    assert "test_logs.py" in line["at"][0]
    assert "Anna" not in json.dumps(line, ensure_ascii=False)
