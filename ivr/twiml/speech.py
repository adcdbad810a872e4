"""Say and Play: what the caller hears."""

from twilio.twiml.voice_response import Gather, VoiceResponse

from call_flows.actions import Play, Say
from ivr.twiml.page import Page, plain

MAX_SPOKEN = 4096
DEFAULT_VOICES = {
    "de-DE": "Polly.Vicki",
    "en-AU": "Polly.Nicole",
    "en-GB": "Polly.Amy",
    "en-IN": "Polly.Aditi",
    "en-US": "Polly.Joanna",
    "es-ES": "Polly.Lucia",
    "es-MX": "Polly.Mia",
    "es-US": "Polly.Lupe",
    "fr-CA": "Polly.Chantal",
    "fr-FR": "Polly.Celine",
    "it-IT": "Polly.Carla",
    "ja-JP": "Polly.Mizuki",
    "nl-NL": "Polly.Lotte",
    "pl-PL": "Polly.Ewa",
    "pt-BR": "Polly.Camila",
    "pt-PT": "Polly.Ines",
}
"""A voice that speaks the language; one without an entry is left to the carrier's choice."""


def draw_prompt(prompt: Say | Play, into: VoiceResponse | Gather, page: Page) -> None:
    """Play the recording where there is one, and speak the text where there is none.

    What has neither a recording nor a text in the caller's language, such as music, is played from another language's.
    """
    if isinstance(prompt, Play):
        recorded = [language for language, name in sorted(page.prompts) if name == prompt.prompt]
        if prompt.language in recorded:
            recorded = [prompt.language]
        if recorded and (prompt.language in recorded or not prompt.text.strip()):
            into.play(page.prompt_link(recorded[0], prompt.prompt))
            return
    speak(prompt.text, prompt.language, into)


def speak(text: str, language: str, into: VoiceResponse | Gather) -> None:
    """Speak the text, in as many pieces as the carrier's limit asks for."""
    for piece in _pieces(plain(text).strip()):
        into.say(piece, voice=DEFAULT_VOICES.get(language), language=language or None)


def _pieces(text: str) -> list[str]:
    pieces = []
    while len(text) > MAX_SPOKEN:
        cut = text.rfind(" ", 1, MAX_SPOKEN)
        cut = cut if cut > 0 else MAX_SPOKEN
        pieces.append(text[:cut])
        text = text[cut:].lstrip()
    return [*pieces, text] if text else pieces
