"""How a person comes into being."""

from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import BaseUserManager

from core.text import clean_line, sort_key

if TYPE_CHECKING:
    from accounts.models import User


class UserManager(BaseUserManager["User"]):
    def create_user(
        self,
        email: str | None = None,
        password: str | None = None,
        *,
        phone: str | None = None,
        name: str,
        **fields: Any,
    ) -> "User":
        """A person with at least one of `email` and `phone` (E.164). Without a password nobody can log in."""
        name = clean_line(name)
        user = self.model(
            email=email.strip().lower() if email else None,
            phone=phone or None,
            name=name,
            name_sort=sort_key(name),
            **fields,
        )
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").lower())
