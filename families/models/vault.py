"""The vault: names and contacts, encrypted, apart from the work, findable by fingerprint.

Loading one of these rows *is* reading a name: go through `families.vault`, which asks
`accounts.access` and writes the audit trail.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.crypto import EncryptedTextField

from .families import Family, Person


class FamilyIdentity(models.Model):
    """What names a family: its name, address and telephone."""

    family = models.OneToOneField(Family, models.CASCADE, primary_key=True, related_name="identity")
    family_name = EncryptedTextField(_("family name"), blank=True)
    address = EncryptedTextField(_("address"), blank=True)
    phone = EncryptedTextField(_("telephone"), blank=True)

    class Meta:
        verbose_name = _("family identity")

    def __str__(self) -> str:
        return str(self.family_id)


class PersonIdentity(models.Model):
    """What names a person: given and family name, full date of birth, telephone."""

    person = models.OneToOneField(Person, models.CASCADE, primary_key=True, related_name="identity")
    given_name = EncryptedTextField(_("given name"), blank=True)
    family_name = EncryptedTextField(_("family name"), blank=True)
    birth_date = EncryptedTextField(_("date of birth"), blank=True)  # ISO 8601 or empty
    phone = EncryptedTextField(_("telephone"), blank=True)

    class Meta:
        verbose_name = _("person identity")

    def __str__(self) -> str:
        return str(self.person_id)

    @property
    def full_name(self) -> str:
        return f"{self.given_name} {self.family_name}".strip()

    @property
    def initials(self) -> str:
        return "".join(word[0].upper() for word in (self.given_name, self.family_name) if word)


class NameFingerprint(models.Model):
    """The keyed fingerprint of one prefix of one word of a family's or person's name."""

    fingerprint = models.CharField(max_length=24)
    family = models.ForeignKey(Family, models.CASCADE, null=True, related_name="name_fingerprints")
    person = models.ForeignKey(Person, models.CASCADE, null=True, related_name="name_fingerprints")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(family__isnull=True, person__isnull=False)
                | Q(family__isnull=False, person__isnull=True),
                name="fingerprint_of_one_name",
            ),
        ]
        indexes = [models.Index(fields=["fingerprint"], name="names_by_fingerprint")]
        verbose_name = _("name fingerprint")

    def __str__(self) -> str:
        return self.fingerprint


class IdentityAccess(models.Model):
    """A user's leave to see one family's names for a time, with the reason they gave."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="identity_accesses"
    )
    family = models.ForeignKey(Family, models.CASCADE, related_name="identity_accesses")
    reason = EncryptedTextField(_("reason"), max_length=300)  # people mention names in it
    requested_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["user", "expires_at"], name="identity_access_of_user")]
        verbose_name = _("identity access")

    def __str__(self) -> str:
        return f"{self.user_id} {self.family_id}"
