"""Consent: what a family or person agreed to, for which purpose, and until when."""

import uuid
from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.models import CodeField, Institution, User

from .families import Family, Person


class ConsentQuerySet(models.QuerySet["Consent"]):
    def visible_to(self, user: User) -> "ConsentQuerySet":
        return self.filter(access.family_condition(user, "family"))

    def editable_by(self, user: User) -> "ConsentQuerySet":
        return self.filter(access.family_edit_condition(user, "family"))

    def standing(self, day: date | None = None) -> "ConsentQuerySet":
        """Consents that were given, not withdrawn and not expired on ``day`` (today)."""
        day = day or timezone.localdate()
        return self.filter(
            Q(expires_on__isnull=True) | Q(expires_on__gte=day),
            Q(withdrawn_on__isnull=True) | Q(withdrawn_on__gt=day),
            is_refused=False,
            given_on__lte=day,
        )


class Consent(models.Model):
    """One answer of a family, or of one of its members, for one purpose.

    A refusal is recorded too: asked and refused is not the same as never asked.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    family = models.ForeignKey(Family, models.CASCADE, related_name="consents")
    person = models.ForeignKey(
        Person,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="consents",
        verbose_name=_("person"),
        help_text=_("Leave empty for the whole family."),
    )
    purpose = CodeField("consent_purpose", verbose_name=_("purpose"))
    institution = models.ForeignKey(
        Institution,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="consents",
        verbose_name=_("institution"),
    )
    is_refused = models.BooleanField(_("refused"), default=False)
    legal_basis = CodeField("legal_basis", default="consent", verbose_name=_("legal basis"))
    form = CodeField("consent_form", verbose_name=_("form"))
    language = CodeField("contact_language", blank=True, verbose_name=_("language used"))
    given_on = models.DateField(_("given on"))
    expires_on = models.DateField(_("valid until"), null=True, blank=True)
    withdrawn_on = models.DateField(_("withdrawn on"), null=True, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    objects = ConsentQuerySet.as_manager()

    class Meta:
        ordering = ["-given_on", "purpose"]
        constraints = [
            models.CheckConstraint(
                condition=Q(purpose="share_institution", institution__isnull=False)
                | (~Q(purpose="share_institution") & Q(institution__isnull=True)),
                name="consent_names_institution_to_share_with",
            ),
            models.CheckConstraint(
                condition=Q(expires_on__isnull=True) | Q(expires_on__gte=F("given_on")),
                name="consent_expires_after_given",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_on__isnull=True) | Q(withdrawn_on__gte=F("given_on")),
                name="consent_withdrawn_after_given",
            ),
        ]
        verbose_name = _("consent")
        verbose_name_plural = _("consents")

    def __str__(self) -> str:
        return f"{self.family_id} {self.purpose}"

    @property
    def is_standing(self) -> bool:
        """Whether the consent holds today."""
        today = timezone.localdate()
        return (
            not self.is_refused
            and self.given_on <= today
            and (self.expires_on is None or self.expires_on >= today)
            and (self.withdrawn_on is None or self.withdrawn_on > today)
        )
