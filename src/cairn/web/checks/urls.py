"""The routes of checks: asking for one, watching it, and reading its answer."""

from __future__ import annotations

from django.urls import path

from cairn.web.checks import answer, check_list, files, hash_list, making, sending, watching

urlpatterns = [
    path("checks/", check_list.check_list, name="check-list"),
    path("checks/new/", making.new_check, name="check-new"),
    path("checks/hashes/", hash_list.hash_list, name="check-hashes"),
    path("checks/<int:number>/", watching.one_check, name="check"),
    path("checks/<int:number>/steer/", watching.steer_check, name="check-steer"),
    path("checks/<int:number>/add/", sending.add_files, name="check-add"),
    path("checks/<int:number>/parts/", sending.parts, name="check-parts"),
    path("checks/<int:number>/files/", files.files, name="check-files"),
    path("checks/<int:number>/files/<int:position>/", files.one_file, name="check-file"),
    path("checks/<int:number>/export/<str:kind>/", answer.export, name="check-export"),
]
