from .consents import Consent
from .families import Family, Membership, Person
from .vault import FamilyIdentity, IdentityAccess, NameFingerprint, PersonIdentity

__all__ = [
    "Consent",
    "Family",
    "FamilyIdentity",
    "IdentityAccess",
    "Membership",
    "NameFingerprint",
    "Person",
    "PersonIdentity",
]
