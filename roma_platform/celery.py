"""The Celery application: every setting stands in settings.py under the prefix CELERY_."""

import os
from datetime import datetime

from celery import Celery
from celery.schedules import schedstate, schedule

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "roma_platform.settings")

app = Celery("roma_platform")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


class SteadyInterval(schedule):
    """Every so many seconds, also after the machine's clock was set back.

    Celery's own interval would wait until the clock has passed the last run again: an hour set
    back would be an hour without reports.
    """

    def is_due(self, last_run_at: datetime) -> schedstate:
        """Return whether to run now, and in how many seconds to ask again."""
        if self.maybe_make_aware(last_run_at) > self.now():
            return schedstate(True, self.seconds)
        return super().is_due(last_run_at)
