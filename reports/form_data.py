"""Forms as data: lines, names, formulas and identities, read from `reports/forms/*.yaml`.

Guarantees: a form whose formulas name an unknown line or run in a circle cannot be loaded; figures that
break an identity of their form are never handed out (`BrokenIdentityError`, exit 3). Whole đồng.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ledger.errors import IntegrityError
from ledger.findings import Language

FORMS = Path(__file__).parent / "forms"
"""Where form data and document templates live."""

NO_MEASURE = "none"
_TERM = re.compile(r"([+-]?)(\d{2})")
_FORMULA = re.compile(r"\d{2}([+-]\d{2})*")

Texts = Mapping[Language, str]
Measures = Mapping[tuple[str, bool], int]
"""(measure, autonomous) → whole đồng."""
Figures = dict[str, int]
"""Line code → whole đồng."""


class FormError(ValueError):
    """A form file is not of its form; the sentence names form and line, or the place in the file."""


class BrokenIdentityError(IntegrityError):
    """Figures that cannot all be true."""

    template = "{form}: {left} = {left_value} but {right} = {right_value}; the figures are not given out"


@dataclass(frozen=True, slots=True)
class Line:
    """One line (mã số) of a form."""

    line: str
    section: str
    level: int
    """1 for a numbered row, 2 and 3 for the rows below it."""
    names: Texts
    formula: tuple[tuple[int, str], ...]
    """(+1 or -1, line) terms; empty for a line that is measured."""
    measure: str
    """What the budget postings give for it; `none` when the book has no such data; "" for a formula line."""
    autonomous: bool

    @property
    def decidable(self) -> bool:
        """Whether a reviewer may change this line itself (formula lines follow)."""
        return self.measure not in {"", NO_MEASURE}


@dataclass(frozen=True, slots=True)
class Form:
    """A form of one version."""

    form: str
    version: str
    title: Texts
    follows: Texts
    """The sentence on its face: which circular it follows, which one it was not checked against."""
    confidence: str
    sections: Mapping[str, Texts]
    identities: tuple[tuple[str, str], ...]
    lines: tuple[Line, ...]

    def line(self, code: str) -> Line | None:
        """The line with this code, or None."""
        return next((line for line in self.lines if line.line == code), None)

    def line_of(self, measure: str, autonomous: bool) -> str:
        """The code of the line that shows a measure."""
        return next(x.line for x in self.lines if (x.measure, x.autonomous) == (measure, autonomous))

    def figures(self, measures: Measures) -> Figures:
        """Every line of the form, measured or calculated.

        Raises:
            BrokenIdentityError: an identity of the form does not hold.
        """
        figures = {x.line: measures.get((x.measure, x.autonomous), 0) for x in self.lines if not x.formula}
        pending = [x for x in self.lines if x.formula]
        while pending:
            ready = [x for x in pending if all(code in figures for _, code in x.formula)]
            for x in ready:
                figures[x.line] = sum(sign * figures[code] for sign, code in x.formula)
            pending = [x for x in pending if x.line not in figures]
        ordered = {x.line: figures[x.line] for x in self.lines}
        self.check(ordered)
        return ordered

    def negative(self, figures: Mapping[str, int]) -> Figures:
        """Lines below nought; sums of such a line are not named again."""
        return {
            x.line: figures[x.line]
            for x in self.lines
            if figures[x.line] < 0 and not any(sign > 0 and figures[code] < 0 for sign, code in x.formula)
        }

    def check(self, figures: Mapping[str, int]) -> None:
        """Assert every identity and every formula of the form.

        Raises:
            BrokenIdentityError: the first one that does not hold.
        """
        formulas = tuple((x.line, _written(x.formula)) for x in self.lines if x.formula)
        for left, right in self.identities + formulas:
            values = [sum(sign * figures[code] for sign, code in _terms(side)) for side in (left, right)]
            if values[0] != values[1]:
                raise BrokenIdentityError(
                    form=self.form, left=left, right=right, left_value=values[0], right_value=values[1]
                )


@cache
def load_form(name: str) -> Form:
    """Read `reports/forms/<name>.yaml`.

    Raises:
        FormError: a key is missing, unknown or of the wrong type; a formula names an unknown line or runs in a circle,
            or a line is not defined.
    """
    return form_of(name, load_yaml(name))


def form_of(name: str, raw: object) -> Form:
    """A form from what its file holds; raises FormError as `load_form` does."""
    try:
        data = _FormData.model_validate(raw)
    except ValidationError as problem:
        places = [f"{'.'.join(map(str, error['loc']))}: {error['msg']}" for error in problem.errors()]
        raise FormError(f"{name}: {'; '.join(places)}") from None
    lines = tuple(_line(name, line) for line in data.lines)
    _check_lines(name, lines)
    return Form(
        form=data.form,
        version=data.version,
        title=data.title,
        follows=data.follows,
        confidence=data.confidence,
        sections=data.sections,
        identities=tuple((x.left, x.right) for x in data.identities),
        lines=lines,
    )


@cache
def load_yaml(name: str) -> Any:  # noqa: ANN401 - each data file has its own shape, checked by its reader
    """A data file of the forms folder, read once per process; nobody changes what this returns."""
    return yaml.safe_load((FORMS / f"{name}.yaml").read_text("utf-8"))


class _Data(BaseModel):
    """A part of a form file: nothing unknown, nothing converted."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class _LineData(_Data):
    line: str = Field(pattern=r"^[0-9]{2}$")
    section: str
    level: Literal[1, 2, 3]
    vi: str = Field(min_length=1)
    en: str = Field(min_length=1)
    formula: str = ""
    measure: str = ""
    autonomous: bool = False


class _Identity(_Data):
    left: str
    right: str


class _FormData(_Data):
    form: str
    version: str
    title: dict[Language, str]
    follows: dict[Language, str]
    confidence: str
    sections: dict[str, dict[Language, str]]
    identities: list[_Identity]
    lines: list[_LineData] = Field(min_length=1)


def _line(form: str, data: _LineData) -> Line:
    if bool(data.formula) == bool(data.measure):
        raise FormError(f"{form}: line {data.line} needs a formula or a measure, not both")
    return Line(
        line=data.line,
        section=data.section,
        level=data.level,
        names={"vi": data.vi, "en": data.en},
        formula=_terms(data.formula),
        measure=data.measure,
        autonomous=data.autonomous,
    )


def _terms(formula: str) -> tuple[tuple[int, str], ...]:
    if formula and not _FORMULA.fullmatch(formula):
        raise FormError(f"not a formula of line codes: {formula}")
    return tuple((-1 if sign == "-" else 1, code) for sign, code in _TERM.findall(formula))


def _written(terms: tuple[tuple[int, str], ...]) -> str:
    return "".join(("+" if sign > 0 else "-") + code for sign, code in terms).removeprefix("+")


def _check_lines(form: str, lines: tuple[Line, ...]) -> None:
    known = {x.line for x in lines}
    if len(known) != len(lines):
        raise FormError(f"{form}: a line code stands twice")
    done: set[str] = {x.line for x in lines if not x.formula}
    pending = [x for x in lines if x.formula]
    while pending:
        ready = [x.line for x in pending if all(code in done for _, code in x.formula)]
        if not ready:
            raise FormError(f"{form}: lines {[x.line for x in pending]} name unknown lines or run in a circle")
        done.update(ready)
        pending = [x for x in pending if x.line not in done]
