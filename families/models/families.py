"""Families, their members, and who belonged to which family when."""

import uuid
from datetime import date

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.models import CodeField, Municipality, Place, User, code_label, codes_of


def validate_languages(languages: list[str]) -> None:
    """Refuse languages that the code list *contact_language* does not have."""
    unknown = [code for code in languages if code not in codes_of("contact_language")]
    if unknown:
        raise ValidationError(_("Unknown language: %s.") % ", ".join(unknown))


class FamilyQuerySet(models.QuerySet["Family"]):
    def visible_to(self, user: User) -> "FamilyQuerySet":
        """Families that the user may see as work, without names."""
        return self.filter(access.family_condition(user))

    def editable_by(self, user: User) -> "FamilyQuerySet":
        return self.filter(access.family_edit_condition(user))

    def named_for(self, user: User) -> "FamilyQuerySet":
        """Families whose names the user may read; whoever reads them records it."""
        return self.filter(access.names_condition(user))

    def open(self) -> "FamilyQuerySet":
        return self.filter(closed_on__isnull=True)


class Family(models.Model):
    """A family that a mediator works with, known outside the vault by its code."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    ref = models.CharField(_("reference"), max_length=64, unique=True, null=True, blank=True)
    code = models.CharField(_("code"), max_length=20, unique=True, editable=False)
    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="families", verbose_name=_("municipality")
    )
    place = models.ForeignKey(
        Place,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="families",
        verbose_name=_("place"),
    )
    registered_on = models.DateField(_("registered on"))
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    closure_reason = CodeField("closure_reason", blank=True, verbose_name=_("reason"))
    languages = models.JSONField(
        _("contact languages"), default=list, blank=True, validators=[validate_languages]
    )
    last_person_number = models.PositiveSmallIntegerField(default=0, editable=False)
    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    objects = FamilyQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True, closure_reason="")
                | (Q(closed_on__isnull=False) & ~Q(closure_reason="")),
                name="family_closed_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True) | Q(closed_on__gte=F("registered_on")),
                name="family_closed_after_registered",
            ),
        ]
        verbose_name = _("family")
        verbose_name_plural = _("families")

    def __str__(self) -> str:
        return self.code

    def get_absolute_url(self) -> str:
        return reverse("family-detail", args=[self.pk])

    @property
    def language_labels(self) -> list[str]:
        return [code_label("contact_language", code) for code in self.languages]


class PersonQuerySet(models.QuerySet["Person"]):
    def visible_to(self, user: User) -> "PersonQuerySet":
        """Persons whose present (or last) family the user may see as work."""
        return self.filter(access.family_condition(user, "family"))

    def editable_by(self, user: User) -> "PersonQuerySet":
        return self.filter(access.family_edit_condition(user, "family"))

    def named_for(self, user: User) -> "PersonQuerySet":
        return self.filter(access.names_condition(user, "family"))

    def unmerged(self) -> "PersonQuerySet":
        """Persons that stand for themselves."""
        return self.filter(merged_into__isnull=True)

    def members_on(self, family: Family, day: date) -> "PersonQuerySet":
        """Unmerged persons who belonged to ``family`` on ``day``."""
        return self.unmerged().filter(
            Q(memberships__left_on__isnull=True) | Q(memberships__left_on__gte=day),
            memberships__family=family,
            memberships__joined_on__lte=day,
        )


class Person(models.Model):
    """A member of a family under a pseudonymous code; the name is in the vault.

    ``family`` is the family of the latest membership; services keep the two together.
    ``merged_into`` always names a person that is not merged itself.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    ref = models.CharField(_("reference"), max_length=64, unique=True, null=True, blank=True)
    code = models.CharField(_("code"), max_length=24, unique=True, editable=False)
    family = models.ForeignKey(
        Family, models.PROTECT, related_name="persons", verbose_name=_("family")
    )
    sex = CodeField("sex", default="unknown", verbose_name=_("sex"))
    birth_year = models.PositiveSmallIntegerField(_("year of birth"), null=True, blank=True)
    birth_year_estimated = models.BooleanField(_("year of birth is an estimate"), default=False)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged_persons"
    )

    objects = PersonQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(birth_year__isnull=True)
                | Q(birth_year__gte=1880, birth_year__lte=2200),
                name="person_birth_year_is_possible",
            ),
            models.CheckConstraint(
                condition=~Q(merged_into=F("id")), name="person_not_merged_into_themself"
            ),
        ]
        verbose_name = _("person")
        verbose_name_plural = _("persons")

    def __str__(self) -> str:
        return self.code


class Membership(models.Model):
    """One person's time in one family; ``left_on`` is the last day, empty while it lasts."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="memberships")
    family = models.ForeignKey(Family, models.CASCADE, related_name="memberships")
    household_role = CodeField(
        "household_role", default="unknown", verbose_name=_("role in the household")
    )
    is_guardian = models.BooleanField(_("is a guardian"), default=False)
    joined_on = models.DateField(_("joined on"))
    left_on = models.DateField(_("left on"), null=True, blank=True)

    class Meta:
        ordering = ["joined_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(left_on__isnull=True), name="one_family_at_a_time"
            ),
            models.UniqueConstraint(fields=["person", "joined_on"], name="membership_once_per_day"),
            models.CheckConstraint(
                condition=Q(left_on__isnull=True) | Q(left_on__gte=F("joined_on")),
                name="membership_left_after_joined",
            ),
        ]
        indexes = [models.Index(fields=["family", "joined_on"], name="members_of_family")]
        verbose_name = _("membership")

    def __str__(self) -> str:
        return f"{self.person_id} in {self.family_id} from {self.joined_on}"
