"""Nobody but the carrier is heard: every route, both methods, behind proxies, with bodies of either kind."""

import hashlib
import json

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from structlog.testing import capture_logs
from twilio.request_validator import RequestValidator

from ivr.signature import SignatureGate, Signed

TOKEN, OTHER = "12345", "67890"
BASE = "https://voice.example.com"
FORM = {"CallSid": "CA" + "1" * 32, "From": "+12025550142", "To": "+12025550100", "CallStatus": "ringing"}


def sign(url, params, token=TOKEN):
    return RequestValidator(token).compute_signature(url, params)


def gate(**options):
    return SignatureGate(base_url=BASE, tokens=[TOKEN], **options)


def voice_rules(app):
    rules = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/voice")]
    assert len(rules) >= 15
    return rules


def filled(rule):
    """An address of the rule, with something in every place."""
    return "/".join(
        "1" if part.startswith("<int") else "x" if part.startswith("<") else part for part in rule.rule.split("/")
    )


@pytest.mark.promise(1)
@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("headers", [{}, {"X-Twilio-Signature": "RSOYDt4T1cUTdK1PDd93/VVr8B8="}], ids=["none", "wrong"])
def test_no_route_under_voice_is_open(app, client, method, headers):
    """Taken from the url map: a route that is added tomorrow is in this test tomorrow."""
    rules = voice_rules(app)
    assert all({"GET", "POST"} <= rule.methods for rule in rules)
    answers = {rule.rule: client.open(filled(rule), method=method, headers=headers).status_code for rule in rules}
    assert set(answers.values()) == {403}, answers


@pytest.mark.promise(1)
def test_a_genuine_request_gets_past_by_either_method(client):
    posted = client.post(
        "/voice/incoming", data=FORM, headers={"X-Twilio-Signature": sign(f"{BASE}/voice/incoming", FORM)}
    )
    assert posted.status_code == 200
    target = "/voice/incoming?CallSid=CA2&From=%2B12025550142&To=%2B12025550100"
    got = client.get(target, headers={"X-Twilio-Signature": sign(BASE + target, {})})
    assert (got.status_code, b"Gather" in got.data) == (200, True)


@pytest.mark.promise(1)
def test_the_log_names_the_address_signed_against(client):
    """The one thing that helps: nearly every refusal is a proxy that changed the address."""
    with capture_logs() as logs:
        client.post("/voice/incoming?a=1", data=FORM)
    (line,) = [line for line in logs if line["event"] == "signature_refused"]
    assert line["signed_against"] == f"{BASE}/voice/incoming?a=1"
    assert "PUBLIC_BASE_URL" in line["hint"]


@pytest.mark.promise(1)
@hypothesis_settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_any_byte_changed_in_address_or_form_is_refused(data):
    """One character replaced anywhere: address, a name, a value, the signature."""
    url, form = "/voice/calls/CW1/3/gathered?leg=x", {**FORM, "Digits": "1234", "SpeechResult": "où est-il"}
    signature = sign(BASE + url, form)
    parts = [url, signature, *form.keys(), *form.values()]
    which = data.draw(st.integers(0, len(parts) - 1))
    at = data.draw(st.integers(0, len(parts[which]) - 1))
    letter = data.draw(st.characters(exclude_characters=parts[which][at], codec="utf-8", min_codepoint=33))
    changed = parts[which][:at] + letter + parts[which][at + 1 :]
    parts[which] = changed
    names, values = parts[2 : 2 + len(form)], parts[2 + len(form) :]
    altered = Signed(parts[0], dict(zip(names, values, strict=True)), parts[1])
    assert not gate().check(altered).genuine
    assert gate().check(Signed(url, form, signature)).genuine


@pytest.mark.data
def test_every_known_vector_is_judged_rightly(data):
    """Signatures that others computed: ports, doubled parameters, accents, wss."""
    for vector in json.loads((data / "signature_vectors.json").read_text()):
        scheme, _, rest = vector["url"].partition("://")
        host, slash, path = rest.partition("/")
        checker = SignatureGate(base_url=f"{scheme}://{host}", tokens=[vector["token"]])
        target = slash + path
        params = vector["body"] if vector["body"] is not None else _multi(vector["params"])
        assert checker.check(Signed(target, params, vector["signature"])).genuine, vector["name"]


def _multi(pairs):
    class Multi(dict):
        def getall(self, name):
            return [value for key, value in pairs if key == name]

    return Multi(pairs)


MATRIX = [
    # peer's headers, trusted hops, genuine
    ({}, 0, False),
    ({"forwarded_proto": "https", "forwarded_host": "other.example.com"}, 0, False),
    ({"forwarded_proto": "https", "forwarded_host": "other.example.com"}, 1, True),
    ({"forwarded_proto": "http", "forwarded_host": "other.example.com"}, 1, False),
    ({"forwarded_proto": "https", "forwarded_host": "other.example.com:443"}, 1, True),
    ({"forwarded_proto": "https", "forwarded_host": "another.example.com"}, 1, False),
    ({"forwarded_proto": "https, https", "forwarded_host": "other.example.com, inner"}, 2, True),
    ({"forwarded_proto": "https, https", "forwarded_host": "other.example.com, inner"}, 1, False),
    ({"forwarded_proto": "https", "forwarded_host": "other.example.com"}, 2, False),
    ({"forwarded_proto": "https", "forwarded_host": "evil.example/@other.example.com"}, 1, False),
    ({"forwarded_proto": "javascript", "forwarded_host": "other.example.com"}, 1, False),
]


@pytest.mark.promise(2)
@pytest.mark.parametrize(("headers", "hops", "genuine"), MATRIX)
def test_forwarded_headers_count_only_from_our_own_proxies(headers, hops, genuine):
    """Signed for another name of ours: believed only when a hop that we trust says so, and that hop alone."""
    signature = sign("https://other.example.com/voice/incoming", FORM)
    signed = Signed("/voice/incoming", FORM, signature, **headers)
    assert gate(trusted_hops=hops).check(signed).genuine is genuine


@pytest.mark.promise(2)
def test_a_spoofed_header_from_a_stranger_is_refused_at_the_door(client):
    spoofed = {"X-Forwarded-Host": "evil.example.com", "X-Forwarded-Proto": "https"}
    signature = sign("https://evil.example.com/voice/incoming", FORM)
    refused = client.post("/voice/incoming", data=FORM, headers={"X-Twilio-Signature": signature, **spoofed})
    assert refused.status_code == 403


@pytest.mark.promise(2)
@pytest.mark.parametrize(
    "base",
    [
        "https://h.example.com",
        "https://h.example.com:8443",
        "http://h.example.com:8080",
        "https://h.example.com/callwright",
    ],
)
@pytest.mark.parametrize("peer", ["h.example.com", "10.0.0.7:8000", "localhost"])
def test_the_public_address_decides_whatever_host_and_port_we_listen_on(base, peer):
    """Behind a proxy the request comes to some inner name; what was signed is the public one."""
    target = "/voice/incoming?x=%2B1%20a"
    checker = SignatureGate(base_url=base, tokens=[TOKEN])
    assert checker.check(Signed(target, FORM, sign(base + target, FORM))).genuine
    assert not checker.check(Signed(target, FORM, sign(f"http://{peer}/other{target}", FORM))).genuine


@pytest.mark.promise(2)
def test_a_default_port_may_be_written_or_left_out():
    """The carrier writes :443 in one kind of webhook and not in the other."""
    with_port = sign("https://voice.example.com:443/voice/incoming", FORM)
    assert gate().check(Signed("/voice/incoming", FORM, with_port)).genuine


@pytest.mark.promise(3)
def test_a_json_body_is_vouched_for_by_its_hash(client):
    body = json.dumps({"CallSid": "CA1", "naïve": "é"}).encode()
    digest = hashlib.sha256(body).hexdigest()
    target = f"/voice/status?bodySHA256={digest}"
    headers = {"X-Twilio-Signature": sign(BASE + target, {}), "Content-Type": "application/json"}
    assert client.post(target, data=body, headers=headers).status_code == 204
    for altered in (body + b" ", b"", b"\xff\xfe", body.replace(b"CA1", b"CA2")):
        assert client.post(target, data=altered, headers=headers).status_code == 403
    plain = {"X-Twilio-Signature": sign(f"{BASE}/voice/status", {}), "Content-Type": "application/json"}
    assert client.post("/voice/status", data=body, headers=plain).status_code == 403, "no hash, no trust"


@pytest.mark.promise(3)
@pytest.mark.parametrize("kind", ["text/plain", "multipart/form-data; boundary=x", "", "application/xml"])
def test_a_body_that_nothing_vouches_for_is_refused(client, kind):
    """The signature covers a form or a hash; any other body would be read unsigned."""
    headers = {"X-Twilio-Signature": sign(f"{BASE}/voice/incoming", {}), "Content-Type": kind}
    assert client.post("/voice/incoming", data=b"CallSid=CA1", headers=headers).status_code == 403


def test_both_tokens_are_good_while_one_is_being_changed():
    both = SignatureGate(base_url=BASE, tokens=[TOKEN, OTHER])
    for token, genuine in ((TOKEN, True), (OTHER, True), ("00000", False)):
        assert (
            both.check(Signed("/voice/incoming", FORM, sign(f"{BASE}/voice/incoming", FORM, token))).genuine is genuine
        )


def test_a_signature_that_is_no_text_is_refused_and_not_stumbled_over():
    for signature in ("", "é" * 28, "=" * 28, "\x00"):
        assert not gate().check(Signed("/voice/incoming", FORM, signature)).genuine


def test_a_huge_body_is_not_read(client):
    assert (
        client.post(
            "/voice/incoming", data=b"a=" + b"x" * 300_000, content_type="application/x-www-form-urlencoded"
        ).status_code
        == 413
    )


def test_a_doubled_field_is_signed_with_all_and_read_as_the_first(client):
    pairs = [*FORM.items(), ("To", "+12025550199")]
    signature = sign(f"{BASE}/voice/incoming", _multi(pairs))
    body = "&".join(f"{name}={value.replace('+', '%2B')}" for name, value in pairs)
    headers = {"X-Twilio-Signature": signature, "Content-Type": "application/x-www-form-urlencoded"}
    answer = client.post("/voice/incoming", data=body, headers=headers)
    assert b"Gather" in answer.data
