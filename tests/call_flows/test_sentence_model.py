"""Steering by a sentence model in a folder of the user's: opened, asked for, missing, and beside words."""

import json
import zlib

import pytest

from call_flows.loader import check_folder, load_texts
from call_flows.problems import SiteRefused
from call_flows.steering.classifier import Classifier
from call_flows.steering.features import Vocabulary
from call_flows.steering.matcher import Matcher, Wish, learned
from call_flows.steering.sentence_model import VARIABLE, SentenceModelUnusable, open_model
from tests.call_flows.conftest import SITE, Talk, texts_of
from tests.call_flows.test_steering import STEER

onnx = pytest.importorskip("onnx", reason="the extra callwright[steer] and onnx are not installed")
pytest.importorskip("onnxruntime", reason="the extra callwright[steer] is not installed")
tokenizers = pytest.importorskip("tokenizers", reason="the extra callwright[steer] is not installed")

ASKING = SITE + "steering: sentences\n"
WORDS = {
    "money": ["balance", "money", "cash", "funds", "euros", "account"],
    "plastic": ["card", "plastic", "visa"],
    "loss": ["lost", "stolen", "gone", "missing", "vanished", "stole"],
    "wish": ["want", "order", "new", "another", "send", "need", "replacement"],
    "other": ["my", "i", "the", "is", "a", "how", "much", "was", "have", "do", "in", "please", "me", "been", "has"],
}
"""What a model of meaning knows and words do not: which ones stand for the same."""
SIZE = 8


def direction(word: str) -> list[float]:
    """A vector that is the same for words of one meaning, and only a little their own."""
    kind = next(kind for kind, words in WORDS.items() if word in words)
    made = [0.0] * SIZE
    made[list(WORDS).index(kind)] = 0.2 if kind == "other" else 1.0
    made[5 + zlib.crc32(word.encode()) % 3] = 0.1
    return made


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder as exports of sentence encoders write it, with a graph that looks pieces up."""
    made = tmp_path_factory.mktemp("encoder")
    known = ["[UNK]", *(word for words in WORDS.values() for word in words)]
    tokens = tokenizers.Tokenizer(
        tokenizers.models.WordLevel({word: at for at, word in enumerate(known)}, unk_token="[UNK]")
    )
    tokens.normalizer = tokenizers.normalizers.Lowercase()
    tokens.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    tokens.save(str(made / "tokenizer.json"))
    table = [value for word in known for value in ([0.0] * SIZE if word == "[UNK]" else direction(word))]
    kinds = onnx.TensorProto
    ids = onnx.helper.make_tensor_value_info("input_ids", kinds.INT64, ["batch", "pieces"])
    mask = onnx.helper.make_tensor_value_info("attention_mask", kinds.INT64, ["batch", "pieces"])
    out = onnx.helper.make_tensor_value_info("last_hidden_state", kinds.FLOAT, ["batch", "pieces", SIZE])
    weights = onnx.helper.make_tensor("table", kinds.FLOAT, [len(known), SIZE], table)
    look_up = onnx.helper.make_node("Gather", ["table", "input_ids"], ["last_hidden_state"])
    graph = onnx.helper.make_graph([look_up], "tiny", [ids, mask], [out], [weights])
    model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 17)], ir_version=8)
    onnx.save(model, str(made / "model.onnx"))
    return made


@pytest.fixture
def asked(folder, monkeypatch):
    monkeypatch.setenv(VARIABLE, str(folder))
    return open_model(str(folder))


@pytest.fixture(params=["words", "sentences"])
def read(request, folder):
    """Both readers of the port."""
    return Vocabulary if request.param == "words" else open_model(str(folder)).read


SENTENCES = ["how much money is in my account", "my card was stolen", "send me a new card", "the card is lost"]


def test_both_readers_place_sentences_alike_in_kind(read):
    """Length one, the same for the same, nearest to itself, nothing for what is no sentence: words or meaning."""
    features = read(SENTENCES)
    for sentence in SENTENCES:
        vector = features.vector(sentence)
        assert len(vector.places) == len(vector.weights) <= features.size
        assert float((vector.weights**2).sum()) == pytest.approx(1, abs=1e-3)
        again = features.vector(sentence)
        assert (again.places.tolist(), again.weights.tolist()) == (vector.places.tolist(), vector.weights.tolist())
        assert 0 < vector.known <= 1
    for nothing in ("", "²", "…"):
        assert (len(features.vector(nothing).places), features.vector(nothing).known) == (0, 0.0)


def test_both_readers_teach_the_classifier(read):
    """What was learned is found again."""
    classifier = Classifier(SENTENCES, [0, 1, 2, 1], 3, read)
    assert [int(classifier.scores(said).probabilities.argmax()) for said in SENTENCES] == [0, 1, 2, 1]


@pytest.mark.parametrize("said", ["", "²", "one", "zzz " * 400, "🙂", "my card \ud800"])
def test_nothing_that_is_said_makes_a_model_fail(asked, said):
    """The engine never raises for what a caller says."""
    found = Matcher({"money": Wish((), ("my money", "my cash")), "card": Wish(("card",), ("a card",))}, asked)
    assert 0 <= found.meant(said).sure <= 1


def test_words_never_seen_are_understood_by_their_meaning(asked):
    """The reason for the extra: `vanished` stands in no example, and neither does `visa`."""
    site = load_texts(texts_of(STEER, ASKING))
    talk = Talk(site).speak("the visa has vanished")
    assert talk.state.slots["topic"] == "lost"
    by_words = Talk(load_texts(texts_of(STEER))).speak("the visa has vanished")
    assert "topic" not in by_words.state.slots


def test_both_are_learned_apart(asked):
    """The same examples read in two ways are two matchers."""
    wishes = {"a": Wish((), ("my money",)), "b": Wish((), ("my card",))}
    assert learned(wishes, asked) is learned(dict(wishes), asked)
    assert learned(wishes, asked) is not learned(wishes)


def test_a_site_that_asks_for_a_model_is_refused_without_one(monkeypatch, tmp_path):
    """Never a silent change of how callers are led: the check says what to do, and nothing goes live."""
    monkeypatch.delenv(VARIABLE, raising=False)
    with pytest.raises(SiteRefused) as refused:
        load_texts(texts_of(STEER, ASKING))
    [problem] = refused.value.problems
    assert (problem.code, problem.place.file, problem.word) == ("E116", "site.yaml", "sentences")
    assert f"Set {VARIABLE}" in problem.todo
    assert "leave out `steering`" in problem.todo
    for file, text in texts_of(STEER, ASKING).items():
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).write_text(text, encoding="utf-8")
    assert [found.code for found in check_folder(tmp_path) if found.code.startswith("E")] == ["E116"]


def test_calls_on_a_version_whose_model_is_gone_go_on_by_words_and_it_is_told(asked, monkeypatch):
    """Degrade, do not drop: a published version is never refused, and its warnings hold why."""
    texts = texts_of(STEER, ASKING)
    assert load_texts(texts, check=None).warnings == ()
    monkeypatch.setenv(VARIABLE, "/nowhere")
    again = load_texts(texts, check=None)
    assert [problem.code for problem in again.warnings] == ["E116"]
    assert Talk(again).speak("somebody stole my card").state.slots["topic"] == "lost"


def test_what_is_wrong_with_a_folder_is_told(tmp_path, folder, monkeypatch):
    """No folder, no files, a file that is none, a part that is not installed."""
    with pytest.raises(SentenceModelUnusable, match=r"model\.onnx and tokenizer\.json"):
        open_model(str(tmp_path))
    (tmp_path / "onnx").mkdir()
    (tmp_path / "onnx" / "model.onnx").write_bytes(b"no graph")
    (tmp_path / "tokenizer.json").write_text(json.dumps({"model": "none"}), encoding="utf-8")
    with pytest.raises(SentenceModelUnusable, match="cannot be read"):
        open_model(str(tmp_path))
    monkeypatch.setattr("call_flows.steering.sentence_model._PARTS", ("onnxruntime", "no_such_part"))
    with pytest.raises(SentenceModelUnusable, match=r"no_such_part is not installed.*callwright\[steer\]"):
        open_model(str(folder))


def test_pieces_the_graph_has_no_vector_for_are_found_when_it_is_opened(tmp_path, folder):
    """A tokenizer of another model: better told at the check than by a caller."""
    (tmp_path / "model.onnx").write_bytes((folder / "model.onnx").read_bytes())
    other = tokenizers.Tokenizer(tokenizers.models.WordLevel({f"w{at}": at for at in range(500)}, unk_token="w0"))
    other.save(str(tmp_path / "tokenizer.json"))
    with pytest.raises(SentenceModelUnusable, match="cannot be read"):
        open_model(str(tmp_path))


def test_an_export_says_that_its_first_piece_stands_for_the_sentence(tmp_path, folder):
    """`1_Pooling/config.json`, else the mean of all pieces."""
    for name in ("model.onnx", "tokenizer.json"):
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    (tmp_path / "1_Pooling").mkdir()
    (tmp_path / "1_Pooling" / "config.json").write_text('{"pooling_mode_cls_token": true}', encoding="utf-8")
    first, mean = open_model(str(tmp_path)), open_model(str(folder))
    assert first.embed("card money").tolist() == first.embed("card lost").tolist()
    assert mean.embed("card money").tolist() != mean.embed("card lost").tolist()
