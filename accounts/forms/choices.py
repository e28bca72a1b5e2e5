"""Choices of rows as people expect them: in the order of the alphabet."""

from collections.abc import Iterator

from django import forms
from django.forms.models import ModelChoiceIterator, ModelChoiceIteratorValue

from accounts.models import Institution
from accounts.search import folded


class Alphabetical(ModelChoiceIterator):
    """Choices by their label, accents aside: Ādaži stands before Balvi on every database."""

    def __iter__(self) -> Iterator[tuple[ModelChoiceIteratorValue | str, str]]:
        choices = super().__iter__()
        if self.field.empty_label is not None:
            yield next(choices)
        yield from sorted(choices, key=lambda choice: folded(str(choice[1])))


class RowField(forms.ModelChoiceField):
    """One row out of a list."""

    iterator = Alphabetical


class InstitutionField(RowField):
    """One institution, with where it is: there is a First school in many towns."""

    def label_from_instance(self, obj: Institution) -> str:
        return f"{obj.name} ({obj.municipality.name})" if obj.municipality else obj.name


class MunicipalitiesField(forms.ModelMultipleChoiceField):
    """Any number of municipalities; the template shows the state cities first."""

    iterator = Alphabetical
    widget = forms.CheckboxSelectMultiple
