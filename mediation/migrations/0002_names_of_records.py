from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("mediation", "0001_mediators_and_visits"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="caseload",
            options={"ordering": ["-started_on"], "verbose_name": "caseload"},
        ),
        migrations.AlterModelOptions(
            name="heldform",
            options={"ordering": ["held_at"], "verbose_name": "held form"},
        ),
        migrations.AlterModelOptions(
            name="visitversion",
            options={"ordering": ["version"], "verbose_name": "visit version"},
        ),
    ]
