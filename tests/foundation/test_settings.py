"""The settings: every problem at once, secrets kept where only their owner reads them."""

import stat

import pytest

from foundation.errors import SettingsRefused
from foundation.settings import load_settings


def test_an_empty_environment_gives_a_house_that_needs_nothing(tmp_path):
    """`make run` on a fresh machine sets nothing but the data folder."""
    settings = load_settings({"CALLWRIGHT_HOME": str(tmp_path)})
    assert settings.database_url == f"sqlite:///{tmp_path}/callwright.db"
    assert settings.redis_url is None
    assert settings.uses_exchange
    assert settings.carrier_api_url == settings.exchange_url
    assert (settings.site_dir / "site.yaml").exists()


def test_all_problems_are_told_together(tmp_path):
    with pytest.raises(SettingsRefused) as refused:
        load_settings(
            {
                "CALLWRIGHT_HOME": str(tmp_path),
                "PUBLIC_BASE_URL": "example.com",
                "WEB_BIND": "8080",
                "TRUSTED_PROXIES": "many",
                "LOG_LEVEL": "chatty",
                "TWILIO_ACCOUNT_SID": "AC12",
            }
        )
    assert {p.code for p in refused.value.problems} == {"url", "bind", "number", "log_level", "sid", "twilio"}
    assert all(p.todo for p in refused.value.problems)


def test_a_folder_that_cannot_be_written_is_one_sentence_that_says_what_to_do(tmp_path):
    """Pointing the data folder at a file fails for everybody, root included."""
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(SettingsRefused) as refused:
        load_settings({"CALLWRIGHT_HOME": str(blocked / "data")})
    assert len(refused.value.problems) == 1
    assert "CALLWRIGHT_HOME" in refused.value.problems[0].todo


def test_secrets_are_made_once_kept_private_and_never_shown(tmp_path):
    first = load_settings({"CALLWRIGHT_HOME": str(tmp_path)})
    second = load_settings({"CALLWRIGHT_HOME": str(tmp_path)})
    assert first.auth_tokens == second.auth_tokens
    assert len(first.secret_key) == 32
    for secret in (*first.auth_tokens, first.secret_key, first.api_key_secret):
        assert secret not in repr(first)
    modes = {stat.S_IMODE(p.stat().st_mode) for p in (tmp_path / "secrets").iterdir()}
    assert modes == {0o600}


def test_a_second_token_is_accepted_while_the_first_is_being_changed(tmp_path):
    settings = load_settings(
        {
            "CALLWRIGHT_HOME": str(tmp_path),
            "TWILIO_ACCOUNT_SID": "AC" + "1" * 32,
            "TWILIO_AUTH_TOKEN": "new",
            "TWILIO_AUTH_TOKEN_SECONDARY": "old",
        }
    )
    assert settings.auth_tokens == ("new", "old")
    assert settings.carrier_api_url is None
