"""Municipalities, places and institutions: where work is done and with whom."""

import uuid

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from .codes import CodeField

# Institutions that by default review the cases of their municipality.
REVIEWING_KINDS = frozenset({"council", "social_service", "education_board"})


class MunicipalityQuerySet(models.QuerySet["Municipality"]):
    def current(self) -> "MunicipalityQuerySet":
        """Municipalities that still exist."""
        return self.filter(valid_to__isnull=True)


class Municipality(models.Model):
    """A Latvian municipality, by its ISO 3166-2 code; merged ones name their successor."""

    class Kind(models.TextChoices):
        STATE_CITY = "state_city", _("State city")
        MUNICIPALITY = "municipality", pgettext_lazy("kind of municipality", "Municipality")

    code = models.CharField(_("ISO 3166-2 code"), max_length=10, primary_key=True)
    short_code = models.CharField(
        _("short code"),
        max_length=8,
        unique=True,
        help_text=_("Begins the codes of its families, such as JEL-0042."),
    )
    atvk = models.CharField(_("ATVK code"), max_length=7, blank=True)
    name_lv = models.CharField(_("Latvian name"), max_length=100)
    name_en = models.CharField(_("English name"), max_length=100)
    name_ru = models.CharField(_("Russian name"), max_length=100)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    successor = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, verbose_name=_("successor")
    )
    last_family_number = models.PositiveIntegerField(default=0, editable=False)

    objects = MunicipalityQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "name_lv"]
        verbose_name = _("municipality")
        verbose_name_plural = _("municipalities")

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the language of the page."""
        return getattr(self, f"name_{(get_language() or 'lv')[:2]}", self.name_lv)

    def clean(self) -> None:
        seen, successor = {self.code}, self.successor
        while successor:
            if successor.code in seen:
                raise ValidationError({"successor": _("A municipality cannot succeed itself.")})
            seen.add(successor.code)
            successor = successor.successor


def present_day_codes() -> dict[str, str]:
    """Map every merged municipality's code to the code of today's successor."""
    successors = dict(
        Municipality.objects.filter(successor__isnull=False).values_list("code", "successor_id")
    )

    def last(code: str) -> str:
        while code in successors:
            code = successors[code]
        return code

    return {code: last(code) for code in successors}


class Place(models.Model):
    """A town or parish in a municipality."""

    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="places", verbose_name=_("municipality")
    )
    name = models.CharField(_("name"), max_length=100)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "name"], name="place_once_per_municipality"
            ),
        ]
        verbose_name = _("place")
        verbose_name_plural = _("places")

    def __str__(self) -> str:
        return self.name


class InstitutionQuerySet(models.QuerySet["Institution"]):
    def current(self) -> "InstitutionQuerySet":
        """Institutions that have not been closed."""
        return self.filter(closed_on__isnull=True)

    def serving(self, municipality_ids: object) -> "InstitutionQuerySet":
        """Institutions of these municipalities, and the national ones."""
        return self.filter(
            models.Q(municipality__in=municipality_ids) | models.Q(municipality__isnull=True)
        )


class Institution(models.Model):
    """A school, social service, council, agency or other body that families meet."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    ref = models.CharField(_("reference"), max_length=64, unique=True, null=True, blank=True)
    name = models.CharField(_("name"), max_length=200)
    kind = CodeField("institution_kind", verbose_name=_("kind"))
    municipality = models.ForeignKey(
        Municipality,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="institutions",
        verbose_name=_("municipality"),
        help_text=_("Leave empty for a national institution."),
    )
    reviews_cases = models.BooleanField(
        _("reviews cases"),
        default=False,
        help_text=_("Its staff see the cases of their municipality, without names."),
    )
    first_involved_on = models.DateField(_("first involved on"), null=True, blank=True)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)

    objects = InstitutionQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("institution")
        verbose_name_plural = _("institutions")

    def __str__(self) -> str:
        return self.name
