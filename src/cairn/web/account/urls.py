"""The routes of signing in, and of one's own account."""

from __future__ import annotations

from django.urls import path

from cairn.web.account import outside, own, own_factors, password, second_factor, signing_in

urlpatterns = [
    path("sign-in/", signing_in.sign_in_page, name="sign-in"),
    path("sign-in/enrol/", second_factor.enrol_page, name="sign-in-enrol"),
    path("sign-in/factor/", second_factor.factor_page, name="sign-in-factor"),
    path("sign-in/outside/", outside.leave, name="sign-in-outside"),
    path("sign-in/outside/back/", outside.come_back, name="sign-in-outside-back"),
    path("sign-in/passkey/", second_factor.passkey_page, name="sign-in-passkey"),
    path("sign-out/", signing_in.sign_out, name="sign-out"),
    path("account/", own.account, name="account"),
    path("account/factors/", own_factors.factors, name="account-factors"),
    path("account/factors/add/", own_factors.add_factor, name="account-factors-add"),
    path("account/factors/app/remove/", own_factors.end_app, name="account-app-remove"),
    path("account/factors/codes/", own_factors.new_codes, name="account-codes"),
    path(
        "account/factors/passkeys/<int:number>/name/", own_factors.name_passkey, name="account-passkey-name"
    ),
    path(
        "account/factors/passkeys/<int:number>/remove/",
        own_factors.end_passkey,
        name="account-passkey-remove",
    ),
    path("account/language/", own.choose_language, name="account-language"),
    path("account/password/", password.password, name="account-password"),
    path("account/theme/", own.choose_theme, name="account-theme"),
    path("account/sessions/end/", own.end, name="account-sessions-end"),
]
