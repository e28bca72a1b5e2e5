from .drafts import discard_draft, keep_draft
from .visits import (
    VisitConflict,
    cancel_visit,
    change_visit,
    create_visit,
    finish_follow_up,
    record_no_contact,
    refresh_age_bands,
    void_visit,
)

__all__ = [
    "VisitConflict",
    "cancel_visit",
    "change_visit",
    "create_visit",
    "discard_draft",
    "finish_follow_up",
    "keep_draft",
    "record_no_contact",
    "refresh_age_bands",
    "void_visit",
]
