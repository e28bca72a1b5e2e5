"""Municipalities, places and code lists as they stand at the start; administrators go on."""

import csv
from pathlib import Path

from django.db import migrations

DATA = Path(__file__).resolve().parent.parent / "data"


def rows(name):
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def load(apps, schema_editor):
    municipality = apps.get_model("accounts", "Municipality")
    successors = {}
    for row in rows("municipalities"):
        successor = row.pop("successor")
        if successor:
            successors[row["code"]] = successor
        dates = {name: row.pop(name) or None for name in ("valid_from", "valid_to")}
        municipality.objects.create(**row, **dates)
    for code, successor in successors.items():
        municipality.objects.filter(code=code).update(successor_id=successor)

    place = apps.get_model("accounts", "Place")
    place.objects.bulk_create(
        place(municipality_id=row["municipality"], name=row["name"]) for row in rows("places")
    )

    code = apps.get_model("accounts", "Code")
    code.objects.bulk_create(
        code(
            list=row["list"],
            code=row["code"],
            label_en=row["en"],
            label_lv=row["lv"],
            label_ru=row["ru"],
            position=position,
        )
        for position, row in enumerate(rows("code_lists"))
    )


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_append_only_audit")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
