"""A legend: a sample of each shape that is in a picture."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from autograd.show.drawing.looks import ALIKE, COPY, FONT, LEAF, LOCAL, PART, REST, RESULT, ROOT, UPSTREAM, WAY

SAMPLES = {
    "input": ("input", LEAF),
    "operation": ("operation", RESULT),
    "root": ("result", RESULT | ROOT),
    "part": ("part of the model", PART),
    "inputs": ("inputs alike", LEAF | ALIKE),
    "operations": ("operations alike", RESULT | ALIKE),
    "rest": ("the rest", REST),
    "way": ("on the way", RESULT | WAY),
}
NUMBERS = {
    "grad": f'<FONT COLOR="{UPSTREAM}">grad</FONT>: what backward() has added up there',
    "local": f'<FONT COLOR="{LOCAL}">at an arrow</FONT>: local derivative',
}


def add_legend(picture: Any, kinds: Iterable[str], show: Collection[str]) -> None:
    """Add samples of these kinds of box (see SAMPLES), and what the numbers shown are."""
    present = set(kinds)
    samples = {kind: sample for kind, sample in SAMPLES.items() if kind in present}
    if lines := [text for name, text in NUMBERS.items() if name in show]:
        samples["numbers"] = f"<{'<BR/>'.join(lines)}>", COPY
    frame = FONT | {"label": "legend", "color": "#BBBBBB"}
    with picture.subgraph(name="cluster_legend", graph_attr=frame) as legend:
        turned = picture.graph_attr["rankdir"] in ("LR", "RL")  # Graphviz lays that out from the last to the first
        for kind in reversed(samples) if turned else samples:
            text, look = samples[kind]
            legend.node(f"legend_{kind}", text, **look)
