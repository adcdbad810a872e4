"""Versions of a site: swapped under running calls, refused when broken, and prompts that lead nowhere else."""

import shutil
import threading
from urllib.parse import quote

import pytest
from flask import Flask
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import select

from call_flows.problems import SiteRefused
from ivr.prompts import create_prompts_blueprint, prompt_path
from ivr.sites import NoSite, SiteShelf
from ivr.tables import CallSession, SiteVersion


@pytest.fixture
def folder(tmp_path, deps):
    """The site's folder, to be changed."""
    copy = tmp_path / "site"
    shutil.copytree(deps.shelf.current().prompts_folder.parent, copy)
    return copy


def edit(folder, before, after):
    path = folder / "flows" / "front.yaml"
    path.write_text(path.read_text().replace(before, after))


@pytest.mark.promise(17)
def test_a_swap_during_a_hundred_calls_leaves_each_on_the_version_it_began_on(line, deps, folder, app):
    """Fifty calls before, the swap while fifty more arrive from several threads, one after: no call hears of both."""
    calls = [type(line)(app.test_client(), call_sid=f"CA{number:032x}") for number in range(101)]
    menus = {call.sid: call.answer(call.arrive()) for call in calls[:50]}
    edit(folder, "For billing, press 1.", "For bills, press 1.")
    barrier = threading.Barrier(5)

    def arrive(some):
        barrier.wait()
        for call in some:
            menus[call.sid] = call.answer(call.arrive())

    def swap():
        barrier.wait()
        deps.shelf.reload(folder)

    threads = [threading.Thread(target=arrive, args=(calls[50 + part : 100 : 4],)) for part in range(4)]
    threads.append(threading.Thread(target=swap))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    menus[calls[100].sid] = calls[100].answer(calls[100].arrive())
    with deps.db.begin() as session:
        version_of = dict(session.execute(select(CallSession.call_id, CallSession.site_version)).all())
    assert len(version_of) == 101
    assert len(set(version_of.values())) == 2
    new = deps.shelf.current().version
    for call in calls:
        menu = menus[call.sid]
        again = call.answer(call.answer(menu, Digits="5"))
        words = "For bills" if version_of[menu.action.split("/")[5]] == new else "For billing"
        assert words in menu.says
        assert words in again.says


@pytest.mark.promise(17)
def test_a_broken_site_is_refused_with_all_its_problems_and_the_running_one_goes_on(line, deps, folder):
    running = deps.shelf.current().version
    edit(folder, "queue: billing", "queue: biling")
    edit(folder, "next: lookup", "next: nowhere")
    with pytest.raises(SiteRefused) as refused:
        deps.shelf.reload(folder)
    assert len(refused.value.problems) >= 2
    assert deps.shelf.current().version == running
    assert "For billing" in line.answer(line.arrive()).says


@pytest.mark.promise(17)
def test_other_processes_follow_a_swap_and_find_old_versions_after_a_restart(deps, folder, clock):
    first = deps.shelf.current().version
    other = SiteShelf(deps.db, clock)
    assert other.current().version == first
    edit(folder, "For billing", "For bills")
    deps.shelf.reload(folder)
    assert other.current().version == first
    clock.advance(3)
    assert other.current().version == deps.shelf.current().version != first
    reborn = SiteShelf(deps.db, clock)
    assert reborn.version(first).loaded.flows.keys() == other.version(first).loaded.flows.keys()


def test_a_version_published_again_is_current_again(deps, folder):
    first = deps.shelf.current()
    edit(folder, "For billing", "For bills")
    deps.shelf.reload(folder)
    deps.shelf.publish(first.loaded, folder)
    assert deps.shelf.current().version == first.version
    with deps.db.begin() as session:
        assert len(session.scalars(select(SiteVersion)).all()) == 2


def test_an_empty_shelf_says_what_to_do(db, clock):
    with pytest.raises(NoSite, match="callwright up"):
        SiteShelf(db, clock).current()
    with pytest.raises(NoSite):
        SiteShelf(db, clock).version("0" * 64)


@pytest.fixture
def prompts(deps, folder):
    """A site with one recorded prompt, and a secret beside its folder."""
    spoken = folder / "prompts" / "en-US"
    spoken.mkdir(parents=True, exist_ok=True)
    (spoken / "welcome.wav").write_bytes(b"RIFF....WAVE")
    (folder / "prompts" / "secret.wav").write_bytes(b"secret")
    (folder.parent / "outside.wav").write_bytes(b"secret")
    (spoken / "link.wav").symlink_to(folder.parent / "outside.wav")
    (spoken / "inside.wav").symlink_to(spoken / "welcome.wav")
    edit(folder, "For billing", "For bills")
    return deps.shelf.reload(folder)


@pytest.fixture
def player(deps, prompts):
    app = Flask("prompts")
    app.register_blueprint(create_prompts_blueprint(deps.shelf))
    return app.test_client()


def test_a_recorded_prompt_is_played_with_seeking(player, prompts):
    answer = player.get(f"/prompts/{prompts.version}/en-US/welcome.wav", headers={"Range": "bytes=0-3"})
    assert (answer.status_code, answer.data, answer.mimetype) == (206, b"RIFF", "audio/wav")
    answer.close()
    assert ("en-US", "welcome") in prompts.prompts


@pytest.mark.promise(21)
@pytest.mark.parametrize(
    ("language", "name"),
    [
        ("..", "secret"), ("en-US", "../secret"), ("en-US", "..%2fsecret"), ("en-US", "link"), ("en-US", "welcome\x00"),
        (".", "secret"), ("en-US", ""), ("", "welcome"), ("en-US/..", "secret"), ("en-US", "welcome.wav/.."),
        ("en-US", "....//secret"), ("en-US", "welcome "), ("en-US", "/etc/passwd"), ("en-US", "x" * 300),
    ],
)  # fmt: skip
def test_no_name_leads_out_of_the_folder_of_prompts(player, prompts, language, name):
    """Up and out, through a link, past a NUL: there is nothing there."""
    assert prompt_path(prompts.prompts_folder, language, name) is None
    for part in (name, quote(name, safe=""), quote(quote(name, safe=""), safe="")):
        answer = player.get(f"/prompts/{prompts.version}/{quote(language, safe='')}/{part}.wav")
        assert answer.status_code in {404, 308}
        assert b"secret" not in answer.data


@pytest.mark.promise(21)
@hypothesis_settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(language=st.text(max_size=20), name=st.text(max_size=40))
def test_whatever_is_asked_for_is_a_file_of_the_folder_or_nothing(prompts, language, name):
    found = prompt_path(prompts.prompts_folder, language, name)
    assert found is None or found.is_relative_to(prompts.prompts_folder.resolve())


def test_a_link_within_the_folder_is_a_prompt_and_an_unknown_version_none(player, prompts):
    assert prompt_path(prompts.prompts_folder, "en-US", "inside") is not None
    assert player.get(f"/prompts/{'0' * 64}/en-US/welcome.wav").status_code == 404
