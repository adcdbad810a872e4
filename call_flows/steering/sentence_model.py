"""Sentences as a model of meaning places them: an ONNX file in a folder of this machine, run on the CPU.

The folder is one that the usual exports of sentence encoders write: `model.onnx` (or `onnx/model.onnx`) and
`tokenizer.json`. Nothing is ever downloaded. Needs the extra `callwright[steer]` (onnxruntime, tokenizers).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from call_flows.hearing.phrases import normalise
from call_flows.steering.features import Features, Vector
from foundation.errors import CallwrightError, Problem

if TYPE_CHECKING:
    from call_flows.steering.features import Floats

VARIABLE: Final = "STEER_MODEL_PATH"
_PARTS: Final = ("onnxruntime", "tokenizers")
_LONGEST: Final = 128
"""Pieces of words that are read; what a caller says in one breath is far shorter."""
_MOST_KEPT: Final = 20_000


class SentenceModelUnusable(CallwrightError):
    """The sentence model that a site asks for cannot be used: what is missing is in `problem`."""


def _unusable(what: str, where: str, todo: str) -> SentenceModelUnusable:
    return SentenceModelUnusable(Problem("sentence_model", what, where, todo))


def open_model(folder: str) -> SentenceModel:
    """The model in a folder, opened once a process. Raises SentenceModelUnusable."""
    missing = [part for part in _PARTS if find_spec(part) is None]
    if missing:
        raise _unusable(f"{' and '.join(missing)} is not installed.", "", "Run `pip install 'callwright[steer]'`.")
    if not folder:
        raise _unusable("No folder of a sentence model is named.", VARIABLE, f"Set {VARIABLE} to the model's folder.")
    path = Path(folder).expanduser()
    model = next((file for file in (path / "model.onnx", path / "onnx" / "model.onnx") if file.is_file()), None)
    if model is None or not (path / "tokenizer.json").is_file():
        todo = "The folder needs model.onnx and tokenizer.json, as exports of sentence encoders write them."
        raise _unusable("There is no sentence model.", str(path), todo)
    seen = model.stat()
    return _opened(path, model, f"{model}:{seen.st_size}:{seen.st_mtime_ns}")


@lru_cache(maxsize=2)
def _opened(path: Path, model: Path, name: str) -> SentenceModel:
    try:
        return SentenceModel(path, model, name)
    except Exception as error:
        todo = "Export it again: one ONNX graph from input_ids and attention_mask to vectors."
        raise _unusable(f"The sentence model cannot be read: {type(error).__name__}.", str(path), todo) from error


class SentenceModel:
    """Sentences to vectors of length one. One thread and one sentence at a time: the same sentence, the same vector."""

    def __init__(self, folder: Path, model: Path, name: str) -> None:
        import onnxruntime
        import tokenizers

        self.name = name
        self._tokens = tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokens.enable_truncation(_LONGEST)
        self._tokens.no_padding()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
        self._inputs = [given.name for given in self._session.get_inputs()]
        outputs = [made.name for made in self._session.get_outputs()]
        self._output = "sentence_embedding" if "sentence_embedding" in outputs else outputs[0]
        self._first_only = _takes_first_token(folder)
        self.embed = lru_cache(maxsize=_MOST_KEPT)(self._embed)
        self.size = len(self._run([0, self._tokens.get_vocab_size() - 1], [1, 1], [0, 0]))  # every piece has a vector

    def read(self, sentences: Sequence[str]) -> Features:
        """The port of `features.Reader`: places sentences around the middle of these."""
        return _Centred(self, sentences)

    def _embed(self, sentence: str) -> Floats:
        import numpy as np

        pieces = self._tokens.encode(sentence.encode("utf-8", "replace").decode())
        if not pieces.ids:
            return np.zeros(self.size, dtype=np.float32)
        return self._run(pieces.ids, pieces.attention_mask, pieces.type_ids)

    def _run(self, ids: list[int], mask: list[int], types: list[int]) -> Floats:
        import numpy as np

        whole = {"input_ids": ids, "attention_mask": mask, "token_type_ids": types}
        given = {name: np.array([whole[name]], dtype=np.int64) for name in self._inputs}
        [made] = self._session.run([self._output], given)
        found: Any = np.asarray(made, dtype=np.float32)[0]
        if found.ndim > 1:
            found = found[0] if self._first_only else found.mean(axis=0)
        return _of_length_one(found)


class _Centred:
    """Vectors seen from the middle of a site's examples: what all of them share tells nothing."""

    def __init__(self, model: SentenceModel, sentences: Sequence[str]) -> None:
        import numpy as np

        self._model = model
        self.size = model.size
        self._places = np.arange(model.size, dtype=np.int64)
        some = [model.embed(sentence) for sentence in sentences]
        self._middle = np.mean(some, axis=0) if some else np.zeros(model.size, dtype=np.float32)

    def vector(self, sentence: str) -> Vector:
        """Every feature is known of whatever was said; of nothing, none is."""
        import numpy as np

        found = self._model.embed(sentence)
        if not normalise(sentence) or not found.any():
            return Vector(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32), 0.0)
        return Vector(self._places, _of_length_one(found - self._middle), 1.0)


def _of_length_one(vector: Floats) -> Floats:
    import numpy as np

    made: Floats = (vector / max(float(np.linalg.norm(vector)), 1e-9)).astype(np.float32)
    return made


def _takes_first_token(folder: Path) -> bool:
    """Whether the export says that the first token stands for the sentence, instead of the mean of all."""
    try:
        told = json.loads((folder / "1_Pooling" / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(told, dict) and told.get("pooling_mode_cls_token") is True
