"""How background work is set up: nothing lost, nothing run twice, no page that waits."""

from datetime import timedelta

import pytest

from roma_platform.celery import SteadyInterval, app


@pytest.mark.parametrize(
    ("seconds_since", "due"), [(0, False), (119, False), (120, True), (900, True), (-3600, True)]
)
def test_a_clock_set_back_does_not_stall_the_question_for_due_reports(seconds_since, due):
    interval = SteadyInterval(120)
    state = interval.is_due(interval.now() - timedelta(seconds=seconds_since))
    assert state.is_due is due
    assert 0 < state.next <= 120


def test_a_task_ends_before_another_worker_may_take_it_over():
    takeover = app.conf.broker_transport_options.get("visibility_timeout", 900)
    assert app.conf.task_time_limit < takeover
    assert app.conf.task_acks_late
    assert app.conf.task_reject_on_worker_lost
    assert app.conf.worker_prefetch_multiplier == 1


def test_every_scheduled_task_exists():
    app.loader.import_default_modules()
    scheduled = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert scheduled <= set(app.tasks)
