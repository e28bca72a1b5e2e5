"""Print docs/data-dictionary.md: every table and column, from the models themselves.

python scripts/data_dictionary.py > docs/data-dictionary.md
"""

import inspect
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "roma_platform.settings")

APPS = ["accounts", "families", "mediation", "reports"]
HEAD = """# Data dictionary

Every table and column, printed from the models by `scripts/data_dictionary.py`; a test fails when
this page is older than they are. *sealed* columns are ciphertext in the database. A column of a
*code list* holds a code of that list (see *Code lists* in the portal).
"""


def kind_of(field) -> str:
    """The kind of a column in a few words."""
    from accounts.crypto import EncryptedTextField
    from accounts.models import CodeField

    if isinstance(field, EncryptedTextField):
        return "sealed text"
    if isinstance(field, CodeField):
        return f"code list *{field.list_name}*"
    if field.is_relation:
        link = "→ many" if field.many_to_many else "→"
        return f"{link} {field.related_model.__name__}"
    names = {
        "UUIDField": "UUID",
        "BigAutoField": "number",
        "PositiveSmallIntegerField": "number",
        "PositiveIntegerField": "number",
        "DateField": "date",
        "DateTimeField": "time (UTC)",
        "TimeField": "time of day",
        "BooleanField": "yes or no",
        "JSONField": "JSON",
        "GenericIPAddressField": "address",
    }
    name = names.get(type(field).__name__, "text")
    if getattr(field, "choices", None):
        name += ": " + ", ".join(str(value) for value, _ in field.choices)
    return name


def rows_of(model) -> list[str]:
    """One line of the table for each column of a model."""
    fields = [*model._meta.concrete_fields, *model._meta.many_to_many]
    return [
        f"| {field.name} | {kind_of(field)} | {'may be empty' if field.null else ''} |"
        for field in fields
    ]


def page() -> str:
    """The whole page as Markdown."""
    from django.apps import apps
    from django.utils import translation

    parts = [HEAD]
    with translation.override("en"):
        for label in APPS:
            parts.append(f"## {label}\n")
            models = apps.get_app_config(label).get_models()
            for model in sorted(models, key=lambda model: model.__name__):
                parts.append(f"### {model.__name__}\n\n{inspect.getdoc(model)}\n")
                parts.append("| column | kind | |\n|---|---|---|\n" + "\n".join(rows_of(model)))
                rules = [constraint.name for constraint in model._meta.constraints]
                if rules:
                    parts.append("\nThe database guards: " + ", ".join(f"`{r}`" for r in rules))
                parts.append("")
    return "\n".join(parts).rstrip() + "\n"


if __name__ == "__main__":
    import django

    django.setup()
    sys.stdout.write(page())
