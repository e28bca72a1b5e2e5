"""The address of a figure: everything that was asked stands in it, so it can be kept and sent."""

from collections.abc import Mapping
from urllib.parse import urlencode

from django.urls import reverse

from .figures import Query
from .periods import Period


def period_parameters(period: Period) -> dict[str, str]:
    """The period as it stands in addresses."""
    return {"from": period.start.isoformat(), "to": period.end.isoformat()}


def parameters(query: Query) -> dict[str, list[str] | str]:
    """What was asked, apart from the indicator and from who asks."""
    found: dict[str, list[str] | str] = {**period_parameters(query.period)}
    if query.by:
        found["by"] = list(query.by)
    found |= {code: list(values) for code, values in query.where}
    return found | ({"as": "now"} if query.as_now else {})


def url_of(page: str, query: Query, extra: Mapping[str, str] | None = None) -> str:
    """The address of a figure's page, table, file or records."""
    path = reverse(page, args=[query.indicator.code])
    return f"{path}?{urlencode({**parameters(query), **(extra or {})}, doseq=True)}"
