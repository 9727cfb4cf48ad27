"""The forms of login, sign-up and security: allauth's, in the words of this platform."""

from typing import Any

from allauth.account import forms as allauth
from allauth.core import context
from django import forms
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts import invitations, phones
from accounts.fields import LineField
from accounts.models import Invitation, User
from web.account.organisation_forms import OrganisationFields, found_organisation


def _password(form: forms.Form, name: str, label: Any, *, new: bool = False) -> None:
    field = form.fields[name]
    field.label = label
    field.help_text = password_validation.password_validators_help_texts()[0] if new else ""
    field.error_messages["required"] = _("请填写%(label)s。") % {"label": label}
    field.widget.attrs.pop("placeholder", None)


class LoginForm(allauth.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _password(self, "password", _("密码"))
        self.fields["login"] = forms.CharField(
            label=_("邮箱或手机号"),
            error_messages={"required": _("请填写注册时用的邮箱或手机号。")},
            widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
        )
        self.order_fields(["login", "password"])

    def clean_login(self) -> str:
        login = super().clean_login()
        return phones.normalise(login) or login.lower()


class SignUpForm(OrganisationFields, allauth.SignupForm):
    """A person and the organisation in one sitting; with an invitation, the person alone."""

    field_order = [
        "name", "email", "phone", "password1", "kind", "organisation_name", "uscc", "region", "address", "message",
    ]  # fmt: skip

    name = LineField(most=100, label=_("姓名"), help_text=_("请用真实姓名。生僻字和“·”都可以。"))
    invitation = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.name_widget()
        _password(self, "password1", _("设置密码"), new=True)
        self.fields["password1"].error_messages["required"] = _("请设置密码。")
        email, phone = self.fields["email"], self.fields["phone"]
        email.label, email.help_text = _("邮箱"), _("用来登录和接收通知，建议用单位邮箱。")
        email.error_messages.update(required=_("请填写邮箱。"), invalid=_("邮箱格式不对。例如 zhang@example.com。"))
        email.widget.attrs.pop("placeholder", None)
        phone.label = _("手机号")
        phone.help_text = _("填写后也可以用手机号登录，我们会发短信验证。")
        token = self.data.get("invitation") if self.is_bound else context.request.GET.get("invitation")
        self.fields["invitation"].initial = token
        self.invited_by = self._open_invitation(token or "")
        if self.invited_by:
            self.without_organisation()
            self._address_as_invited(self.invited_by)

    def name_widget(self) -> None:
        self.fields["name"].widget.attrs.update(autocomplete="name")
        self.order_fields(self.field_order)

    @staticmethod
    def _open_invitation(token: str) -> Invitation | None:
        found = invitations.find(token) if token else None
        return found if found and not invitations.why_closed(found) else None

    def _address_as_invited(self, invitation: Invitation) -> None:
        """The link proves nothing about any other address, so the invited one is the one to sign up with."""
        field = self.fields["email" if invitation.email else "phone"]
        field.initial, field.required = invitation.email or invitation.phone, True
        field.widget.attrs["readonly"] = True

    def clean_email(self) -> str:
        if self.invited_by and self.invited_by.email and self.cleaned_data["email"].lower() != self.invited_by.email:
            raise ValidationError(_t("请用收到邀请的邮箱注册。"), code="invited")
        return super().clean_email()

    def _clean_phone(self) -> None:
        super()._clean_phone()
        invited = self.invited_by.phone if self.invited_by else ""
        if invited and self.cleaned_data.get("phone") != invited:
            self.add_error("phone", ValidationError(_t("请用收到邀请的手机号注册。"), code="invited"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        password, person = self.cleaned_data.get("password1"), User(name=self.cleaned_data.get("name", ""))
        person.email, person.phone = self.cleaned_data.get("email"), self.cleaned_data.get("phone")
        if password and not self.has_error("password1"):
            try:
                password_validation.validate_password(password, person)
            except ValidationError as why:
                self.add_error("password1", why)
        return cleaned or {}

    def try_save(self, request: Any) -> Any:
        """All of it or nothing. Somebody who took the address a moment ago gets the same answer as one who had it."""
        try:
            with transaction.atomic():
                return super().try_save(request)
        except IntegrityError:
            if not User.objects.filter(email=self.cleaned_data["email"]).exists():
                raise
            self.account_already_exists = True
            return super().try_save(request)

    def custom_signup(self, request: Any, user: User) -> None:
        if not self.invited_by:
            found_organisation(self.cleaned_data, by=user)


class ResetPasswordForm(allauth.ResetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["email"]
        field.label, field.help_text = _("邮箱"), _("注册时用的邮箱。我们会把验证码发到这里。")
        field.error_messages.update(required=_("请填写邮箱。"), invalid=_("邮箱格式不对。例如 zhang@example.com。"))
        field.widget.attrs.pop("placeholder", None)


class _OnePassword:
    """One new password, typed once: the browser can show it, a second field only doubles the typing."""

    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["password2"]
        _password(self, "password1", _("新密码"), new=True)  # type: ignore[arg-type]


class NewPasswordForm(_OnePassword, allauth.ResetPasswordKeyForm):
    pass


class SetPasswordForm(_OnePassword, allauth.SetPasswordForm):
    pass


class ChangePasswordForm(_OnePassword, allauth.ChangePasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _password(self, "oldpassword", _("当前密码"))


class ReauthenticateForm(allauth.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _password(self, "password", _("密码"))


class EmailForm(allauth.AddEmailForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["email"]
        field.label, field.help_text = _("新邮箱"), _("我们会发验证码到新邮箱，验证后才生效。")
        field.error_messages.update(required=_("请填写邮箱。"), invalid=_("邮箱格式不对。例如 zhang@example.com。"))
        field.widget.attrs.pop("placeholder", None)


class PhoneForm(allauth.ChangePhoneForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["phone"].label = _("新手机号")
        self.fields["phone"].help_text = _("11 位手机号。我们会发短信验证码，验证后才生效。")
        self.fields["phone"].error_messages["required"] = _("请填写手机号。")


class _Code:
    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        label_code(self)  # type: ignore[arg-type]


CODE = _("验证码")


def label_code(form: forms.Form, label: Any = CODE, help_text: Any = "") -> None:
    field = form.fields["code"]
    field.label, field.help_text = label, help_text
    field.error_messages["required"] = _("请填写验证码。")
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs.update(autocomplete="one-time-code", inputmode="text", spellcheck="false", autofocus=True)


class EmailCodeForm(_Code, allauth.ConfirmEmailVerificationCodeForm):
    pass


class PhoneCodeForm(_Code, allauth.VerifyPhoneForm):
    pass


class ResetCodeForm(_Code, allauth.ConfirmPasswordResetCodeForm):
    pass
