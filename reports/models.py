"""Periodic reports: what is due, and what was published."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class PeriodKind(models.TextChoices):
    MONTH = "month", _("Month")
    QUARTER = "quarter", _("Quarter")
    HALF_YEAR = "half_year", _("Half-year")
    YEAR = "year", _("Year")


class PublishedReport(models.Model):
    """The figures of one period as they were published: frozen, with the records they counted.

    ``figures`` is the official JSON of every indicator; ``records`` maps each indicator to the
    units counted and the visits, with their versions, that made each count; ``sha256`` is the
    checksum of both. Nothing here changes after publication: a later look is a new revision.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("kind"), max_length=10, choices=PeriodKind)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"))
    audience = models.CharField(_("audience"), max_length=10, default="internal")
    revision = models.PositiveSmallIntegerField(_("revision"), default=1)
    rule_version = models.CharField(_("version of the rules"), max_length=20)
    figures = models.JSONField(_("figures"))
    records = models.JSONField(_("records"))
    sha256 = models.CharField(_("checksum"), max_length=64)
    published_at = models.DateTimeField(_("published"), default=timezone.now)

    class Meta:
        ordering = ["-ends_on", "-starts_on", "-revision"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "starts_on", "audience", "revision"], name="report_published_once"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="report_ends_after_start"
            ),
        ]
        verbose_name = _("report")
        verbose_name_plural = _("reports")

    def __str__(self) -> str:
        return f"{self.kind} {self.starts_on}–{self.ends_on} r{self.revision}"

    def get_absolute_url(self) -> str:
        return reverse("report-detail", args=[self.pk])


class ReportRunQuerySet(models.QuerySet["ReportRun"]):
    def due(self) -> "ReportRunQuerySet":
        """Runs that wait for a worker, or whose worker has gone silent; oldest period first."""
        return self.filter(
            Q(claimed_until__isnull=True) | Q(claimed_until__lt=timezone.now()),
            finished_at__isnull=True,
            attempts__lt=ReportRun.MOST_ATTEMPTS,
        ).order_by("ends_on", "starts_on")


class ReportRun(models.Model):
    """The duty to publish the report of one closed period.

    The row, not the queue, owns what is due: it is unique, a worker claims it for a time, and a
    claim that runs out can be taken by another worker.
    """

    MOST_ATTEMPTS = 5

    kind = models.CharField(_("kind"), max_length=10, choices=PeriodKind)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"))
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    claimed_by = models.UUIDField(null=True, editable=False)
    claimed_until = models.DateTimeField(null=True, editable=False)
    last_error = models.CharField(_("last error"), max_length=300, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True)
    report = models.OneToOneField(
        PublishedReport, models.PROTECT, null=True, related_name="run", verbose_name=_("report")
    )

    objects = ReportRunQuerySet.as_manager()

    class Meta:
        ordering = ["-ends_on", "-starts_on"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "starts_on"], name="run_once_per_period"),
            models.CheckConstraint(
                condition=Q(finished_at__isnull=True, report__isnull=True)
                | Q(finished_at__isnull=False, report__isnull=False),
                name="run_finished_with_report",
            ),
        ]
        verbose_name = _("report run")
        verbose_name_plural = _("report runs")

    def __str__(self) -> str:
        return f"{self.kind} {self.starts_on}–{self.ends_on}"
