"""Charts: words for those who do not see them, and no number that is hidden."""

import xml.etree.ElementTree as ElementTree

from django.utils.translation import override

from reports.charts import Point, bar_chart, line_chart


def parsed(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg[svg.index("<svg") :])


def drawn(svg: str, tag: str) -> list[dict]:
    return [element.attrib for element in parsed(svg).iter(tag)]


def test_bars_are_as_long_as_their_share_of_the_longest():
    svg = bar_chart("c", "Visits", [Point("Home", 40), Point("Phone", 10), Point("Office", 0)])
    widths = [bar["width"] for bar in drawn(svg, "rect") if bar["class"] == "chart-bar"]
    assert widths == ["100.00%", "25.00%", "0.00%"]


def test_a_chart_is_an_image_with_a_title_and_a_description():
    root = parsed(bar_chart("c", "Visits", [Point("Home", 1200), Point("Phone", 10)]))
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-labelledby"] == "c-title c-description"
    with override("en"):
        svg = bar_chart("c", "Visits", [Point("Home", 1200), Point("Phone", 10)])
    assert '<title id="c-title">Visits</title>' in svg
    assert "Home: 1,200; Phone: 10" in svg


def test_the_decimal_point_is_a_point_in_every_language():
    for language in ("lv", "ru", "en"):
        with override(language):
            svg = bar_chart("c", "Visits", [Point("Home", 3), Point("Phone", 1)])
            assert drawn(svg, "rect")[-1]["width"] == "33.33%"


def test_a_hidden_value_is_a_gap_and_a_word():
    with override("en"):
        svg = line_chart("c", "Visits", [Point("May", 5), Point("June", None), Point("July", 7)])
    assert len(drawn(svg, "circle")) == 2
    assert [line for line in drawn(svg, "line") if line["class"] == "chart-line"] == []
    assert "June: hidden" in svg


def test_labels_are_texts_whatever_stands_in_them():
    svg = bar_chart("c", "<script>", [Point("A & <b>", 1)])
    assert "<script>" not in svg
    assert parsed(svg).find("text").text == "A & <b>"


def test_an_empty_chart_is_no_fault():
    assert drawn(bar_chart("c", "Visits", []), "rect") == []
    assert drawn(line_chart("c", "Visits", [Point("May", 0)]), "circle")[0]["cy"] == "156"


def test_many_values_are_described_by_first_last_and_most():
    points = [Point(f"month {number}", number) for number in (3, 9, 4, 1, 5)]
    with override("en"):
        svg = line_chart("c", "Visits", points)
    assert "From 3 in month 3 to 5 in month 5; the most, 9, in month 9." in svg
