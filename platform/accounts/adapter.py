"""What django-allauth asks of us: phones, text messages, the same answer to strangers and members."""

import logging
from datetime import timedelta
from smtplib import SMTPException
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.db import IntegrityError, transaction
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from accounts import phones, sms
from accounts.models import User
from core import clock
from core.sealing import hide, reveal
from core.text import clean_line, sort_key

log = logging.getLogger(__name__)
WELCOME, FRESH = "account/messages/logged_in.txt", timedelta(minutes=15)
MISMATCH = gettext_lazy("账号或密码不对。请检查后再试；忘记密码可以点“忘记密码”重新设置。")


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": gettext_lazy("该账号已停用。如有疑问，请联系管委会。"),
        "email_password_mismatch": MISMATCH,
        "phone_password_mismatch": MISMATCH,
        "username_password_mismatch": MISMATCH,
        "invalid_login": MISMATCH,
        "too_many_login_attempts": gettext_lazy("尝试次数太多，请过 5 分钟再试。"),
        "rate_limited": gettext_lazy("操作太频繁，请稍等一会儿再试。"),
        "incorrect_code": gettext_lazy("验证码不对或已过期。请核对后重新输入。"),
        "incorrect_password": gettext_lazy("密码不对，请重新输入。"),
        "enter_current_password": gettext_lazy("当前密码不对，请重新输入。"),
        "email_taken": gettext_lazy("这个邮箱已被使用，请换一个，或用它直接登录。"),
        "phone_taken": gettext_lazy("这个手机号已被使用，请换一个，或用它直接登录。"),
        "duplicate_email": gettext_lazy("这就是您现在的邮箱。"),
        "same_as_current": gettext_lazy("新的和现在的一样，请换一个。"),
        "unverified_primary_email": gettext_lazy("请先验证您的邮箱。"),
    }

    # ── messages ──
    def add_message(self, request: Any, level: Any, message_template: Any = None, *args: Any, **kwargs: Any) -> None:
        """Whoever has just signed up is told that his address is verified, and not in a second breath that he is in."""
        joined = getattr(request.user, "date_joined", None)
        if message_template == WELCOME and joined and clock.now() - joined < FRESH:
            return
        super().add_message(request, level, message_template, *args, **kwargs)

    # ── persons ──
    def save_user(self, request: Any, user: User, form: Any, commit: bool = True) -> User:  # type: ignore[override]
        user.name = clean_line(form.cleaned_data["name"])
        user.name_sort = sort_key(user.name)
        user.language = get_language() or user.language
        return super().save_user(request, user, form, commit)  # type: ignore[return-value]

    # ── phones ──
    def phone_form_field(self, **kwargs: Any) -> phones.PhoneField:
        return phones.PhoneField(**kwargs)

    def set_phone(self, user: User, phone: str, verified: bool) -> None:  # type: ignore[override]
        user.phone, user.phone_verified = phone, verified
        user.save(update_fields=["phone", "phone_verified"])

    def get_phone(self, user: User) -> tuple[str, bool] | None:  # type: ignore[override]
        return (user.phone, user.phone_verified) if user.phone else None

    def set_phone_verified(self, user: User, phone: str) -> None:  # type: ignore[override]
        try:
            with transaction.atomic():
                self.set_phone(user, phone, True)
        except IntegrityError:  # confirmed by somebody else a moment ago
            raise self.validation_error("phone_taken") from None

    def get_user_by_phone(self, phone: str) -> User | None:
        """Only a confirmed number is an account's: typing a stranger's number neither logs in nor locks him out."""
        return User.objects.filter(phone=phone, phone_verified=True).first()

    def send_verification_code_sms(self, user: Any, phone: str, code: str, **kwargs: Any) -> None:
        sms.send(phone, _("验证码 %(code)s，15 分钟内有效。请勿告诉他人。") % {"code": code})

    def send_account_already_exists_sms(self, phone: str) -> None:
        sms.send(phone, _("有人用这个手机号注册揭榜台，但它已有账号，请直接登录。如非本人操作，可不理会。"))

    def send_unknown_account_sms(self, phone: str, **kwargs: Any) -> None:
        sms.send(phone, _("有人想用这个手机号登录揭榜台，但它还没有账号。如非本人操作，可不理会。"))

    # ── mail ──
    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """A mail server that is down must not show whether the address is known, nor lose what was typed."""
        try:
            super().send_mail(template_prefix, email, context)
        except (OSError, SMTPException):
            log.exception("mail %s could not be sent", template_prefix)

    # ── limits ──
    def _get_login_attempts_cache_key(self, request: Any, **credentials: Any) -> str:
        """By account and address: allauth's own key lumps all phones into one, and lets a stranger lock a victim."""
        login = credentials.get("email") or credentials.get("phone") or credentials.get("username") or ""
        return f"{login.lower()}:{self.get_client_ip(request)}"


class MFAAdapter(DefaultMFAAdapter):
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": gettext_lazy("验证码不对。请看应用里最新的 6 位数字，或换一个恢复码。"),
        "cannot_delete_authenticator": gettext_lazy("管委会人员必须保留一种二次验证。请先添加另一种，再停用这一种。"),
        "unverified_email": gettext_lazy("请先验证邮箱，再启用二次验证。"),
    }

    def encrypt(self, text: str) -> str:
        """Secrets of authenticator apps lie encrypted: a stolen dump opens no account."""
        return hide(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return reveal(encrypted_text.encode()).decode()

    def can_delete_authenticator(self, authenticator: Any) -> bool:
        """Zone staff keep at least one real second factor; recovery codes alone are none."""
        others = authenticator.user.authenticator_set.exclude(pk=authenticator.pk).exclude(type="recovery_codes")
        return not authenticator.user.is_zone_staff or others.exists()
