"""A sentence encoder of the usual size whose weights are chance: for its time alone, which does not hang on them.

Six layers of attention and feed-forward, 384 wide, twelve heads, 1,536 within, 30,522 pieces: 22 million weights.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnx
import tokenizers
from onnx import TensorProto, helper, numpy_helper

from call_flows.steering.sentence_model import SentenceModel, open_model

LAYERS: Final = 6
WIDE: Final = 384
HEADS: Final = 12
WITHIN: Final = 1536
PIECES: Final = 30_522
LONGEST: Final = 512
_EACH: Final = WIDE // HEADS


class _Graph:
    """An ONNX graph while it is written: each call adds a node and gives the name of what it makes."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.weights: list[Any] = []
        self._chance = np.random.default_rng(0)

    def node(self, kind: str, *given: str, **more: Any) -> str:
        made = f"v{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(given), [made], **more))
        return made

    def whole(self, *values: int) -> str:
        return self._kept(np.array(values, dtype=np.int64))

    def drawn(self, *shape: int) -> str:
        return self._kept((self._chance.standard_normal(shape) * 0.02).astype(np.float32))

    def number(self, value: float) -> str:
        return self._kept(np.array(value, dtype=np.float32))

    def _kept(self, values: Any) -> str:
        name = f"w{len(self.weights)}"
        self.weights.append(numpy_helper.from_array(values, name))
        return name

    def linear(self, given: str, into: int, out: int) -> str:
        return self.node("Add", self.node("MatMul", given, self.drawn(into, out)), self.drawn(out))

    def normed(self, given: str) -> str:
        return self.node("LayerNormalization", given, self.drawn(WIDE), self.drawn(WIDE), axis=-1)


def _attention(graph: _Graph, given: str) -> str:
    def heads(order: list[int]) -> str:
        apart = graph.node("Reshape", graph.linear(given, WIDE, WIDE), graph.whole(0, 0, HEADS, _EACH))
        return graph.node("Transpose", apart, perm=order)

    asked, known, told = heads([0, 2, 1, 3]), heads([0, 2, 3, 1]), heads([0, 2, 1, 3])
    weighed = graph.node("Div", graph.node("MatMul", asked, known), graph.number(_EACH**0.5))
    mixed = graph.node("MatMul", graph.node("Softmax", weighed, axis=-1), told)
    joined = graph.node("Reshape", graph.node("Transpose", mixed, perm=[0, 2, 1, 3]), graph.whole(0, 0, WIDE))
    return graph.normed(graph.node("Add", given, graph.linear(joined, WIDE, WIDE)))


def _layer(graph: _Graph, given: str) -> str:
    seen = _attention(graph, given)
    within = graph.node("Gelu", graph.linear(seen, WIDE, WITHIN))
    return graph.normed(graph.node("Add", seen, graph.linear(within, WITHIN, WIDE)))


def encoder(folder: Path, sentences: Sequence[str]) -> SentenceModel:
    """Write such a model into a folder, with a tokenizer whose pieces are learned from sentences, and open it."""
    graph = _Graph()
    given = graph.normed(graph.node("Gather", graph.drawn(PIECES, WIDE), "input_ids"))
    for _ in range(LAYERS):
        given = _layer(graph, given)
    out = helper.make_tensor_value_info(given, TensorProto.FLOAT, ["batch", "pieces", WIDE])
    ids = helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["batch", "pieces"])
    whole = helper.make_graph(graph.nodes, "encoder", [ids], [out], graph.weights)
    model = helper.make_model(whole, opset_imports=[helper.make_opsetid("", 20)], ir_version=9)
    onnx.save(model, str(folder / "model.onnx"))
    tokens = tokenizers.Tokenizer(tokenizers.models.WordPiece({"[UNK]": 0}, unk_token="[UNK]"))  # noqa: S106 - a piece
    tokens.normalizer = tokenizers.normalizers.Lowercase()
    tokens.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    trainer = tokenizers.trainers.WordPieceTrainer(vocab_size=PIECES, special_tokens=["[UNK]"], show_progress=False)
    tokens.train_from_iterator(sentences, trainer)
    tokens.save(str(folder / "tokenizer.json"))
    return open_model(str(folder))
