import attrs

from ganreg import ColumnSummary


def test_a_summary_needs_what_every_column_has_and_no_more():
    required = {field.name for field in attrs.fields(ColumnSummary) if field.default is attrs.NOTHING}

    assert required == {"name", "kind", "missing", "distinct", "encoding"}
    assert ColumnSummary(name="x", kind="text", missing=0.0, distinct=3, encoding="none").usable
