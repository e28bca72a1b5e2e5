"""Code lists: every list of values a person chooses from, in three languages."""

import time

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

# Lists whose values the program itself decides on: labels may be edited, values not added
# or retired, since rules and figures are written in terms of them.
FIXED_LISTS = frozenset(
    {
        "sex",
        "age_band",
        "visit_status",
        "case_status",
        "referral_status",
        "participation_status",
        "risk_level",
        "need_level",
        "unknown",
    }
)


# What people call the lists.
LIST_NAMES = {
    "action": _("Kinds of assistance"),
    "activity_kind": _("Kinds of activities"),
    "age_band": _("Age bands"),
    "case_status": _("States of a case"),
    "closure_reason": _("Reasons for closing a case"),
    "consent_form": _("Forms of consent"),
    "consent_purpose": _("Purposes of consent"),
    "contact_language": _("Contact languages"),
    "household_role": _("Roles in a household"),
    "institution_kind": _("Kinds of institutions"),
    "legal_basis": _("Legal bases"),
    "need_domain": _("Domains of need"),
    "need_level": _("Levels of need"),
    "outcome": _("Outcomes of assistance"),
    "participation_role": _("Roles of participants"),
    "participation_status": _("States of participation"),
    "priority": _("Priorities"),
    "referral_status": _("States of a referral"),
    "risk_level": _("Levels of risk at school"),
    "school_state": _("States of schooling"),
    "sex": _("Sex"),
    "stakeholder": _("Stakeholder groups"),
    "topic": _("Topics"),
    "unknown": _("Kinds of unknown"),
    "visit_mode": _("Ways of visiting"),
    "visit_status": _("States of a visit"),
}


def list_name(name: str) -> str:
    """What people call a list; its code where nobody has named it."""
    return str(LIST_NAMES.get(name, name))


class CodeQuerySet(models.QuerySet["Code"]):
    def in_list(self, list_name: str) -> "CodeQuerySet":
        """The values of one list in the order in which people are shown them."""
        return self.filter(list=list_name).order_by("position", "code")

    def in_use(self) -> "CodeQuerySet":
        """Values that forms offer."""
        return self.filter(retired_on__isnull=True)

    def extensible(self) -> "CodeQuerySet":
        """Values of the lists that an administrator may extend and retire from."""
        return self.exclude(list__in=FIXED_LISTS)


class Code(models.Model):
    """One value of a code list, such as topic *housing*; retired, never deleted."""

    list = models.SlugField(_("list"), max_length=40)
    code = models.SlugField(_("code"), max_length=40)
    label_lv = models.CharField(_("Latvian"), max_length=120)
    label_en = models.CharField(_("English"), max_length=120)
    label_ru = models.CharField(_("Russian"), max_length=120)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    retired_on = models.DateField(_("retired on"), null=True, blank=True)

    objects = CodeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["list", "code"], name="code_once_per_list"),
        ]
        verbose_name = _("code")

    def __str__(self) -> str:
        return self.label

    def save(self, *args: object, **kwargs: object) -> None:
        super().save(*args, **kwargs)  # type: ignore[arg-type]
        forget_codes()

    @property
    def label(self) -> str:
        """The label in the language of the page, in Latvian where that one is unknown."""
        return getattr(self, f"label_{(get_language() or 'lv')[:2]}", self.label_lv)

    @property
    def is_retired(self) -> bool:
        return self.retired_on is not None

    @property
    def is_fixed(self) -> bool:
        return self.list in FIXED_LISTS


# -- reading the lists -------------------------------------------------------------------------
# Labels stand on every page, so each process keeps the lists (some hundreds of short rows) in
# memory. A change reaches the other processes within CODES_KEPT_SECONDS.

CODES_KEPT_SECONDS = 30
_kept: dict[str, dict[str, Code]] = {}
_kept_until = 0.0


def forget_codes() -> None:
    """Read the code lists anew at the next use."""
    global _kept_until
    _kept_until = 0.0


def codes_of(list_name: str) -> dict[str, Code]:
    """All values of one list, retired ones included, by code, in the order people see."""
    global _kept, _kept_until
    if time.monotonic() >= _kept_until:
        lists: dict[str, dict[str, Code]] = {}
        for code in Code.objects.order_by("list", "position", "code"):
            lists.setdefault(code.list, {})[code.code] = code
        _kept, _kept_until = lists, time.monotonic() + CODES_KEPT_SECONDS
    return _kept.get(list_name, {})


def code_label(list_name: str, code: str) -> str:
    """The label of ``code`` in the language of the page; the bare code when it is unknown."""
    found = codes_of(list_name).get(code)
    return found.label if found else code


def code_choices(list_name: str, *, keep: str = "") -> list[tuple[str, str]]:
    """Choices for a form: values in use, and ``keep`` (the row's own value) even if retired."""
    return [
        (code.code, code.label)
        for code in codes_of(list_name).values()
        if not code.is_retired or code.code == keep
    ]


class CodeField(models.CharField):
    """A value of the code list ``list_name``, stored as its code.

    The code itself stands in the row (not a foreign key), so that a figure sliced by topic
    reads its rows' keys without a join. ``validate`` refuses codes the list does not have.
    """

    def __init__(self, list_name: str = "", **kwargs: object) -> None:
        kwargs.setdefault("max_length", 40)
        super().__init__(**kwargs)  # type: ignore[arg-type]
        self.list_name = list_name

    def deconstruct(self):  # type: ignore[no-untyped-def]
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "list_name": self.list_name}

    def contribute_to_class(self, cls, name, private_only=False):  # type: ignore[no-untyped-def]
        super().contribute_to_class(cls, name, private_only)
        list_name = self.list_name

        def display(instance: models.Model) -> str:
            return code_label(list_name, getattr(instance, name))

        display.short_description = self.verbose_name  # type: ignore[attr-defined]
        cls.add_to_class(f"get_{name}_display", display)

    def validate(self, value, model_instance):  # type: ignore[no-untyped-def]
        super().validate(value, model_instance)
        if value and value not in codes_of(self.list_name):
            raise ValidationError(
                _("“%(value)s” is not in the list of values."),
                code="unknown_code",
                params={"value": value},
            )
