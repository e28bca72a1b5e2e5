from .bulk import NewVisit, create_visits
from .drafts import discard_draft, keep_draft
from .visits import (
    UNFINISHED,
    VisitConflict,
    cancel_visit,
    change_visit,
    correct_municipality,
    create_visit,
    finish_follow_up,
    record_no_contact,
    refresh_age_bands,
    void_visit,
)

__all__ = [
    "UNFINISHED",
    "NewVisit",
    "VisitConflict",
    "cancel_visit",
    "change_visit",
    "correct_municipality",
    "create_visit",
    "create_visits",
    "discard_draft",
    "finish_follow_up",
    "keep_draft",
    "record_no_contact",
    "refresh_age_bands",
    "void_visit",
]
