"""What we ask of django-allauth beyond its settings."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest

from .crypto import decrypt_text, encrypt_text


class AccountAdapter(DefaultAccountAdapter):
    """Accounts come from an invitation, never from a sign-up page."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody can open an account alone."""
        return False


class MFAAdapter(DefaultMFAAdapter):
    """Second factors whose secrets lie in the database encrypted, like everything secret."""

    def encrypt(self, text: str) -> str:
        """Seal a TOTP secret or the seed of recovery codes with the vault's current key."""
        return encrypt_text(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Open what `encrypt` sealed."""
        return decrypt_text(encrypted_text)
