"""The benchmark of labels measures what it says: bars that are off are found, and every goal gets its line."""

from uuid import UUID

import pytest
from PIL import Image
from rich.console import Console

from bench import label_dots, labels
from bench.label_cases import makers, sent
from bench.label_dots import dot_errors, error_of
from tests.labels.samples import parcel
from wms.labels.contents import contents_of
from wms.labels.model import Medium
from wms.labels.zpl import zpl_text


def test_a_bar_a_dot_too_wide_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    assert error_of([3, 6, 3, 9, 12]) == 0
    assert error_of([3, 6, 4, 9, 12]) == 1
    with pytest.raises(ValueError, match="without bars"):
        error_of([])
    label = zpl_text(contents_of(parcel()), UUID(int=1)).encode()
    assert list(dot_errors(label, Medium.ZPL_203)) == [0, 0]
    (whole,) = label_dots._pictures(label, Medium.ZPL_203)
    squeezed = whole.resize((whole.width * 9 // 10, whole.height), Image.Resampling.NEAREST)
    monkeypatch.setattr(label_dots, "_pictures", lambda *_: [squeezed])
    assert max(dot_errors(label, Medium.ZPL_203)) > 0


def test_every_kind_of_symbol_is_tried_with_the_same_values_in_every_run() -> None:
    first, again = ([[make() for _ in range(3)] for make in makers().values()] for _ in range(2))
    assert first == again
    assert len(first) == 4


def test_a_label_arrives_whole() -> None:
    assert len(list(sent(b"^XA^XZ" * 1000, 3))) == 3


def test_the_native_figures_have_their_goals(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(labels, "FEW_NATIVE", 20)
    bench = labels._Bench(True, Console(quiet=True))
    bench._native()
    assert [figure.goal for figure in bench.figures] == ["G1", "G6", "", "G4", "G4", "G4", "G4", "G1"]
    assert all(figure.found for figure in bench.figures)
    assert bench.wrong == 0
