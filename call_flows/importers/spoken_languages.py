"""Languages as other systems write them, and an apology in those that imported flows are written in."""

from typing import Final

DEFAULT: Final = "en-US"
_REGIONS: Final = {
    "en": "en-US", "es": "es-US", "pt": "pt-BR", "fr": "fr-FR", "de": "de-DE", "it": "it-IT", "ja": "ja-JP",
    "nl": "nl-NL", "pl": "pl-PL", "zh": "zh-CN", "ko": "ko-KR", "ru": "ru-RU",
}  # fmt: skip
_APOLOGIES: Final = {
    "en": "We are sorry, this part of the call is not ready.",
    "es": "Lo sentimos, esta parte de la llamada no está lista.",
    "pt": "Desculpe, esta parte da ligação não está pronta.",
    "fr": "Nous sommes désolés, cette partie de l'appel n'est pas prête.",
    "de": "Es tut uns leid, dieser Teil des Anrufs ist nicht bereit.",
}


def known_language(written: str) -> str:
    """A language tag as ours are written: `en` becomes en-US; what is none becomes nothing."""
    tag = written.strip().replace("_", "-")
    if not tag or tag.lower() == "default" or not all(part.isalnum() and part.isascii() for part in tag.split("-")):
        return ""
    language, *rest = tag.split("-")
    if not language.isalpha() or not 2 <= len(language) <= 3:
        return ""
    if not rest:
        return _REGIONS.get(language.lower(), language.lower())
    return "-".join([language.lower(), *(part.upper() if len(part) == 2 else part for part in rest)])


_MISSING: Final = {
    "en": "We are sorry, an announcement is missing here.",
    "es": "Lo sentimos, aquí falta un aviso.",
    "pt": "Desculpe, falta aqui um aviso.",
    "fr": "Nous sommes désolés, une annonce manque ici.",
    "de": "Es tut uns leid, hier fehlt eine Ansage.",
}


def missing_recording(language: str) -> str:
    """What a caller hears until a recording is put in its place."""
    return _MISSING.get(language[:2], _MISSING["en"])


def apology(language: str) -> str | list[dict[str, str]]:
    """What a caller hears where something is left open: in the flow's language, else in English."""
    own = _APOLOGIES.get(language[:2])
    return own if own is not None else [{"say": _APOLOGIES["en"], "language": DEFAULT}]
