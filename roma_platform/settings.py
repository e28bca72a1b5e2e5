"""Every setting of the portal; the environment decides, .env.example explains each variable."""

import logging
import os
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import quote, urlsplit

from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from roma_platform.celery import SteadyInterval
from roma_platform.environment import EnvError, Environment, private_directory

BASE_DIR = Path(__file__).resolve().parent.parent

env = Environment()
env.load_file(Path(os.environ.get("ENV_FILE", BASE_DIR / ".env")))

try:
    # -- the installation
    VAR_DIR = Path(env.str("VAR_DIR", str(BASE_DIR / "var"))).resolve()
    env.load_file(VAR_DIR / "keys.env")
    DEBUG = env.bool("DEBUG", False)
    DEMO = env.bool("DEMO", False)
    SITE_URL = env.str("SITE_URL", "http://localhost:8000").rstrip("/")
    SECURE_SSL = env.bool("SECURE_SSL", not (DEBUG or DEMO))
    TRUSTED_PROXY = env.int("TRUSTED_PROXY", 0)
    ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
    CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", [])

    # -- what it stands on
    DATABASE = env.dj_db_url("DATABASE_URL", f"sqlite:///{quote(str(VAR_DIR))}/roma.sqlite3")
    REDIS_URL = env.str("REDIS_URL", "")
    EMAIL = env.dj_email_url("EMAIL_URL", "console:" if DEBUG else "file:")
    DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "Roma Platform <noreply@localhost>")

    # -- periodic reports
    REPORT_CHECK_SECONDS = env.int("REPORT_CHECK_SECONDS", 120)
    REPORT_GRACE_DAYS = env.int("REPORT_GRACE_DAYS", 0)
    REPORT_LEASE_SECONDS = env.int("REPORT_LEASE_SECONDS", 600)

    # -- figures
    PROJECT_START = env.date("PROJECT_START", date(2017, 10, 1))
    PROJECT_END = env.date("PROJECT_END", date(2018, 5, 31))
    FIGURES_PARTNER_MINIMUM = env.int("FIGURES_PARTNER_MINIMUM", 5)
    FIGURES_PUBLIC_MINIMUM = env.int("FIGURES_PUBLIC_MINIMUM", 10)

    # -- importing
    IMPORT_MAX_MB = env.int("IMPORT_MAX_MB", 50)

    LOG_LEVEL = env.log_level("LOG_LEVEL", logging.INFO)
except EnvError as error:
    raise ImproperlyConfigured(str(error)) from error

# -- secrets: without DEBUG there is no default
SECRET_KEY = env.secret("SECRET_KEY", debug=DEBUG)
VAULT_KEYS = env.vault_keys("VAULT_KEYS", debug=DEBUG)
BLIND_INDEX_KEY = env.index_key("BLIND_INDEX_KEY", debug=DEBUG)

if PROJECT_START > PROJECT_END:
    raise ImproperlyConfigured("PROJECT_START is after PROJECT_END.")

private_directory(VAR_DIR)
ALLOWED_HOSTS.append(urlsplit(SITE_URL).hostname or "localhost")

# -- applications
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_htmx",
    "csp",
    "accounts",
    "families",
    "mediation",
    "reports",
]

MIDDLEWARE = [
    "roma_platform.middleware.SecurityHeadersMiddleware",  # above WhiteNoise: static files too
    "csp.middleware.CSPMiddleware",
    "roma_platform.middleware.ClientAddressMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "roma_platform.middleware.DeviceLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "accounts.middleware.AuditContextMiddleware",
    "roma_platform.middleware.SessionClockMiddleware",
    "accounts.middleware.UserLanguageMiddleware",
    "mediation.middleware.KeepFormsMiddleware",  # deny by default: sign in first
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "roma_platform.urls"
WSGI_APPLICATION = "roma_platform.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "roma_platform.context_processors.installation",
                "accounts.navigation.navigation",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # nothing in cookies

# -- database
SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
    "PRAGMA secure_delete=ON;"  # trusted_schema stays on: JSON columns check JSON_VALID
)
SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",  # DEFERRED fails with "database is locked" under writers
    "timeout": 20,
    "init_command": SQLITE_PRAGMAS,
}
DATABASES = {"default": DATABASE | {"ATOMIC_REQUESTS": False}}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = SQLITE_OPTIONS
else:
    DATABASES["default"] |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# -- cache: rate limits live here, so every process must share it
CACHES: dict[str, dict] = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "roma",
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},
    }
    if REDIS_URL
    else {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "django_cache",
    }
}

# -- signing in
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "account_login"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in {
        "UserAttributeSimilarityValidator": {"user_attributes": ["email", "full_name"]},
        "MinimumLengthValidator": {"min_length": 12},
        "CommonPasswordValidator": {},
    }.items()
]
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # the invitation has proved the address
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = True  # the clock below ends the session, not the browser's closing
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if SITE_URL.startswith("https:") else "http"
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/300s/key",
    "reset_password": "20/m/ip,5/m/key",
    "reset_password_from_key": "20/m/ip",
    "change_password": "5/m/user",
    "reauthenticate": "10/m/user",
}
MFA_ADAPTER = "accounts.adapter.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Roma Platform"
USERSESSIONS_TRACK_ACTIVITY = False  # it would write on every request

# -- sessions: idle and absolute end, counted on the server by SessionClockMiddleware
SESSION_IDLE_SECONDS = 30 * 60
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_ENGINE = "django.contrib.sessions.backends.db"  # pages go on when the cache is away
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"

# -- cookies, TLS, headers
COOKIE_PREFIX = "__Host-" if SECURE_SSL else ""
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}sessionid"
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}csrftoken"
LANGUAGE_COOKIE_NAME = f"{COOKIE_PREFIX}language"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE_SSL
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "mediation.middleware.csrf_failure"  # a visit on an old page is not lost
CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_AGE = 365 * 24 * 60 * 60
SECURE_SSL_REDIRECT = SECURE_SSL
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]  # load balancers ask over plain HTTP
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if SECURE_SSL else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_SSL
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXY else None
SILENCED_SYSTEM_CHECKS = [
    "security.W002",  # frames are refused by CSP frame-ancestors and by our own header
    "security.W021",  # HSTS preload is the decision of whoever owns the whole domain
]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

# -- languages and time
LANGUAGE_CODE = "lv"
LANGUAGES = [("lv", "Latviešu"), ("en", "English"), ("ru", "Русский")]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "roma_platform.formats"
TIME_ZONE = "Europe/Riga"
USE_TZ = True

# -- static files
STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MANIFEST = "whitenoise.storage.CompressedManifestStaticFilesStorage"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage" if DEBUG else MANIFEST
    },
}
MEDIA_ROOT = VAR_DIR / "media"

# -- e-mail
if "EMAIL_BACKEND" not in EMAIL:
    raise ImproperlyConfigured("EMAIL_URL names no way to send: smtp+tls, smtp+ssl, file, console")
EMAIL_BACKEND = EMAIL["EMAIL_BACKEND"]
EMAIL_HOST = EMAIL["EMAIL_HOST"]
EMAIL_PORT = EMAIL["EMAIL_PORT"]
EMAIL_HOST_USER = EMAIL["EMAIL_HOST_USER"]
EMAIL_HOST_PASSWORD = EMAIL["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS = EMAIL["EMAIL_USE_TLS"]
EMAIL_USE_SSL = EMAIL["EMAIL_USE_SSL"]
EMAIL_FILE_PATH = str(VAR_DIR / "mail")
EMAIL_TIMEOUT = 10

# -- background work: the database owns what is due, the queue only carries ids
CELERY_TIMEZONE = TIME_ZONE
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SERIALIZER = "json"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 600  # less than the visibility timeout, or a task would run twice
CELERY_TASK_PUBLISH_RETRY = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_SEND_TASK_EVENTS = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_TIMEOUT = 2
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # a worker outlives any pause of the broker
CELERY_BEAT_MAX_LOOP_INTERVAL = min(REPORT_CHECK_SECONDS, 300)
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat-schedule")
CELERY_BEAT_SCHEDULE = {
    "publish-due-reports": {
        "task": "reports.tasks.publish_due_reports",
        "schedule": SteadyInterval(REPORT_CHECK_SECONDS),
        "last_run_at": datetime(2000, 1, 1, tzinfo=UTC),  # a beat without memory asks at once
        "options": {"expires": REPORT_CHECK_SECONDS},  # questions asked while asleep are stale
    }
}
if REDIS_URL:
    CELERY_BROKER_URL = REDIS_URL
    CELERY_BROKER_TRANSPORT_OPTIONS: dict = {
        "visibility_timeout": 900,
        "unacked_restore_throttle": 1,
        "socket_connect_timeout": 1,  # a page that queues work must not wait for a dead broker
        "socket_timeout": 1,
        "max_retries": 1,
        "interval_start": 0,
    }
else:
    BROKER_DIR = private_directory(VAR_DIR / "broker")
    QUEUE_DIR = str(private_directory(BROKER_DIR / "queue"))
    CELERY_BROKER_URL = "filesystem://localhost//"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": QUEUE_DIR,
        "data_folder_out": QUEUE_DIR,
        "control_folder": str(private_directory(BROKER_DIR / "control")),
        "store_processed": False,
        "polling_interval": 0.2,
    }

# -- logs: one JSON object a line on stderr; no bodies, no local variables, no exception texts
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "roma_platform.logs.JSONFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    "loggers": {
        "django": {"handlers": ["stderr"], "level": LOG_LEVEL, "propagate": False},
    },
}
