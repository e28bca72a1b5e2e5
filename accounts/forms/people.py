"""Inviting and changing users."""

import uuid
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.models import Institution, Invitation, Municipality, Role, User

from .choices import InstitutionField, MunicipalitiesField


def workplace_fields(keep: User | None = None) -> dict[str, forms.Field]:
    """The fields for where somebody works; ``keep`` is who may keep what is closed by now."""
    institutions, municipalities = Q(closed_on__isnull=True), Q(valid_to__isnull=True)
    if keep is not None:
        institutions |= Q(pk=keep.institution_id)
        municipalities |= Q(pk__in=keep.municipalities.values("pk"))
    return {
        "institution": InstitutionField(
            Institution.objects.filter(institutions).select_related("municipality"),
            label=_("Institution"),
            required=False,
            help_text=_("Only for municipal staff."),
        ),
        "municipalities": MunicipalitiesField(
            Municipality.objects.filter(municipalities),
            label=_("Municipalities"),
            required=False,
            help_text=_(
                "Only for mediators and municipal staff. Staff for whom none is chosen get that "
                "of their institution."
            ),
        ),
    }


def role_choices(user: User) -> list[tuple[str, str]]:
    """The roles that ``user`` may give."""
    return [(role.value, str(role.label)) for role in access.INVITABLE_ROLES[user.role]]


def role_field(user: User) -> forms.ChoiceField:
    """One of the roles that ``user`` may give."""
    return forms.ChoiceField(label=_("Role"), choices=role_choices(user), widget=forms.RadioSelect)


def clean_workplace(form: forms.ModelForm, role: str) -> None:
    """Ask for what the role needs, and let go of what it has no use for."""
    data = form.cleaned_data
    institution, municipalities = data.get("institution"), list(data.get("municipalities", ()))
    if role not in (Role.STAFF, Role.MEDIATOR):
        data["municipalities"] = []
    elif role == Role.STAFF and not municipalities and institution and institution.municipality:
        data["municipalities"] = [institution.municipality]
    elif not municipalities and "municipalities" not in form.errors:
        form.add_error("municipalities", _("Choose at least one municipality."))
    if role != Role.STAFF:
        data["institution"] = None
    elif institution is None and "institution" not in form.errors:
        form.add_error("institution", _("Choose the institution where this person works."))


class InvitationForm(forms.ModelForm):
    """Whom to invite, to which role and where."""

    # Made with the form, so that sending it twice makes one invitation.
    invitation_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    class Meta:
        model = Invitation
        fields = ["email", "full_name", "role", "language"]
        widgets = {
            "email": forms.EmailInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
            "full_name": forms.TextInput(attrs={"autocomplete": "off"}),
            "language": forms.RadioSelect,
        }

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"] = role_field(user)
        self.fields |= workplace_fields()

    def clean_email(self) -> str:
        email = self.cleaned_data["email"].strip().lower()
        if User.objects.filter(email=email).exists():
            raise forms.ValidationError(_("Somebody with this e-mail address is a user already."))
        return email

    def clean(self) -> None:
        super().clean()
        if role := self.cleaned_data.get("role"):
            clean_workplace(self, role)


class UserForm(forms.ModelForm):
    """A user's name, role and workplace; the role only for those who may give any role."""

    class Meta:
        model = User
        fields = ["full_name", "role"]
        widgets = {"full_name": forms.TextInput(attrs={"autocomplete": "off"})}

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= workplace_fields(keep=self.instance)
        self.fields["institution"].initial = self.instance.institution_id
        self.fields["municipalities"].initial = self.instance.municipalities.all()
        del self.fields["role"]
        if user.role == Role.ADMINISTRATOR and user.pk != self.instance.pk:
            self.fields["role"] = role_field(user)

    def clean(self) -> None:
        super().clean()
        role = self.cleaned_data.get("role", "" if "role" in self.fields else self.instance.role)
        if role:
            clean_workplace(self, role)
            self.instance.institution = self.cleaned_data.get("institution")


class PasswordForm(forms.Form):
    """The password that an invited person chooses, twice."""

    password1 = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 12 characters: a few words that only you would put together."),
    )
    password2 = forms.CharField(
        label=_("The same password again"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, invitation: Invitation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.owner = User(email=invitation.email, full_name=invitation.full_name)

    def clean_password1(self) -> str:
        password = self.cleaned_data["password1"]
        validate_password(password, self.owner)
        return password

    def clean(self) -> None:
        super().clean()
        first, again = self.cleaned_data.get("password1"), self.cleaned_data.get("password2")
        if first and again and first != again:
            self.add_error("password2", _("The two passwords are not the same."))


class PeopleFilter(forms.Form):
    """What the list of people shows; its state stands in the address."""

    q = forms.CharField(required=False, max_length=150, label=_("Name or e-mail"))
    state = forms.ChoiceField(
        required=False,
        label=_("Account"),
        choices=[("", _("Active")), ("inactive", _("Deactivated")), ("all", _("All accounts"))],
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = [("", _("All roles")), *role_choices(user)]
        self.fields["role"] = forms.ChoiceField(required=False, label=_("Role"), choices=roles)
