"""Log lines for machines: one JSON object each, without personal data."""

import json
import logging
import traceback
from datetime import UTC, datetime


class JSONFormatter(logging.Formatter):
    """Writes time, level, logger and message; of an exception its type and places only.

    The text of an exception is left out on purpose: a database error quotes the row it refused,
    and a row may hold a name.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line of JSON."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info and record.exc_info[0]:
            line["exception"] = record.exc_info[0].__name__
            line["at"] = [
                f"{frame.filename}:{frame.lineno} {frame.name}"
                for frame in traceback.extract_tb(record.exc_info[2])
            ]
        return json.dumps(line, ensure_ascii=False)
