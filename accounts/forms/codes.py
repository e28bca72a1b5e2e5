"""Editing the code lists."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Code


class CodeForm(forms.ModelForm):
    """The labels of a value and its position; fixed lists keep their order."""

    position = forms.IntegerField(
        label=_("Position"),
        min_value=0,
        max_value=9999,
        help_text=_("Smaller numbers stand first."),
    )

    class Meta:
        model = Code
        fields = ["label_lv", "label_en", "label_ru", "position"]
        widgets = {
            name: forms.TextInput(attrs={"autocomplete": "off", "lang": name[-2:]})
            for name in ("label_lv", "label_en", "label_ru")
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.is_fixed:
            del self.fields["position"]


class NewCodeForm(CodeForm):
    """A new value: its code is for ever, its labels may change."""

    code = forms.RegexField(
        r"^[a-z][a-z0-9_]*\Z",
        label=_("Code"),
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        ),
        help_text=_(
            "Small Latin letters, digits and underscores, such as adult_education. Stands in "
            "exports and cannot be changed later."
        ),
        error_messages={
            "invalid": _(
                "Use small Latin letters, digits and underscores, beginning with a letter."
            )
        },
    )
    field_order = ["code", "label_lv", "label_en", "label_ru", "position"]

    class Meta(CodeForm.Meta):
        fields = ["code", *CodeForm.Meta.fields]

    def clean_code(self) -> str:
        code = self.cleaned_data["code"]
        if same := Code.objects.in_list(self.instance.list).filter(code=code).first():
            if same.is_retired:
                raise forms.ValidationError(
                    _("The list has this code already. It is retired: you can restore it.")
                )
            raise forms.ValidationError(_("The list has this code already."))
        return code
