from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("families", "0001_families_and_vault"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="familyidentity",
            options={"verbose_name": "family identity"},
        ),
        migrations.AlterModelOptions(
            name="identityaccess",
            options={"verbose_name": "identity access"},
        ),
        migrations.AlterModelOptions(
            name="membership",
            options={"ordering": ["joined_on", "pk"], "verbose_name": "membership"},
        ),
        migrations.AlterModelOptions(
            name="namefingerprint",
            options={"verbose_name": "name fingerprint"},
        ),
        migrations.AlterModelOptions(
            name="personidentity",
            options={"verbose_name": "person identity"},
        ),
    ]
