"""The second factor's forms, in the words of this platform. Apart from forms.py: allauth.mfa loads them by itself."""

from typing import Any

from allauth.mfa.base import forms as base
from allauth.mfa.totp import forms as totp
from django.utils.translation import gettext_lazy as _

from web.account.forms import label_code


class AuthenticateForm(base.AuthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        label_code(self, _("动态口令"), _("身份验证应用里的 6 位数字；手机不在身边时，也可以填一个恢复码。"))


class ReauthenticateForm(base.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        label_code(self, _("动态口令"), _("身份验证应用里的 6 位数字，或一个恢复码。"))


class ActivateTOTPForm(totp.ActivateTOTPForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        label_code(self, _("动态口令"), _("扫码后，应用里显示的 6 位数字。"))
