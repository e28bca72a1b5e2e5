from .mediators import Assignment, Caseload, Mediator
from .visits import Assistance, HeldForm, Visit, VisitVersion

__all__ = [
    "Assignment",
    "Assistance",
    "Caseload",
    "HeldForm",
    "Mediator",
    "Visit",
    "VisitVersion",
]
