from .audit import AuditEvent
from .codes import Code, CodeField, code_choices, code_label, codes_of, forget_codes, list_name
from .places import Institution, Municipality, Place, present_day_codes
from .users import Invitation, Role, User

__all__ = [
    "AuditEvent",
    "Code",
    "CodeField",
    "Institution",
    "Invitation",
    "Municipality",
    "Place",
    "Role",
    "User",
    "code_choices",
    "code_label",
    "codes_of",
    "forget_codes",
    "list_name",
    "present_day_codes",
]
