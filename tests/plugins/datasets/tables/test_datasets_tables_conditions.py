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
    assert table.spec().shape == CsvTable(path=path).spec().shape
    kept = CsvTable(path=path).with_state(table.fitted_state())
    assert kept.spec() == table.spec()
    assert kept.load().conditions == ("paid",)
    assert "conditions" not in CsvTable(path=path).fitted_state()


def test_a_column_may_be_called_all(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("all,b\n" + "".join(f"{'yn'[k % 2]},{'abc'[k % 3]}\n" for k in range(60)))
    assert CsvTable(path=path, conditions=("all",)).spec().conditions == ("all",)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"conditions": ("kinds",)}, r"t.csv: there is no column 'kinds' for a condition; did you mean 'kind'\?"),
        ({"conditions": ("x",)}, "column 'x' cannot be a condition, as it has no categories; leave it out, or choose"),
        ({"conditions": ("kind",), "label": "paid"}, "conditions replace the label: leave label=paid out, and name it"),
        ({"conditions": ("kind", "kind")}, "a condition is given twice"),
    ],
)
def test_refuses(path, options, message):
    with pytest.raises(ganreg.DataError, match=message):
        CsvTable(path=path, **options).spec()
