"""The addresses of this app's pages."""

from django.urls import path

from .views import (
    families,
    held_forms,
    mediators,
    persons,
    today,
    visit_end,
    visit_form,
    visit_plan,
    visit_start,
    visits,
)

urlpatterns = [
    # families
    path("families/", families.family_list, name="family-list"),
    path("families/search/", families.family_search, name="family-search"),
    path("families/new/", families.family_create, name="family-create"),
    path("families/<uuid:pk>/", families.family_detail, name="family-detail"),
    path("families/<uuid:pk>/edit/", families.family_edit, name="family-edit"),
    path("families/<uuid:pk>/close/", families.family_close, name="family-close"),
    path("families/<uuid:pk>/reopen/", families.family_reopen, name="family-reopen"),
    # persons
    path("families/<uuid:pk>/members/new/", persons.person_create, name="person-create"),
    path("persons/<uuid:pk>/edit/", persons.person_edit, name="person-edit"),
    # today
    path("today/", today.today, name="today"),
    path("visits/<uuid:pk>/follow-up-done/", visit_end.follow_up_done, name="follow-up-done"),
    path("held/<uuid:pk>/", held_forms.held_form, name="held-form"),
    path("held/<uuid:pk>/discard/", held_forms.held_form_discard, name="held-form-discard"),
    # writing a visit down
    path("visits/new/", visit_start.visit_start, name="visit-start"),
    path("families/<uuid:pk>/visits/new/", visit_form.visit_create, name="visit-create"),
    path("families/<uuid:pk>/visits/plan/", visit_plan.visit_plan, name="visit-plan"),
    path(
        "families/<uuid:family_pk>/visits/<uuid:pk>/autosave/",
        visit_form.visit_autosave,
        name="visit-autosave",
    ),
    path("visits/<uuid:pk>/edit/", visit_form.visit_edit, name="visit-edit"),
    path("visits/<uuid:pk>/replan/", visit_plan.visit_replan, name="visit-replan"),
    path("visits/<uuid:pk>/took-place/", visit_form.visit_took_place, name="visit-took-place"),
    path("visits/<uuid:pk>/no-contact/", visit_end.visit_no_contact, name="visit-no-contact"),
    path("visits/<uuid:pk>/cancel/", visit_end.visit_cancel, name="visit-cancel"),
    path("visits/<uuid:pk>/discard/", visit_end.visit_discard, name="visit-discard"),
    path("visits/<uuid:pk>/void/", visit_end.visit_void, name="visit-void"),
    # visits
    path("visits/", visits.visit_list, name="visit-list"),
    path("visits/<uuid:pk>/", visits.visit_detail, name="visit-detail"),
    # mediators
    path("mediators/", mediators.mediator_list, name="mediator-list"),
    path("mediators/<uuid:pk>/", mediators.mediator_detail, name="mediator-detail"),
    path("mediators/<uuid:pk>/edit/", mediators.mediator_edit, name="mediator-edit"),
    path(
        "mediators/<uuid:pk>/assignments/new/",
        mediators.assignment_create,
        name="assignment-create",
    ),
    path("assignments/<int:pk>/end/", mediators.assignment_end, name="assignment-end"),
]
