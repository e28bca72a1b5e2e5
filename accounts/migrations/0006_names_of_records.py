from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_session_epoch"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="code",
            options={"verbose_name": "code"},
        ),
    ]
