"""The addresses of this app's pages."""

from django.urls import path

from .views import figures, published

urlpatterns = [
    # figures
    path("figures/", figures.figures, name="figures"),
    path("figures/<slug:code>/", figures.figure_detail, name="figure-detail"),
    path("figures/<slug:code>/records/", figures.figure_records, name="figure-records"),
    path("figures/<slug:code>/export/", figures.figure_export, name="figure-export"),
    # published reports
    path("reports/", published.report_list, name="report-list"),
    path("reports/<uuid:pk>/", published.report_detail, name="report-detail"),
    path("reports/<uuid:pk>/csv/", published.report_export, name="report-export"),
    path("reports/<uuid:pk>/json/", published.report_json, name="report-json"),
    path("reports/<uuid:pk>/records/", published.report_records, name="report-records"),
    path("reports/runs/<int:pk>/retry/", published.report_run_retry, name="report-run-retry"),
]
