from . import assistance, families, institutions, mediators, persons, visits
from .faults import Fault, Refused
from .run import Result, import_path
from .sheet import SHEETS, Sheet, register

__all__ = [
    "SHEETS",
    "Fault",
    "Refused",
    "Result",
    "Sheet",
    "assistance",
    "families",
    "import_path",
    "institutions",
    "mediators",
    "persons",
    "register",
    "visits",
]
