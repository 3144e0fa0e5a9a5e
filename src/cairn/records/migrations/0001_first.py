import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Authority",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=64, unique=True)),
                ("name", models.CharField(max_length=200)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("unit", "specialised police unit"),
                            ("hub", "international hub"),
                            ("hotline", "hotline"),
                            ("company", "company"),
                        ],
                        max_length=16,
                    ),
                ),
                ("country", models.CharField(help_text="ISO 3166-1 alpha-2, upper case", max_length=2)),
                ("contact", models.CharField(max_length=500)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.CreateModel(
            name="Category",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=64)),
                (
                    "treatment",
                    models.CharField(
                        choices=[
                            ("material", "counts as recorded material"),
                            ("irrelevant", "of no interest: a known-good file"),
                        ],
                        max_length=16,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="IndexMark",
            fields=[
                ("node", models.CharField(max_length=36, primary_key=True, serialize=False)),
                ("generation", models.BigIntegerField()),
                ("entries", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Media",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sha256", models.BinaryField(max_length=32, unique=True)),
                ("sha1", models.BinaryField(db_index=True, max_length=20)),
                ("md5", models.BinaryField(db_index=True, max_length=16)),
                ("size_bytes", models.BigIntegerField()),
                ("media_type", models.CharField(max_length=100, null=True)),
                ("width", models.PositiveIntegerField(null=True)),
                ("height", models.PositiveIntegerField(null=True)),
                ("pdq", models.BinaryField(max_length=256, null=True)),
                ("quality", models.PositiveSmallIntegerField(null=True)),
                ("reason", models.CharField(blank=True, max_length=32)),
                ("sentence", models.CharField(blank=True, max_length=500)),
                ("method", models.CharField(max_length=32)),
                ("measured_at", models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.CreateModel(
            name="Scheme",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=64, unique=True)),
                ("version", models.CharField(max_length=32)),
            ],
        ),
        migrations.CreateModel(
            name="AuditEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(auto_now_add=True)),
                ("tag", models.CharField(max_length=64)),
                ("case_reference", models.CharField(blank=True, max_length=200)),
                ("record_ids", models.JSONField(default=list)),
                ("counts", models.JSONField(default=dict)),
                (
                    "actor",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="records.authority"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Case",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reference", models.CharField(max_length=200)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "authority",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="records.authority"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Check",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("request_digest", models.BinaryField(db_index=True, max_length=32)),
                ("started_at", models.DateTimeField(auto_now_add=True)),
                ("finished_at", models.DateTimeField(null=True)),
                (
                    "authority",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="records.authority"),
                ),
                (
                    "case",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, to="records.case"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Exhibit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("label", models.CharField(max_length=200)),
                ("case", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="records.case")),
            ],
        ),
        migrations.CreateModel(
            name="PendingIndexEntry",
            fields=[
                (
                    "media",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        serialize=False,
                        to="records.media",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CheckItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("address", models.TextField()),
                ("address_digest", models.BinaryField(max_length=16)),
                ("signature", models.TextField()),
                ("file_changed_at", models.DateTimeField(null=True)),
                ("is_done", models.BooleanField(default=False)),
                ("lease_holder", models.CharField(blank=True, max_length=200)),
                ("lease_ends_at", models.DateTimeField(null=True)),
                ("error_code", models.CharField(blank=True, max_length=64)),
                ("error_sentence", models.TextField(blank=True)),
                (
                    "check_run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="items", to="records.check"
                    ),
                ),
                (
                    "media",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, to="records.media"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Categorisation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                (
                    "authority",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="records.authority"),
                ),
                (
                    "made_in",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, to="records.case"
                    ),
                ),
                (
                    "category",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="records.category"),
                ),
                ("media", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="records.media")),
            ],
        ),
        migrations.AddField(
            model_name="category",
            name="scheme",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="records.scheme"),
        ),
        migrations.CreateModel(
            name="Series",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                ("status", models.CharField(max_length=16)),
                ("status_since", models.DateField()),
                ("handling", models.CharField(max_length=16)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "named",
                    models.ManyToManyField(
                        blank=True, related_name="series_named_to", to="records.authority"
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="owned_series",
                        to="records.authority",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SeriesMedia",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("added_at", models.DateTimeField(auto_now_add=True)),
                (
                    "added_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="records.authority"),
                ),
                (
                    "added_in",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, to="records.case"
                    ),
                ),
                ("media", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="records.media")),
                (
                    "series",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="records.series"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Sighting",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("address", models.TextField()),
                ("address_digest", models.BinaryField(max_length=16)),
                ("file_changed_at", models.DateTimeField(null=True)),
                ("recorded_at", models.DateTimeField(auto_now_add=True)),
                (
                    "authority",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="records.authority"),
                ),
                (
                    "exhibit",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="records.exhibit"),
                ),
                ("media", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="records.media")),
            ],
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.UniqueConstraint(fields=("authority", "reference"), name="case_reference"),
        ),
        migrations.AddConstraint(
            model_name="exhibit",
            constraint=models.UniqueConstraint(fields=("case", "label"), name="exhibit_label"),
        ),
        migrations.AddConstraint(
            model_name="checkitem",
            constraint=models.UniqueConstraint(
                fields=("check_run", "address_digest"), name="check_item_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="categorisation",
            constraint=models.UniqueConstraint(
                fields=("media", "category", "authority"), name="categorisation_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="category",
            constraint=models.UniqueConstraint(fields=("scheme", "code"), name="category_code"),
        ),
        migrations.AddConstraint(
            model_name="series",
            constraint=models.UniqueConstraint(fields=("owner", "name"), name="series_name"),
        ),
        migrations.AddConstraint(
            model_name="seriesmedia",
            constraint=models.UniqueConstraint(fields=("series", "media"), name="series_media_once"),
        ),
        migrations.AddConstraint(
            model_name="sighting",
            constraint=models.UniqueConstraint(
                fields=("exhibit", "media", "address_digest"), name="sighting_once"
            ),
        ),
    ]
