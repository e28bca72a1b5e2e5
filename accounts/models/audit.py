"""The audit trail: who read, changed, exported or was refused what."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class AuditEvent(models.Model):
    """One thing that somebody did; written once, never changed (the database refuses it).

    Holds references and codes, never a name, a note or a search term.
    """

    class Action(models.TextChoices):
        SIGNED_IN = "signed_in", _("Signed in")
        SIGNED_OUT = "signed_out", _("Signed out")
        SIGN_IN_FAILED = "sign_in_failed", _("Sign-in failed")
        REFUSED = "refused", pgettext_lazy("access", "Refused")
        NAMES_READ = "names_read", _("Read names")
        NOTE_READ = "note_read", _("Read a note")
        NAMES_REQUESTED = "names_requested", _("Asked to see names")
        SEARCHED = "searched", _("Searched")
        EXPORTED = "exported", _("Exported")
        FIGURES_READ = "figures_read", _("Read figures")
        CREATED = "created", _("Created")
        CHANGED = "changed", _("Changed")
        CLOSED = "closed", pgettext_lazy("somebody", "Closed")
        VOIDED = "voided", _("Voided")
        PUBLISHED = "published", pgettext_lazy("somebody", "Published")
        IMPORTED = "imported", _("Imported")

    at = models.DateTimeField(_("time"), auto_now_add=True, db_index=True)
    # No database constraint: the trail outlives the user it speaks of.
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.DO_NOTHING,
        null=True,
        db_constraint=False,
        related_name="+",
        verbose_name=_("who"),
    )
    action = models.CharField(_("what"), max_length=20, choices=Action)
    object_type = models.CharField(_("kind of record"), max_length=40, blank=True)
    object_id = models.CharField(_("record"), max_length=64, blank=True)
    detail = models.JSONField(_("detail"), default=dict)
    ip = models.GenericIPAddressField(_("address"), null=True)

    class Meta:
        indexes = [
            models.Index(fields=["object_type", "object_id", "-at"], name="audit_by_object"),
            models.Index(fields=["actor", "-at"], name="audit_by_actor"),
        ]
        verbose_name = _("audit event")
        verbose_name_plural = _("audit events")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action} {self.object_type} {self.object_id}"
