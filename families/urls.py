"""The addresses of this app's pages."""

from django.urls import path

from .views import consents, names, persons

urlpatterns = [
    path("consents/<uuid:pk>/withdraw/", consents.consent_withdraw, name="consent-withdraw"),
    path("families/<uuid:pk>/consents/new/", consents.consent_create, name="consent-create"),
    path("families/<uuid:pk>/names/", names.identity_request, name="identity-request"),
    path("persons/<uuid:pk>/leave/", persons.person_leave, name="person-leave"),
    path("persons/<uuid:pk>/move/", persons.person_move, name="person-move"),
]
