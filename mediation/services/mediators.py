"""What a coordinator changes about mediators, each change on the audit trail."""

from datetime import date

from django.db import transaction

from accounts import audit
from accounts.models import User

from ..models import Assignment, Mediator


@transaction.atomic
def save_mediator(mediator: Mediator, *, by: User, changed: list[str]) -> None:
    """Save corrected facts; ``changed`` names the fields."""
    mediator.save(update_fields=changed)
    if changed:
        audit.record(audit.Action.CHANGED, by=by, obj=mediator, fields=changed)


@transaction.atomic
def assign_mediator(assignment: Assignment, *, by: User) -> None:
    """Appoint a mediator to a municipality; their user follows."""
    assignment.save()
    if user := assignment.mediator.user:
        user.municipalities.add(assignment.municipality_id)
    audit.record(
        audit.Action.CREATED,
        by=by,
        obj=assignment,
        mediator=str(assignment.mediator_id),
        municipality=assignment.municipality_id,
    )


@transaction.atomic
def end_assignment(assignment: Assignment, *, ended_on: date, by: User) -> None:
    """Set the last day of an appointment; the same day twice changes nothing.

    The user no longer works there, or the next change of the user would appoint them again.
    """
    if assignment.ended_on == ended_on:
        return
    assignment.ended_on = ended_on
    assignment.save(update_fields=["ended_on"])
    if user := assignment.mediator.user:
        user.municipalities.remove(assignment.municipality_id)
    audit.record(audit.Action.CHANGED, by=by, obj=assignment, ended_on=ended_on.isoformat())
