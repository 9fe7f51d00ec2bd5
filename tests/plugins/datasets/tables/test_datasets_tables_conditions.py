"""Which columns of a table become conditions."""

import numpy as np
import pytest
from ganreg_datasets.tables.dataset import CsvTable

import ganreg


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    path = tmp_path_factory.mktemp("conditions") / "t.csv"
    draw = np.random.default_rng(0)
    rows = [f"{draw.normal():.3f},{'abc'[k % 3]},{k % 2},{k % 4}" for k in range(200)]
    path.write_text("\n".join(["x,kind,paid,rooms", *rows]) + "\n")
    return path


def test_all_columns_of_categories_become_conditions(path):
    table = CsvTable(path=path, conditions=("all",))
    spec, data = table.spec(), table.load()
    assert spec.conditions == data.conditions == ("kind", "paid", "rooms")
    assert spec.num_classes == 3 + 2 + 4
    assert data.class_names[:5] == ("kind=a", "kind=b", "kind=c", "paid=0", "paid=1")
    np.testing.assert_array_equal(data.spec.conditional_on.classes_of(data.train), data.train_classes)
    assert data.train_labels is None


def test_conditions_stay_part_of_the_rows_and_of_the_kept_encodings(path):
    table = CsvTable(path=path, conditions=("paid",))
    without = CsvTable(path=path, conditions=("none",))
    assert table.spec().shape == without.spec().shape
    kept = CsvTable(path=path, conditions=("none",)).with_state(table.fitted_state())
    assert kept.spec() == table.spec()
    assert kept.load().conditions == ("paid",)
    assert "conditions" not in without.fitted_state()
    assert CsvTable(path=path).with_state(without.fitted_state()).spec() == without.spec()


def test_the_choice_is_automatic_unless_there_is_a_label(path):
    assert CsvTable(path=path).spec().conditions == ("kind", "paid", "rooms")
    assert CsvTable(path=path, conditions=("none",)).spec().num_classes is None
    labelled = CsvTable(path=path, label="paid").spec()
    assert (labelled.conditions, labelled.num_classes) == ((), 2)


def test_a_table_of_numbers_has_no_conditions(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("x\n" + "".join(f"{k / 7:.3f}\n" for k in range(60)))
    assert CsvTable(path=path).spec().num_classes is None
    with pytest.raises(ganreg.DataError, match="no columns of categories, so conditions=all has no effect"):
        CsvTable(path=path, conditions=("all",)).spec()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"conditions": ("kinds",)},
            "has no column 'kinds' for a condition; choose from kind, paid, rooms",
        ),
        ({"conditions": ("x",)}, "column 'x' cannot be a condition, as it has no categories; leave it out, or choose"),
        ({"conditions": ("kind",), "label": "paid"}, "conditions replace the label: leave label=paid out, and name it"),
        ({"conditions": ("kind", "kind")}, "a condition is given twice"),
    ],
)
def test_refuses(path, options, message):
    with pytest.raises(ganreg.DataError, match=message):
        CsvTable(path=path, **options).spec()
