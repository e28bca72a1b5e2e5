"""The Celery application: every setting stands in settings.py under the prefix CELERY_."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "roma_platform.settings")

app = Celery("roma_platform")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
