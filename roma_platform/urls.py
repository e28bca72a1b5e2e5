"""The root of all addresses; each app has its own urls.py."""

from allauth.account import views as account
from django.urls import include, path

from roma_platform import views

handler500 = views.server_error

account_urls = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("password/reset/", account.password_reset, name="account_reset_password"),
    path("password/reset/sent/", account.password_reset_done, name="account_reset_password_done"),
    path(
        "password/reset/<uidb36>-<key>/",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/done/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("second-factor/", include("allauth.mfa.urls")),
    path("sessions/", include("allauth.usersessions.urls")),
]

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("language/", views.language_set, name="set-language"),
    path("account/", include(account_urls)),
    path("", include("accounts.urls")),
    path("", include("families.urls")),
    path("", include("mediation.urls")),
    path("", include("reports.urls")),
]
