from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_reference_lists")]
    operations = [
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.UniqueConstraint(
                condition=models.Q(accepted_at__isnull=True, revoked_at__isnull=True),
                fields=["email"],
                name="one_waiting_invitation_per_email",
            ),
        ),
    ]
