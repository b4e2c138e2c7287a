"""The page in the sidebar and the card's module: there when there is a frontend, and as long as there is a guard."""

import gzip
import json
from pathlib import Path

from homeassistant.components import frontend
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.message_guard.panel import files
from custom_components.message_guard.panel.registration import URL_PATH

MODULE = "message-guard-0123abcd.js"
SOURCE = "customElements;\n"


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with a module in it, in the place of the real one."""
    folder = tmp_path / "built"
    folder.mkdir()
    (folder / MODULE).write_text(SOURCE)
    (folder / f"{MODULE}.gz").write_bytes(gzip.compress(SOURCE.encode()))
    (folder / "built.json").write_text(json.dumps({"module": MODULE}))
    monkeypatch.setattr(files, "FOLDER", folder)
    monkeypatch.setattr("custom_components.message_guard.panel.registration.FOLDER", folder)
    return folder


async def set_up(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Load the guard."""
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()


def cards(hass: HomeAssistant) -> set[str]:
    """Return the modules that every page of Home Assistant loads, ours."""
    urls = hass.data[frontend.DATA_EXTRA_MODULE_URL].urls
    return {url for url in urls if "message" in url}


@pytest.mark.parametrize("expected_lingering_timers", [True])  # the server's heartbeat
async def test_shown_kept_and_taken_away(
    assist: HomeAssistant,
    built: Path,
    entry: MockConfigEntry,
    hass_client: ClientSessionGenerator,
) -> None:
    """For everybody, since the server decides what each person gets; over a reload; until the guard is removed."""
    assert await async_setup_component(assist, "frontend", {})
    await set_up(assist, entry)
    panel = assist.data[frontend.DATA_PANELS][URL_PATH]
    assert (panel.sidebar_title, panel.require_admin) == ("Message Guard", False)
    assert panel.config_panel_domain is None
    assert panel.config is not None
    url = panel.config["_panel_custom"]["module_url"]
    assert cards(assist) == {url}
    client = await hass_client()
    fetched = await client.get(url)
    assert (fetched.status, await fetched.text()) == (200, SOURCE)
    assert fetched.headers["Content-Encoding"] == "gzip"
    assert await assist.config_entries.async_unload(entry.entry_id)
    assert assist.data[frontend.DATA_PANELS][URL_PATH] is panel
    await set_up(assist, entry)
    assert assist.data[frontend.DATA_PANELS][URL_PATH] is panel
    await assist.config_entries.async_remove(entry.entry_id)
    assert not frontend.async_panel_exists(assist, URL_PATH)
    assert cards(assist) == set()
    again = MockConfigEntry(domain=entry.domain, options=dict(entry.options))
    again.add_to_hass(assist)
    await set_up(assist, again)
    assert frontend.async_panel_exists(assist, URL_PATH)
    assert await assist.config_entries.async_unload(again.entry_id)


async def test_the_frontend_comes_later(
    assist: HomeAssistant, built: Path, guard: MockConfigEntry
) -> None:
    """It is waited for, and the guard is not."""
    assert guard.runtime_data.components is not None
    assert not frontend.async_panel_exists(assist, URL_PATH)
    await assist.config_entries.async_reload(guard.entry_id)
    assert await async_setup_component(assist, "frontend", {})
    await assist.async_block_till_done()
    assert frontend.async_panel_exists(assist, URL_PATH)


async def test_a_guard_that_goes_before_there_is_a_frontend(
    assist: HomeAssistant, built: Path, entry: MockConfigEntry
) -> None:
    """Nothing is shown of it when there is one."""
    await set_up(assist, entry)
    await assist.config_entries.async_remove(entry.entry_id)
    assert await async_setup_component(assist, "frontend", {})
    await assist.async_block_till_done()
    assert not frontend.async_panel_exists(assist, URL_PATH)


async def test_a_page_that_could_not_be_shown(
    assist: HomeAssistant,
    built: Path,
    entry: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is shown by the next start of the guard."""
    assert await async_setup_component(assist, "frontend", {})

    async def breaks(*_: object, **__: object) -> None:
        raise RuntimeError("not now")

    with monkeypatch.context() as patch:
        patch.setattr("homeassistant.components.panel_custom.async_register_panel", breaks)
        await set_up(assist, entry)
        assert not frontend.async_panel_exists(assist, URL_PATH)
    await assist.config_entries.async_reload(entry.entry_id)
    await assist.async_block_till_done()
    assert frontend.async_panel_exists(assist, URL_PATH)
    await assist.config_entries.async_unload(entry.entry_id)


async def test_something_else_has_that_name(
    assist: HomeAssistant, built: Path, entry: MockConfigEntry, caplog: pytest.LogCaptureFixture
) -> None:
    """It keeps it, and the guard works."""
    assert await async_setup_component(assist, "frontend", {})
    frontend.async_register_built_in_panel(assist, "iframe", frontend_url_path=URL_PATH)
    await set_up(assist, entry)
    assert entry.runtime_data.components is not None
    assert assist.data[frontend.DATA_PANELS][URL_PATH].component_name == "iframe"
    assert "already" in caplog.text
    await assist.config_entries.async_remove(entry.entry_id)
    assert frontend.async_panel_exists(assist, URL_PATH)


@pytest.mark.parametrize(
    "manifest", [None, "no JSON", "[]", '{"module": 5}', '{"module": "../secrets.yaml"}', "{}"]
)
async def test_a_page_that_is_not_there(
    assist: HomeAssistant, built: Path, entry: MockConfigEntry, manifest: str | None
) -> None:
    """The guard works without."""
    (built / "built.json").unlink()
    if manifest is not None:
        (built / "built.json").write_text(manifest)
    assert await async_setup_component(assist, "frontend", {})
    await set_up(assist, entry)
    assert entry.runtime_data.components is not None
    assert not frontend.async_panel_exists(assist, URL_PATH)
    assert await assist.config_entries.async_unload(entry.entry_id)


async def test_a_page_that_cannot_be_shown(
    assist: HomeAssistant,
    built: Path,
    entry: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Whatever goes wrong with it is told, and no more."""

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("broken")

    assert await async_setup_component(assist, "frontend", {})
    monkeypatch.setattr(frontend, "async_panel_exists", broken)
    await set_up(assist, entry)
    assert entry.runtime_data.components is not None
    assert "cannot be shown" in caplog.text
    assert await assist.config_entries.async_unload(entry.entry_id)
