"""Settings of the test suite: fixed keys, scratch directory, fast passwords, real engines.

SQLite in a file by default, so that a worker started by a test sees the same rows; PostgreSQL
and Redis when DATABASE_URL and REDIS_URL say so. The developer's own .env is not read.
"""

import atexit
import os
import shutil
import tempfile

os.environ["ENV_FILE"] = os.devnull
if "ROMA_TEST_DIR" not in os.environ:  # workers of xdist and of Celery inherit it
    os.environ["ROMA_TEST_DIR"] = tempfile.mkdtemp(prefix="roma-tests-")
    atexit.register(shutil.rmtree, os.environ["ROMA_TEST_DIR"], ignore_errors=True)
PROCESS = os.environ.get("PYTEST_XDIST_WORKER", "alone")
os.environ |= {
    "VAR_DIR": f"{os.environ['ROMA_TEST_DIR']}/{PROCESS}",
    "SECRET_KEY": "for the tests only",
    "VAULT_KEYS": "test:dGhpcyBrZXkgaXMgZm9yIHRoZSB0ZXN0cyBvbmx5ISE=",
    "BLIND_INDEX_KEY": "dGhpcyBpbmRleCBpcyBmb3IgdGhlIHRlc3RzIG9ubHk=",
    "SECURE_SSL": "0",
    "DEMO": "0",
    "DEBUG": "0",
    "EMAIL_URL": "console:",
    "SITE_URL": "http://testserver",
}

from roma_platform.settings import *
from roma_platform.settings import (
    CACHES,
    CELERY_BROKER_TRANSPORT_OPTIONS,
    DATABASES,
    REDIS_URL,
    SQLITE_OPTIONS,
    SQLITE_PRAGMAS,
    VAR_DIR,
)

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
(VAR_DIR / "static").mkdir(exist_ok=True)

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["TEST"] = {"NAME": str(VAR_DIR / "test.sqlite3")}
    DATABASES["default"]["OPTIONS"] = SQLITE_OPTIONS | {
        "init_command": SQLITE_PRAGMAS.replace("FULL", "OFF")
    }
CACHES["default"]["KEY_FUNCTION"] = "tests.isolation.cache_key"
if REDIS_URL:
    CELERY_BROKER_TRANSPORT_OPTIONS["global_keyprefix"] = f"{VAR_DIR}:"
