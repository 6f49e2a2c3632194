"""Registries: one new thing is one new file.

A registry discovers every public module of one package, so a decorator in a new file is all that a
new family, loss or data set needs. Distributions add theirs by an entry-point group.
"""

from __future__ import annotations

import difflib
import importlib
import logging
import pkgutil
import threading
import traceback
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from importlib.metadata import entry_points
from typing import Any, ClassVar, Generic, TypeVar

from gan_studio.core import safe_mode
from gan_studio.core.capabilities import Capability
from gan_studio.core.errors import Unavailable, UnknownKey

T = TypeVar("T")
log = logging.getLogger("gan_studio.registry")

# Names only: `core` must not import what lies above it, yet a schema can refer to any registry.
REGISTRY_HOMES = {
    "family": "gan_studio.models.base",
    "dataset": "gan_studio.data.base",
    "loss": "gan_studio.losses.base",
    "penalty": "gan_studio.losses.base",
    "probe": "gan_studio.diagnostics.base",
    "film": "gan_studio.exporters.films.base",
    "exporter": "gan_studio.exporters.base",
}


@dataclass(frozen=True)
class Entry(Generic[T]):
    """One thing in a registry."""

    key: str
    title: str  # marked for translation
    target: T
    options: type[Any]  # the dataclass of its options
    module: str
    help: str = ""  # marked for translation
    paper: str = ""  # where it comes from, a link
    capabilities: frozenset[Capability] = frozenset()
    order: int = 100  # place in pickers, small first
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class NoOptions:
    """The options of a thing that has none."""


class Registry(Generic[T]):
    """All things of one kind, by key.

    Args:
        kind: singular noun for messages and the name under which choices refer to the registry.
        package: dotted name of the package whose modules are discovered.
        group: entry-point group through which other distributions add modules.
    """

    # A process-wide directory on purpose.
    _by_kind: ClassVar[dict[str, Registry[Any]]] = {}

    def __init__(self, kind: str, package: str, group: str) -> None:
        self.kind = kind
        self.package = package
        self.group = group
        self._entries: dict[str, Entry[T]] = {}
        self._broken: dict[str, str] = {}
        self._is_discovered = False
        self._lock = threading.RLock()
        Registry._by_kind[kind] = self

    @staticmethod
    def of_kind(kind: str) -> Registry[Any]:
        """The registry with this kind; its home module is imported on first use.

        Raises:
            KeyError: there is no such kind.
        """
        if kind not in Registry._by_kind and kind in REGISTRY_HOMES:
            importlib.import_module(REGISTRY_HOMES[kind])
        return Registry._by_kind[kind]

    def register(
        self,
        key: str,
        *,
        title: str,
        options: type[Any] = NoOptions,
        help: str = "",
        paper: str = "",
        capabilities: frozenset[Capability] | set[Capability] = frozenset(),
        order: int = 100,
        **extra: Any,
    ) -> Callable[[T], T]:
        """Decorator that registers a class or function under `key`.

        Raises:
            ValueError: two modules claim the same key; the message names both.
        """

        def add(target: T) -> T:
            module = getattr(target, "__module__", "?")
            known = self._entries.get(key)
            if known is not None and known.module != module:
                raise ValueError(
                    f"the {self.kind} '{key}' is defined twice: in {known.module} and in {module}"
                )
            self._entries[key] = Entry(
                key=key,
                title=title,
                target=target,
                options=options,
                module=module,
                help=help,
                paper=paper,
                capabilities=frozenset(capabilities),
                order=order,
                extra=extra,
            )
            return target

        return add

    def discover(self) -> None:
        """Import every public module of the package and of the entry points, once.

        In safe mode those of other distributions are left out.
        """
        with self._lock:
            if self._is_discovered:
                return
            self._is_discovered = True
            for name in self.module_names():
                self._load(name, partial(importlib.import_module, name))
            for point in () if safe_mode.is_on() else entry_points(group=self.group):
                self._load(f"{point.name} ({point.value})", point.load)

    def module_names(self) -> list[str]:
        """Dotted names of the modules that `discover` imports (the frozen build needs them)."""
        package = importlib.import_module(self.package)
        names = [info.name for info in pkgutil.iter_modules(package.__path__)]
        return [f"{self.package}.{name}" for name in names if not name.startswith("_")]

    def _load(self, name: str, load: Callable[[], object]) -> None:
        try:
            load()
        except Exception as error:  # a half-written plugin must not stop the program
            self._broken[name] = f"{type(error).__name__}: {error}"
            log.error("%s %s cannot be loaded\n%s", self.kind, name, traceback.format_exc())

    def get(self, key: str) -> Entry[T]:
        """The entry with this key.

        Raises:
            UnknownKey: with the close matches.
            Unavailable: its module exists but could not be loaded.
        """
        self.discover()
        if key in self._entries:
            return self._entries[key]
        for name, reason in self._broken.items():
            if name.rpartition(".")[2] == key or name.startswith(f"{key} ("):
                raise Unavailable(kind=self.kind, key=key, reason=reason)
        close = difflib.get_close_matches(key, self._entries, n=3)
        known = ", ".join(close or sorted(self._entries))
        suggestion = f"Did you mean {known}?" if close else f"Known: {known}."
        raise UnknownKey(kind=self.kind, key=key, suggestion=suggestion)

    def __iter__(self) -> Iterator[Entry[T]]:
        self.discover()
        return iter(sorted(self._entries.values(), key=lambda entry: (entry.order, entry.key)))

    def __contains__(self, key: str) -> bool:
        self.discover()
        return key in self._entries

    @property
    def broken(self) -> Mapping[str, str]:
        """Modules that could not be loaded, with the reason."""
        self.discover()
        return dict(self._broken)
