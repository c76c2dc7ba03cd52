"""Where strings of a JSON text stand, to the character."""

from __future__ import annotations

import json

import pytest

from starsend.model.plan_spans import string_spans, with_string

TEXT = '{ "a/b": [1, true, "x\\"y",\n\t{"k": "é\\u0041" , "empty": {} }], "n": -1.5e3 ,"l":[]}'


def test_every_string_value_is_found() -> None:
    spans = string_spans(TEXT)
    found = {pointer: json.loads(TEXT[start:end]) for pointer, (start, end) in spans.items()}
    assert found == {"/a~1b/2": 'x"y', "/a~1b/3/k": "éA"}


def test_one_string_is_changed_and_nothing_else() -> None:
    changed = with_string(TEXT, string_spans(TEXT)["/a~1b/3/k"], 'new "words"\n')
    assert changed == TEXT.replace('"é\\u0041"', '"new \\"words\\"\\n"')


def test_a_file_that_escapes_goes_on_escaping() -> None:
    text = '{"a": "\\u00e9", "b": "x"}'
    assert with_string(text, string_spans(text)["/b"], "é") == '{"a": "\\u00e9", "b": "\\u00e9"}'
    plain = '{"a": "é", "b": "x"}'
    assert with_string(plain, string_spans(plain)["/b"], "ü") == '{"a": "é", "b": "ü"}'


@pytest.mark.parametrize("text", ["", "{", '{"a"', '{"a": "x', "[" * 1000])
def test_what_is_no_json_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"it|Expecting|Unterminated"):
        string_spans(text)
