"""What a user may change about themselves."""

from django import forms

from accounts.models import User


class ProfileForm(forms.ModelForm):
    """The user's own name and language."""

    class Meta:
        model = User
        fields = ["full_name", "language"]
        widgets = {
            "full_name": forms.TextInput(attrs={"autocomplete": "name"}),
            "language": forms.RadioSelect,
        }
