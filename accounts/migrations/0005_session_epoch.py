from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_one_waiting_invitation_per_email")]
    operations = [
        migrations.AddField(
            model_name="user",
            name="session_epoch",
            field=models.PositiveIntegerField(default=0, editable=False),
        ),
    ]
