"""Settings, root urls, Celery and middleware: wires the apps together, knows no domain."""

from roma_platform.celery import app as celery_app

__all__ = ["celery_app"]
