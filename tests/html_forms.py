"""Reading the forms of a page the way a browser does: every field with the value it would send untouched."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Form:
    """One form: where it goes, and what it would send."""

    action: str
    values: dict[str, list[str]] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._area: str | None = None
        self._select: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        if tag == "form":
            self.forms.append(Form(known.get("action") or ""))
        if not self.forms:
            return
        form, name = self.forms[-1], known.get("name") or ""
        if tag == "input" and name:
            self._input(form, name, known)
        elif tag == "textarea" and name:
            self._area = name
            form.values[name] = [""]
        elif tag == "select" and name:
            self._select = name
        elif tag == "option" and self._select:
            form.choices.setdefault(self._select, []).append(known.get("value") or "")
            if "selected" in known:
                form.values[self._select] = [known.get("value") or ""]

    def _input(self, form: Form, name: str, known: dict[str, str | None]) -> None:
        value = known.get("value") or ""
        if known.get("type") in ("radio", "checkbox"):
            form.choices.setdefault(name, []).append(value)
            if "checked" in known:
                form.values.setdefault(name, []).append(value)
        elif known.get("type") not in ("submit", "file"):
            form.values[name] = [value]

    def handle_data(self, data: str) -> None:
        if self._area:
            self.forms[-1].values[self._area][0] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = None
        if tag == "select" and self._select:
            form = self.forms[-1]
            form.values.setdefault(self._select, form.choices[self._select][:1])
            self._select = None


def forms_in(page: str) -> list[Form]:
    """Return every form of a page, in order."""
    reader = _Reader()
    reader.feed(page)
    return reader.forms


def form_on(page: str, action: str) -> Form:
    """Return the first form whose action matches."""
    forms = forms_in(page)
    found = [form for form in forms if re.search(action, form.action)]
    assert found, f"no form with {action!r} on the page; there are {[form.action for form in forms]}"
    return found[0]
