"""The site's articles: `knowledge/*.md`, each with a title, other ways to ask, and a short answer to be spoken."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from call_flows.problems import Place, Problem
from call_flows.ranking import Ranking

FOLDER: Final = "knowledge/"
LONGEST_ANSWER: Final = 600
_HEADING: Final = re.compile(r"^(#{1,6})\s+(.+?)\s*#*\s*$")
_ASKED: Final = re.compile(r"^\s*[-*]\s+(.+)$")
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]+)*\Z")
_MARKUP: Final = re.compile(r"!?\[([^\]]*)\]\([^)]*\)|[*_`]{1,3}|<[^>]{0,200}>")
_QUESTIONS: Final = frozenset({"questions", "asked as", "preguntas", "questions posées"})


@dataclass(frozen=True, slots=True)
class Article:
    """One article. `answer` is its first paragraph, without markup: what is spoken."""

    file: str
    language: str
    title: str
    answer: str
    questions: tuple[str, ...]
    text: str

    @property
    def name(self) -> str:
        """The file's name without folder and suffix."""
        return self.file.rpartition("/")[2].removesuffix(".md")


@dataclass(frozen=True)
class Knowledge:
    """Every article of a site, ranked per language."""

    articles: tuple[Article, ...] = ()

    @cached_property
    def _rankings(self) -> Mapping[str, tuple[tuple[Article, ...], Ranking]]:
        found: dict[str, tuple[tuple[Article, ...], Ranking]] = {}
        for language in dict.fromkeys(article.language for article in self.articles):
            own = tuple(article for article in self.articles if article.language == language)
            found[language] = (own, Ranking([_weighed(article) for article in own]))
        return found

    def answer(self, question: str, language: str, *, sure: float) -> Article | None:
        """The article that answers the question; None when none does surely enough (0 to 1)."""
        for tongue in self._tongues(language):
            articles, ranking = self._rankings[tongue]
            best = ranking.best(question)
            if best is not None and best.sure >= sure:
                return articles[best.place]
        return None

    def about(self, said: str, language: str, *, most: int) -> list[Article]:
        """The articles that what was said is about, the best first: for an agent's eyes, so none has to be sure."""
        for tongue in self._tongues(language):
            articles, ranking = self._rankings[tongue]
            return [articles[found.place] for found in ranking.top(said, most)]
        return []

    def _tongues(self, language: str) -> Iterator[str]:
        """The caller's language, then another variety of it. Never another language."""
        if language in self._rankings:
            yield language
        yield from (other for other in self._rankings if other != language and other[:2] == language[:2])


def is_article(file: str) -> bool:
    """Whether a file of a site holds an article."""
    return file.startswith(FOLDER) and file.endswith(".md")


def read_articles(texts: Mapping[str, str], language: str) -> tuple[Knowledge, list[Problem]]:
    """The articles among a site's texts. `language` is that of those which lie in no folder of a language."""
    found, problems = [], []
    for file in sorted(filter(is_article, texts)):
        folder = file.removeprefix(FOLDER).rpartition("/")[0]
        spoken = folder.partition("/")[0] if _LANGUAGE.match(folder.partition("/")[0]) else language
        article = _read(file, spoken, texts[file])
        if not article.answer:
            what = "The article has no paragraph that answers."
            problems.append(Problem(Place(file), "E018", what, file, todo="Write the short answer below its title."))
        elif len(article.answer) > LONGEST_ANSWER:
            what = f"The article's answer has {len(article.answer)} characters; it is spoken."
            todo = "Say it in two sentences, and put the rest into a second paragraph."
            problems.append(Problem(Place(file, article.text.count("\n", 0, 1) + 1), "W609", what, file, todo=todo))
        found.append(article)
    return Knowledge(tuple(article for article in found if article.answer)), problems


def _read(file: str, language: str, text: str) -> Article:
    title, answer, questions, section = "", "", [], ""
    for block in re.split(r"\n\s*\n", text.replace("\r\n", "\n")):
        lines = block.strip().splitlines()
        while lines and (heading := _HEADING.match(lines[0].strip())) is not None:
            title, section = title or _plain(heading.group(2)), heading.group(2).casefold()
            lines = lines[1:]
        if not lines:
            continue
        if section in _QUESTIONS:
            questions += [_plain(found.group(1)) for line in lines if (found := _ASKED.match(line)) is not None]
        elif not answer:
            answer = _plain(" ".join(line.strip() for line in lines))
    return Article(file, language, title or _name(file), answer, tuple(questions), _plain(text))


def _plain(text: str) -> str:
    return " ".join(_MARKUP.sub(lambda found: found.group(1) or "", text).split())


def _name(file: str) -> str:
    return file.rpartition("/")[2].removesuffix(".md").replace("_", " ").replace("-", " ")


def _weighed(article: Article) -> list[tuple[str, float]]:
    """Fields with their weights: a title and the ways to ask say most of what an article is about."""
    return [
        (article.title, 3.0),
        (_name(article.file), 1.0),
        *((question, 2.0) for question in article.questions),
        (article.answer, 1.5),
        (article.text, 0.5),
    ]
