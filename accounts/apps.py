from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("Accounts and places")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from .audit import connect_sign_ins

        connect_sign_ins()
