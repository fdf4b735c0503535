"""The public names as text, a line each: `python tests/public_names.py > tests/api.txt` keeps what they are now."""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

PACKAGES = ("autograd", "autograd.testing", "nn", "nn.data", "nn.losses", "nn.plot")
PARTLY_PUBLIC = {
    "autograd.ops": ("Operation", "TABLE", "define", "operation"),
    "autograd.notes.report.report": ("Report",),  # what check_notes returns, and loads when it is called
}
OURS = ("autograd", "nn")
# What dataclasses, copies, pickles and repr ask for: its presence promises nothing, and differs between Pythons.
NOT_PROMISED = {f"__{name}__" for name in (
    "init", "post_init", "replace", "repr", "hash", "getattr", "setattr", "delattr", "reduce", "getstate", "setstate",
    "getnewargs", "deepcopy", "sklearn_tags",
)}  # fmt: skip


def lines() -> list[str]:
    """Every public name with its signature; classes, also those that public functions return, with their members."""
    named = dict(_named())
    return sorted({line for name, x in (named | _returned(named)).items() for line in _described(name, x)})


def _named() -> Iterator[tuple[str, Any]]:
    for package in PACKAGES:
        module = import_module(package)
        for name in [*getattr(module, "__all__", _own(module)), *getattr(module, "LAZY", ())]:
            yield f"{package}.{name}", getattr(module, name)
    for module, names in PARTLY_PUBLIC.items():
        yield from ((f"{module}.{name}", getattr(import_module(module), name)) for name in names)


def _own(module: ModuleType) -> list[str]:
    """The public names in a package without `__all__` that come from its own modules."""
    inside = f"{module.__name__}."
    found = {name: getattr(module, name) for name in dir(module) if _is_public(name)}
    return [name for name, x in found.items() if str(getattr(x, "__module__", "")).startswith(inside)]


def _returned(named: Mapping[str, Any]) -> dict[str, Any]:
    """Classes of these packages that are returned by what is public, by the names of their modules."""
    known, found = {x for x in named.values() if inspect.isclass(x)}, {}
    waiting = list(named.values())
    while waiting:
        for kind in _results(waiting.pop()) - known:
            known.add(kind)
            found[f"{kind.__module__}.{kind.__qualname__}"] = kind
            waiting.append(kind)
    return found


def _results(x: Any) -> set[type]:
    """The classes that a function, or a public method of a class, says that it returns."""
    functions = [member for _, member in _members(x)] if inspect.isclass(x) else [x]
    return {kind for f in functions for kind in _classes_named(_function_of(f))}


def _classes_named(f: Any) -> Iterator[type]:
    known = getattr(f, "__globals__", {})
    for word in re.findall(r"\w+", str(getattr(f, "__annotations__", {}).get("return", ""))):
        kind = known.get(word)
        if inspect.isclass(kind) and _is_ours(kind):
            yield kind


def _function_of(member: Any) -> Any:
    function = getattr(member, "fget", None) or getattr(member, "func", None) or getattr(member, "__func__", member)
    return inspect.unwrap(function) if callable(function) else function


def _described(name: str, x: Any) -> Iterator[str]:
    if inspect.isclass(x):
        yield f"{name}{_call(x)}  # {_bases(x)}"
        yield from (f"{name}.{member}{_kind(each)}" for member, each in _members(x))
    elif isinstance(x, Mapping):
        yield from (f"{name}[{key!r}]{_call(each)}" for key, each in x.items() if not getattr(each, "users_own", False))
    else:
        yield f"{name}{_call(x)}" if callable(x) else f"{name}: {type(x).__name__}"


def _bases(kind: type) -> str:
    shown = [base.__name__ for base in kind.__mro__[1:] if _is_ours(base) and _is_public(base.__name__)]
    builtin = next(base for base in kind.__mro__ if base.__module__ == "builtins")
    return " ".join(["class", *shown, *([] if builtin is object else [builtin.__name__])])


def _is_ours(kind: type) -> bool:
    return kind.__module__.split(".")[0] in OURS


def _members(kind: type) -> Iterator[tuple[str, Any]]:
    """The public members that a class has of these packages, its operators too; not those of other packages."""
    fields = getattr(kind, "__dataclass_fields__", {})
    for name in filter(_is_public, {*dir(kind), *fields}):
        getattr(kind, name, None)  # what is compiled when first asked for
        owner = next((base for base in kind.__mro__ if name in vars(base)), kind if name in fields else object)
        member = vars(owner).get(name)
        operator = not name.startswith("__") or isinstance(member, FunctionType)
        if operator and _is_ours(owner) and type(member).__module__.split(".")[0] in {*OURS, *sys.stdlib_module_names}:
            yield name, member


def _is_public(name: str) -> bool:
    special = name.startswith("__") and name.endswith("__")
    return name not in NOT_PROMISED if special else not name.startswith("_")


def _kind(member: Any) -> str:
    """A signature, or what a member is."""
    if isinstance(member, (classmethod, staticmethod)):
        return f"{_call(member.__func__)}  # {type(member).__name__}"
    if callable(member) and not inspect.isclass(member):
        return _call(member)
    return ": property" if isinstance(member, property) or hasattr(member, "func") else ": attribute"


def _call(x: Callable[..., Any]) -> str:
    """The signature, in words that every Python prints alike."""
    if inspect.isclass(x) and issubclass(x, Exception) and not isinstance(x.__init__, FunctionType):
        return "(...)"  # its base's, which not every Python tells
    signature = inspect.signature(x)
    parameters = [
        p.replace(annotation=_plain(p.annotation), default=_default(p)) for p in signature.parameters.values()
    ]
    return _unquoted(
        str(signature.replace(parameters=parameters, return_annotation=_plain(signature.return_annotation)))
    )


class _Words(str):
    """Text that repr leaves as it is."""

    def __repr__(self) -> str:
        return str(self)


def _plain(annotation: Any) -> Any:
    if annotation is inspect.Signature.empty:
        return annotation
    annotation = getattr(annotation, "__forward_arg__", annotation)  # a NamedTuple's
    words = annotation if isinstance(annotation, str) else inspect.formatannotation(annotation)
    return _Words(re.sub(r"\b(?:typing|collections\.abc|builtins)\.", "", words))


def _default(parameter: inspect.Parameter) -> Any:
    default = parameter.default
    named = inspect.isroutine(default) or (inspect.isclass(default) and default is not parameter.empty)
    return _Words(default.__name__) if named else default


def _unquoted(text: str) -> str:
    return re.sub(r" at 0x\w+", "", text)


if __name__ == "__main__":
    sys.path[:0] = [str(Path(__file__).parents[1])]
    print("\n".join(lines()))
