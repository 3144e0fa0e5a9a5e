"""The routes of signing in, and of one's own account."""

from __future__ import annotations

from django.urls import path

from cairn.web.account import own, signing_in

urlpatterns = [
    path("sign-in/", signing_in.sign_in_page, name="sign-in"),
    path("sign-out/", signing_in.sign_out, name="sign-out"),
    path("account/", own.account, name="account"),
    path("account/language/", own.choose_language, name="account-language"),
    path("account/theme/", own.choose_theme, name="account-theme"),
    path("account/sessions/end/", own.end, name="account-sessions-end"),
]
