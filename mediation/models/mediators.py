"""Mediators, where they are assigned, and which families they work with."""

import uuid
from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.models import Institution, Municipality, User
from families.models import Family


class MediatorQuerySet(models.QuerySet["Mediator"]):
    def visible_to(self, user: User) -> "MediatorQuerySet":
        """Mediators whose work the user may look at."""
        return self.filter(access.mediator_condition(user))

    def assigned_on(self, day: date) -> "MediatorQuerySet":
        return self.filter(pk__in=Assignment.objects.on(day).values("mediator"))


class Mediator(models.Model):
    """A Roma mediator: brings families and institutions into dialogue.

    ``user`` is empty for a mediator known only from earlier records. ``ref`` names the mediator
    in exports and reports, in place of the name.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    ref = models.CharField(_("reference"), max_length=64, unique=True)
    full_name = models.CharField(_("full name"), max_length=150)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="mediator",
        verbose_name=_("user"),
    )
    certified_on = models.DateField(_("certified on"), null=True, blank=True)
    ethics_accepted_on = models.DateField(_("code of ethics accepted on"), null=True, blank=True)
    employer = models.ForeignKey(
        Institution,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="mediators",
        verbose_name=_("employer"),
    )
    mentor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="mentees",
        verbose_name=_("mentor"),
    )

    objects = MediatorQuerySet.as_manager()

    class Meta:
        ordering = ["full_name"]
        verbose_name = _("mediator")
        verbose_name_plural = _("mediators")

    def __str__(self) -> str:
        return self.full_name

    def get_absolute_url(self) -> str:
        return reverse("mediator-detail", args=[self.pk])


class DatedQuerySet(models.QuerySet):
    """Rows that hold from ``started_on`` to ``ended_on``, both days included."""

    def on(self, day: date) -> "DatedQuerySet":
        return self.overlapping(day, day)

    def current(self) -> "DatedQuerySet":
        return self.on(timezone.localdate())

    def overlapping(self, start: date, end: date) -> "DatedQuerySet":
        return self.filter(Q(ended_on__isnull=True) | Q(ended_on__gte=start), started_on__lte=end)


class Assignment(models.Model):
    """A mediator's appointment to a municipality, from the first to the last day."""

    mediator = models.ForeignKey(Mediator, models.CASCADE, related_name="assignments")
    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="assignments", verbose_name=_("municipality")
    )
    started_on = models.DateField(_("from"))
    ended_on = models.DateField(_("to"), null=True, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        ordering = ["-started_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("started_on")),
                name="assignment_ends_after_start",
            ),
            models.UniqueConstraint(
                fields=["mediator", "municipality", "started_on"], name="assignment_once"
            ),
        ]
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")

    def __str__(self) -> str:
        return f"{self.mediator_id} {self.municipality_id} {self.started_on}"


class Caseload(models.Model):
    """A family that a mediator works with, from the first to the last day.

    It is also the mediator's right to see the family: it ends with the last day.
    """

    family = models.ForeignKey(Family, models.CASCADE, related_name="caseloads")
    mediator = models.ForeignKey(Mediator, models.CASCADE, related_name="caseloads")
    started_on = models.DateField(_("from"))
    ended_on = models.DateField(_("to"), null=True, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        ordering = ["-started_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("started_on")),
                name="caseload_ends_after_start",
            ),
            models.UniqueConstraint(
                fields=["family", "mediator"],
                condition=Q(ended_on__isnull=True),
                name="one_open_caseload_per_mediator",
            ),
        ]
        indexes = [models.Index(fields=["mediator", "ended_on"], name="caseload_of_mediator")]
        verbose_name = _("caseload")

    def __str__(self) -> str:
        return f"{self.family_id} with {self.mediator_id}"
