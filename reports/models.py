"""Periodic reports: what is due, and what was published."""

import hashlib
import json
import uuid

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.models import User


class PeriodKind(models.TextChoices):
    MONTH = "month", _("Month")
    QUARTER = "quarter", _("Quarter")
    HALF_YEAR = "half_year", _("Half-year")
    YEAR = "year", _("Year")


class PublishedReportQuerySet(models.QuerySet["PublishedReport"]):
    def visible_to(self, user: User) -> "PublishedReportQuerySet":
        """Reports that the user may read."""
        return self.filter(access.report_condition(user))

    def headlines(self) -> "PublishedReportQuerySet":
        """Without what fills a whole page, but with the ``totals`` of the figures."""
        return self.defer("figures", "records").annotate(totals=F("figures__totals"))


class PublishedReport(models.Model):
    """The figures of one period as they were published: frozen, with the records they counted.

    ``figures`` holds the official JSON of every indicator under ``totals`` and, under
    ``tables``, the same by each slice of the report; ``records`` says which records were
    counted, with their versions; ``sha256`` is the checksum of all of it. Nothing here changes
    after publication: a later look is a new revision.
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

    objects = PublishedReportQuerySet.as_manager()

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

    def canonical(self) -> str:
        """Everything that was published as JSON text, the same bytes for the same content.

        No clock and no random key goes into it, so that a report made twice is equal.
        """
        content = {
            "kind": self.kind,
            "from": self.starts_on.isoformat(),
            "to": self.ends_on.isoformat(),
            "audience": self.audience,
            "revision": self.revision,
            "rule_version": self.rule_version,
            "figures": self.figures,
            "records": self.records,
        }
        return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))

    def checksum(self) -> str:
        """SHA-256 of what stands here now, in hexadecimal."""
        return hashlib.sha256(self.canonical().encode()).hexdigest()

    @property
    def is_intact(self) -> bool:
        """Whether what stands here is still what was published."""
        return self.checksum() == self.sha256


class ReportRunQuerySet(models.QuerySet["ReportRun"]):
    def unfinished(self) -> "ReportRunQuerySet":
        """Runs without a report; oldest period first, the shorter one before the longer."""
        return self.filter(finished_at__isnull=True).order_by("ends_on", "-starts_on")

    def unclaimed(self) -> "ReportRunQuerySet":
        """Runs that no worker holds, or whose worker has gone silent (by the database's clock)."""
        return self.unfinished().filter(Q(claimed_until__isnull=True) | Q(claimed_until__lt=Now()))

    def due(self) -> "ReportRunQuerySet":
        """Runs that wait for a worker."""
        return self.unclaimed().filter(attempts__lt=ReportRun.MOST_ATTEMPTS)

    def failed(self) -> "ReportRunQuerySet":
        """Runs that no worker takes any more: somebody has to look, and ask again."""
        return self.unclaimed().filter(attempts__gte=ReportRun.MOST_ATTEMPTS)


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

    @property
    def is_held(self) -> bool:
        """Whether a worker is making the report now."""
        return self.claimed_until is not None and self.claimed_until >= timezone.now()

    @property
    def has_failed(self) -> bool:
        """Whether it was tried so often that no worker takes it any more."""
        return self.attempts >= self.MOST_ATTEMPTS and not self.is_held
