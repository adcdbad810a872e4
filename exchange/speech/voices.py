"""The place where Twilio's voice names and BCP-47 languages become voices that espeak-ng has."""

from dataclasses import dataclass
from enum import StrEnum

from exchange.speech.espeak import espeak

DEFAULT_LANGUAGE = "en-US"


class Gender(StrEnum):
    """Which of a language's two voices speaks."""

    man = "man"
    woman = "woman"


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """A voice of ours for what the document asked; `note` says plainly when it is not quite that."""

    name: str
    language: str
    gender: Gender
    note: str = ""


# Regions that espeak-ng has under another tag. Anything else falls back by its first part (de-AT → de).
_NEAREST = {
    "en": "en-us",
    "en-ca": "en-us",
    "en-ph": "en-us",
    "en-au": "en-gb",
    "en-nz": "en-gb",
    "en-ie": "en-gb",
    "en-in": "en-gb",
    "en-za": "en-gb",
    "en-gb-wls": "en-gb",
    "es-us": "es-419",
    "es-mx": "es-419",
    "es-ar": "es-419",
    "es-co": "es-419",
    "es-cl": "es-419",
    "es-pe": "es-419",
    "fr": "fr-fr",
    "fr-ca": "fr-fr",
    "no": "nb",
    "no-no": "nb",
    "zh": "cmn",
    "zh-cn": "cmn",
    "zh-tw": "cmn",
    "zh-hk": "yue",
    "arb": "ar",
    "iw": "he",
    "fil": "id",
}

# Amazon Polly's names as Twilio writes them, per language: women first, men after the bar.
_POLLY = {
    "en-US": "Joanna Kendra Kimberly Salli Ivy Ruth Danielle Tiffany | Joey Justin Matthew Kevin Stephen Gregory",
    "en-GB": "Amy Emma | Brian Arthur",
    "en-AU": "Nicole Olivia | Russell",
    "en-IN": "Aditi Raveena Kajal |",
    "en-ZA": "Ayanda |",
    "en-NZ": "Aria |",
    "en-IE": "Niamh |",
    "en-GB-WLS": "| Geraint",
    "es-US": "Lupe Penelope | Miguel Pedro",
    "es-MX": "Mia | Andres",
    "es-ES": "Conchita Lucia Alba | Enrique Sergio Raul",
    "fr-FR": "Celine Lea | Mathieu Remi",
    "fr-CA": "Chantal Gabrielle Isabelle | Liam",
    "fr-BE": "Isabelle |",
    "de-DE": "Marlene Vicki | Hans Daniel",
    "de-AT": "Hannah |",
    "it-IT": "Carla Bianca | Giorgio Adriano",
    "pt-BR": "Camila Vitoria | Ricardo Thiago",
    "pt-PT": "Ines | Cristiano",
    "nl-NL": "Lotte Laura | Ruben",
    "nl-BE": "Lisa |",
    "pl-PL": "Ewa Maja Ola | Jacek Jan",
    "sv-SE": "Astrid Elin |",
    "da-DK": "Naja Sofie | Mads",
    "nb-NO": "Liv Ida |",
    "is-IS": "Dora | Karl",
    "cy-GB": "Gwyneth |",
    "ro-RO": "Carmen |",
    "ru-RU": "Tatyana | Maxim",
    "tr-TR": "Filiz Burcu |",
    "ja-JP": "Mizuki Kazuha Tomoko | Takumi",
    "ko-KR": "Seoyeon Jihye |",
    "cmn-CN": "Zhiyu |",
    "yue-CN": "Hiujin |",
    "arb": "Zeina |",
    "ar-AE": "Hala | Zayd",
    "ca-ES": "Arlet |",
    "fi-FI": "Suvi |",
}

_VARIANT = {Gender.man: "", Gender.woman: "+f2"}  # the plain voice is a man's and espeak's clearest


def choose(*, voice: str = "", language: str = "") -> Voice:
    """The voice for a Say's `voice` and `language`; the language that was written wins over the voice's own."""
    spoken, gender, note = _read_name(voice.strip())
    wanted = language.strip() or spoken or DEFAULT_LANGUAGE
    name, found = _nearest(wanted)
    if not found:
        note = f"no voice speaks {wanted}: {DEFAULT_LANGUAGE} is used"
        wanted = DEFAULT_LANGUAGE
    return Voice(name=name + _VARIANT[gender], language=wanted, gender=gender, note=note)


def _read_name(voice: str) -> tuple[str, Gender, str]:
    """What a Twilio voice name says: language ("" if none), gender, and a note when the name means nothing to us."""
    plain = {"": Gender.man, "man": Gender.man, "woman": Gender.woman, "alice": Gender.woman}
    if voice.lower() in plain:
        return "", plain[voice.lower()], ""
    family, _, rest = voice.partition(".")
    if family == "Polly":
        return _read_polly(voice, rest)
    if family == "Google":  # Google.es-US-Standard-A, Google.en-US-Chirp3-HD-Aoede: A, C, E, F and H are women
        parts = rest.split("-")
        gender = (
            Gender.woman if parts[-1] in {"A", "C", "E", "F", "H", "Aoede", "Kore", "Leda", "Zephyr"} else Gender.man
        )
        return "-".join(parts[:2]), gender, ""
    return "", Gender.man, f"voice {voice!r} is not known: the plain one speaks"


def _read_polly(voice: str, rest: str) -> tuple[str, Gender, str]:
    person = rest.removesuffix("-Neural").removesuffix("-Generative").removesuffix("-Long-form")
    for language, people in _POLLY.items():
        women, _, men = people.partition("|")
        if person in women.split():
            return language, Gender.woman, ""
        if person in men.split():
            return language, Gender.man, ""
    return "", Gender.woman, f"voice {voice!r} is not known: a woman's speaks"


def _nearest(language: str) -> tuple[str, bool]:
    """The nearest voice for a language tag, and whether it speaks that language at all."""
    have = espeak().voices()
    tag = language.lower().replace("_", "-")
    while tag:
        for candidate in (tag, _NEAREST.get(tag, "")):
            if candidate in have:
                return have[candidate], True
        tag = tag.rpartition("-")[0]
    return have[DEFAULT_LANGUAGE.lower()], False
