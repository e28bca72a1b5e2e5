"""The addresses of this app's pages."""

from django.urls import path

from .views import (
    audit_trail,
    codes,
    institutions,
    invitations,
    municipalities,
    people,
    profile,
)

urlpatterns = [
    path("", profile.home, name="home"),
    path("profile/", profile.profile, name="profile"),
    # people
    path("people/", people.user_list, name="user-list"),
    path("people/invite/", invitations.user_invite, name="user-invite"),
    path("people/<uuid:pk>/", people.user_detail, name="user-detail"),
    path("people/<uuid:pk>/edit/", people.user_edit, name="user-edit"),
    path("people/<uuid:pk>/deactivate/", people.user_deactivate, name="user-deactivate"),
    path("people/<uuid:pk>/reactivate/", people.user_reactivate, name="user-reactivate"),
    # invitations
    path(
        "people/invitations/<uuid:pk>/resend/",
        invitations.invitation_resend,
        name="invitation-resend",
    ),
    path(
        "people/invitations/<uuid:pk>/revoke/",
        invitations.invitation_revoke,
        name="invitation-revoke",
    ),
    path("invitations/<str:token>/", invitations.invitation_accept, name="invitation-accept"),
    # code lists
    path("code-lists/", codes.code_list_index, name="code-list-index"),
    path("code-lists/<slug:name>/", codes.code_list, name="code-list"),
    path("code-lists/<slug:name>/new/", codes.code_create, name="code-create"),
    path("code-lists/<slug:name>/<slug:code>/edit/", codes.code_edit, name="code-edit"),
    path("code-lists/<slug:name>/<slug:code>/retire/", codes.code_retire, name="code-retire"),
    path("code-lists/<slug:name>/<slug:code>/restore/", codes.code_restore, name="code-restore"),
    # institutions
    path("institutions/", institutions.institution_list, name="institution-list"),
    path("institutions/new/", institutions.institution_create, name="institution-create"),
    path("institutions/<uuid:pk>/edit/", institutions.institution_edit, name="institution-edit"),
    path("institutions/<uuid:pk>/close/", institutions.institution_close, name="institution-close"),
    path(
        "institutions/<uuid:pk>/reopen/", institutions.institution_reopen, name="institution-reopen"
    ),
    # municipalities
    path("municipalities/", municipalities.municipality_list, name="municipality-list"),
    path(
        "municipalities/<str:code>/edit/",
        municipalities.municipality_edit,
        name="municipality-edit",
    ),
    path("municipalities/<str:code>/places/", municipalities.place_create, name="place-create"),
    # the audit trail
    path("audit/", audit_trail.audit_list, name="audit-list"),
]
