"""The small pictures beside topics, modes and states; a word always stands with them."""

TOPICS = {
    "preschool": "emoji-smile",
    "school_enrolment": "backpack",
    "school_attendance": "calendar-check",
    "adult_learning": "mortarboard",
    "employment": "briefcase",
    "social_benefits": "life-preserver",
    "debts": "wallet2",
    "housing": "house-door",
    "health": "heart-pulse",
    "documents": "passport",
    "child_rights": "person-hearts",
    "discrimination": "universal-access",
    "legal": "shield-check",
    "municipal_services": "building",
    "esf_programme": "star",
    "dialogue": "chat-left-text",
    "culture_youth": "sun",
}
MODES = {
    "home": "house-door",
    "community": "geo-alt",
    "office": "building",
    "institution": "bank",
    "accompaniment": "signpost-split",
    "phone": "telephone",
    "message": "chat",
    "video": "camera-video",
    "letter": "envelope",
    "on_behalf": "person-check",
}
OTHER = "tag"
