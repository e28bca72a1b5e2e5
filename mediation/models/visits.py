"""Visits, and the assistance given on them: the records that every figure counts."""

import uuid
from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.crypto import EncryptedTextField
from accounts.models import CodeField, Institution, Municipality, Place, User
from families.models import Family, Person

from .mediators import Caseload, Mediator

MINUTES_PER_DAY = 24 * 60


class VisitQuerySet(models.QuerySet["Visit"]):
    def visible_to(self, user: User) -> "VisitQuerySet":
        """Visits to families that the user may see, and those the user took part in."""
        return self.filter(
            access.family_condition(user, "family") | access.shared_visit_condition(user)
        )

    def editable_by(self, user: User) -> "VisitQuerySet":
        return self.filter(access.family_edit_condition(user, "family"))

    def notes_readable_by(self, user: User) -> "VisitQuerySet":
        """Visits whose note and next step the user may read: where the names may be read."""
        return self.filter(access.names_condition(user, "family"))

    def confidential_notes_readable_by(self, user: User) -> "VisitQuerySet":
        return self.filter(access.confidential_note_condition(user))

    def confirmed(self) -> "VisitQuerySet":
        """Visits that took place: the only ones that count in figures."""
        return self.filter(status=Visit.Status.CONFIRMED)

    def planned(self) -> "VisitQuerySet":
        return self.filter(status=Visit.Status.PLANNED)

    def drafts(self) -> "VisitQuerySet":
        return self.filter(status=Visit.Status.DRAFT)

    def dated(self, start: date, end: date) -> "VisitQuerySet":
        """Visits dated in a period, both days included."""
        return self.filter(date__range=(start, end))

    def without_drafts_of_others(self, user: User) -> "VisitQuerySet":
        """Without drafts that are somebody else's business.

        A draft is its writer's. Once the writer no longer works with the family, it is that of
        whoever does, so that no words are left where nobody can find them.
        """
        colleagues = Caseload.objects.current().exclude(mediator__user=user)
        being_written = colleagues.filter(
            family=OuterRef("family"), mediator__user=OuterRef("recorded_by")
        )
        left_behind = access.family_edit_condition(user, "family") & ~Exists(being_written)
        return self.filter(~Q(status=Visit.Status.DRAFT) | Q(recorded_by=user) | left_behind)

    def with_follow_up_due(self, day: date) -> "VisitQuerySet":
        """Visits whose next step is due on or before ``day`` and not done."""
        return self.filter(next_step_on__lte=day, next_step_done_at__isnull=True).exclude(
            status__in=[Visit.Status.VOIDED, Visit.Status.CANCELLED]
        )


class Visit(models.Model):
    """One contact of a mediator with a family, planned or made.

    The id is made where the visit is written down, so that sending it twice stays one visit.
    ``municipality`` and ``place`` are the family's as of the visit. ``mediators`` holds
    everyone who made the visit, ``mediator`` (who answers for it) included. Each change raises
    ``version`` and leaves a `VisitVersion` behind. Notes may name people, so they are sealed.
    """

    class Status(models.TextChoices):
        PLANNED = "planned"
        DRAFT = "draft"
        CONFIRMED = "confirmed"
        NO_CONTACT = "no_contact"
        CANCELLED = "cancelled"
        VOIDED = "voided"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    ref = models.CharField(_("reference"), max_length=64, unique=True, null=True, blank=True)
    mediator = models.ForeignKey(
        Mediator, models.PROTECT, related_name="led_visits", verbose_name=_("mediator")
    )
    mediators = models.ManyToManyField(Mediator, related_name="visits_made")
    family = models.ForeignKey(
        Family, models.PROTECT, related_name="visits", verbose_name=_("family")
    )
    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="visits", verbose_name=_("municipality")
    )
    place = models.ForeignKey(
        Place, models.PROTECT, null=True, blank=True, related_name="visits", verbose_name=_("place")
    )
    date = models.DateField(_("date"))
    started_at = models.TimeField(_("start time"), null=True, blank=True)
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=0)
    mode = CodeField("visit_mode", verbose_name=_("mode"))
    status = CodeField("visit_status", default=Status.CONFIRMED, verbose_name=_("status"))
    status_reason = EncryptedTextField(_("reason"), blank=True)
    present = models.ManyToManyField(
        Person, blank=True, related_name="visits_present", verbose_name=_("present")
    )
    note = EncryptedTextField(_("note"), blank=True)
    confidential_note = EncryptedTextField(_("confidential note"), blank=True)
    next_step = EncryptedTextField(_("next step"), blank=True)
    next_step_on = models.DateField(_("next step due"), null=True, blank=True)
    next_step_done_at = models.DateTimeField(null=True, blank=True)
    next_step_done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    voided_at = models.DateTimeField(null=True, blank=True)
    voided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    received_at = models.DateTimeField(_("received"), default=timezone.now)
    client_clock = models.DateTimeField(_("time on the device"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    content_digest = models.CharField(max_length=64, blank=True, editable=False)

    objects = VisitQuerySet.as_manager()

    class Meta:
        ordering = ["-date", "-received_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    status__in=[
                        "planned", "draft", "confirmed", "no_contact", "cancelled", "voided",
                    ]
                ),
                name="visit_status_is_known",
            ),
            models.CheckConstraint(
                condition=Q(minutes__lte=MINUTES_PER_DAY), name="visit_within_a_day"
            ),
            models.CheckConstraint(
                condition=Q(voided_at__isnull=True, voided_by__isnull=True)
                | Q(voided_at__isnull=False, voided_by__isnull=False),
                name="visit_voided_by_and_at",
            ),
            models.CheckConstraint(
                condition=Q(next_step_done_at__isnull=True, next_step_done_by__isnull=True)
                | Q(next_step_done_at__isnull=False, next_step_done_by__isnull=False),
                name="visit_next_step_done_by_and_at",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["status", "date"], name="visits_by_status_and_date"),
            models.Index(fields=["family", "-date"], name="visits_of_family"),
            models.Index(fields=["mediator", "-date"], name="visits_of_mediator"),
            models.Index(fields=["municipality", "-date"], name="visits_of_municipality"),
            models.Index(
                fields=["next_step_on"],
                name="visits_with_next_step",
                condition=Q(next_step_on__isnull=False, next_step_done_at__isnull=True),
            ),
        ]
        verbose_name = _("visit")
        verbose_name_plural = _("visits")

    def __str__(self) -> str:
        return f"{self.date} {self.family_id}"

    def get_absolute_url(self) -> str:
        return reverse("visit-detail", args=[self.pk])

    @property
    def is_confirmed(self) -> bool:
        return self.status == self.Status.CONFIRMED

    @property
    def is_ended(self) -> bool:
        """Whether the visit was voided or cancelled and can no longer change."""
        return self.status in (self.Status.VOIDED, self.Status.CANCELLED)

    @property
    def is_follow_up_open(self) -> bool:
        return self.next_step_on is not None and self.next_step_done_at is None


class Assistance(models.Model):
    """Help given to one person on one topic during a visit.

    ``age_band`` is the person's on the visit's date, written when the visit is saved, so that
    no figure ever opens the vault.
    """

    visit = models.ForeignKey(Visit, models.CASCADE, related_name="assistance")
    person = models.ForeignKey(
        Person, models.PROTECT, related_name="assistance", verbose_name=_("person")
    )
    topic = CodeField("topic", verbose_name=_("topic"))
    action = CodeField("action", default="information", verbose_name=_("action"))
    outcome = CodeField("outcome", default="pending", verbose_name=_("outcome"))
    institution = models.ForeignKey(
        Institution,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="assistance",
        verbose_name=_("institution"),
    )
    age_band = CodeField("age_band", default="unknown", verbose_name=_("age"))

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["visit", "person", "topic", "action"], name="assistance_once_per_action"
            ),
        ]
        indexes = [models.Index(fields=["person", "topic"], name="assistance_of_person")]
        verbose_name = _("assistance")
        verbose_name_plural = _("assistance")

    def __str__(self) -> str:
        return f"{self.person_id} {self.topic}"


class VisitVersion(models.Model):
    """The whole content of a visit as somebody saved it, sealed; never changed."""

    visit = models.ForeignKey(Visit, models.CASCADE, related_name="versions")
    version = models.PositiveIntegerField()
    content = EncryptedTextField()  # JSON of mediation.visit_content.VisitContent
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    recorded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["version"]
        constraints = [
            models.UniqueConstraint(fields=["visit", "version"], name="visit_version_once"),
        ]
        verbose_name = _("visit version")

    def __str__(self) -> str:
        return f"{self.visit_id} v{self.version}"


class HeldForm(models.Model):
    """A form that arrived after its writer's session had ended, sealed until they sign in.

    ``path`` is the address it was sent to. Only its owner can open it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="held_forms")
    path = models.CharField(max_length=300)
    body = EncryptedTextField()  # the urlencoded form
    held_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["held_at"]
        verbose_name = _("held form")

    def __str__(self) -> str:
        return f"{self.owner_id} {self.path}"
