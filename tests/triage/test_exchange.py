"""Reading exchange files."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from triage.exchange import BadFile, read
from triage.hindsight import Row


def join(subject: str, body: str) -> str:
    return "\n".join(each for each in (subject, body) if each)


def parquet(folder: Path, **columns: Any) -> Path:
    pq.write_table(pa.table(columns), folder / "t.parquet")
    return folder / "t.parquet"


def csv(folder: Path, text: str) -> Path:
    (folder / "t.csv").write_text(text, encoding="utf-8")
    return folder / "t.csv"


def jsonl(folder: Path, *rows: Any) -> Path:
    (folder / "t.jsonl").write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return folder / "t.jsonl"


def only(path: Path, *inputs: str) -> Row:
    (row,) = read(path, inputs, join)
    return row


def test_the_three_kinds_of_file_give_the_same_ticket(tmp_path: Path) -> None:
    when = datetime(2016, 3, 1, 12, tzinfo=UTC)
    from_parquet = parquet(tmp_path, id=["007"], subject=["VPN"], created_at=[when], group=["GRP_1"])
    from_csv = csv(tmp_path, "id,subject,created_at,group\n007,VPN,2016-03-01T12:00:00Z,GRP_1\n")
    from_jsonl = jsonl(tmp_path, {"id": "007", "subject": "VPN", "created_at": "2016-03-01T12:00:00", "group": "GRP_1"})
    rows = [only(from_parquet), only(from_csv), only(from_jsonl)]
    assert rows[0] == rows[1] == rows[2]
    assert rows[0].created_at == when.timestamp()


def test_inputs_follow_the_text_as_lines(tmp_path: Path) -> None:
    path = parquet(tmp_path, id=["1"], subject=["VPN"], symptom=["slow"], location=pa.array([None], pa.string()))
    assert only(path, "symptom", "location").text == "VPN\nsymptom: slow"


def test_a_label_that_is_an_input_is_not_asked_for(tmp_path: Path) -> None:
    row = only(parquet(tmp_path, id=["1"], subject=["VPN"], category=["Network"], group=["A"]), "category")
    assert row.values.get("category") is None
    assert row.values["group"] == "A"


def test_blank_cells_are_no_labels(tmp_path: Path) -> None:
    row = only(csv(tmp_path, "id,subject,group,assignee\n1,VPN,, \n"))
    assert (row.values["group"], row.values["assignee"]) == (None, None)


def test_whole_numbers_that_became_floats_stay_whole(tmp_path: Path) -> None:
    row = only(parquet(tmp_path, id=[17.0], subject=["VPN"], group=[3.0], assignee=[float("nan")]))
    assert (row.id, row.values["group"], row.values["assignee"]) == ("17", "3", None)


def test_nanoseconds_are_read(tmp_path: Path) -> None:
    stamps = pa.array([1_470_627_231_224_376_678], pa.timestamp("ns", "UTC"))
    assert only(parquet(tmp_path, id=["1"], body=["x"], created_at=stamps)).created_at == pytest.approx(
        1_470_627_231.22
    )


def test_line_ends_inside_a_csv_cell_belong_to_the_text(tmp_path: Path) -> None:
    assert only(csv(tmp_path, 'id,body\n1,"one\ntwo"\n')).text == "one\ntwo"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("subject\nVPN\n", "column id: this column must be there"),
        ("id,title\n1,VPN\n", "there must be a column subject or body"),
        ("id,subject\n1,VPN\n,VPN\n", "row 2, column id: empty"),
        ("id,subject,created_at\n1,VPN,yesterday\n", "row 1, column created_at: 'yesterday' is no ISO 8601 time"),
        ("id,subject\n1,VPN,too,many\n", "cannot be read"),
        ("", "cannot be read"),
    ],
)
def test_a_bad_file_says_where_and_why(tmp_path: Path, text: str, message: str) -> None:
    path = csv(tmp_path, text)
    with pytest.raises(BadFile) as error:
        read(path, (), join)
    assert str(error.value).startswith(str(path))
    assert message in str(error.value)


def test_an_unknown_input_names_the_columns_there_are(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="column site: no such column; there are id, subject"):
        read(csv(tmp_path, "id,subject\n1,VPN\n"), ["site"], join)


def test_a_row_that_is_no_json_is_named(tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    path.write_text('{"id": "1", "subject": "VPN"}\n{oops\n')
    with pytest.raises(BadFile, match="row 2: no JSON"):
        read(path, (), join)


def test_a_row_that_is_no_object_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="row 1: a row must be a JSON object"):
        read(jsonl(tmp_path, [1, 2]), (), join)


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match=r"must end in \.parquet, \.csv or \.jsonl"):
        read(tmp_path / "t.xlsx", (), join)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="no such file"):
        read(tmp_path / "t.csv", (), join)


def test_a_parquet_file_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "t.parquet").write_bytes(b"not parquet")
    with pytest.raises(BadFile, match="cannot be read"):
        read(tmp_path / "t.parquet", (), join)
