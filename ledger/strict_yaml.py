"""YAML of our own data files, read strictly and fast.

Guarantees: plain data only, nothing in a file is executed; a key that stands twice in one mapping is refused instead
of the last one winning. The C parser reads where the library has it: the files of rules and law are looked at by
every command, and the one in Python takes ten times as long.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    _Base = yaml.SafeLoader
else:
    _Base = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

YAMLError = yaml.YAMLError


class RepeatedKeyError(ValueError):
    """A key stands twice in one mapping."""

    def __init__(self, key: object, line: int) -> None:
        super().__init__(f"line {line}: key {key} stands twice")
        self.key = str(key)
        self.line = line
        """From 1."""


def read(text: str) -> Any:  # noqa: ANN401 - any YAML value
    """The one value of a text.

    Raises:
        RepeatedKeyError: a key stands twice.
        YAMLError: the text is no YAML of plain data.
    """
    return yaml.load(text, Loader=_StrictLoader)  # noqa: S506 - a SafeLoader


class _StrictLoader(_Base):
    """A SafeLoader that refuses repeated keys."""


def _mapping(loader: yaml.SafeLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    result: dict[Any, Any] = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if key in result:
            raise RepeatedKeyError(key, key_node.start_mark.line + 1)
        result[key] = loader.construct_object(value_node, deep=True)
    return result


_StrictLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)
