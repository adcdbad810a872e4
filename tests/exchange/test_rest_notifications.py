"""The log as REST shows it: the real twilio client reads what went wrong on a call."""

from exchange.rehearsal import APP, ME, NUMBER


def test_the_twilio_client_reads_what_was_wrong_with_a_document(on_rig):
    """Twilio's Notifications: error_code, the URL asked, a text to read; errors are log 0, warnings log 1."""

    async def scenario(rig):
        first = rig.exchange.call(to=NUMBER, from_=ME)
        await first.ended()
        rig.app.routes["/voice"] = '<Response><Say colour="red">Hello</Say></Response>'
        second = rig.exchange.call(to=NUMBER, from_=ME)
        await second.ended()
        every = await rig.rest(lambda client: client.notifications.list())
        errors = await rig.rest(lambda client: client.notifications.list(log=0))
        of_second = await rig.rest(lambda client: client.calls(second.sid).notifications.list())
        alone = await rig.rest(lambda client: client.notifications(errors[-1].sid).fetch())
        assert [one.error_code for one in errors] == ["11200", "12100"]
        assert [(one.error_code, one.log) for one in of_second] == [("12200", "1")]
        assert len(every) == 3
        assert alone.call_sid == first.sid
        assert alone.request_url == f"{APP}/voice"
        assert "not XML" in alone.message_text

    on_rig({"/voice": "<Respons", "/status": ""}, scenario)
