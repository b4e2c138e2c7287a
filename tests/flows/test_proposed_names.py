"""Names that the forms propose: as people say them, short enough to be found in a sentence, each of them one recipient's."""

from typing import Any

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_mock_service

from tests.contact_forms import contact_form, offered, phone_of
from tests.flow_forms import every_text_is_there
from tests.flows.test_taking_over import taken_over, texting

__all__ = ["every_text_is_there"]

LONG = "The big display above the kitchen sink by the door"


def people(hass: HomeAssistant, *names: str) -> None:
    """Let these people live here."""
    for number, name in enumerate(names):
        hass.states.async_set(f"person.p{number}", "home", {"friendly_name": name})


@pytest.mark.parametrize(
    ("language", "called", "at_home", "name"),
    [
        ("pl", "Telefon Anny", ["Anna"], "Anna"),
        ("pl", "Telefon Anny", ["Anna Nowak", "Adam Nowak"], "Anna"),
        ("pl", "Telefon Anny Nowak", ["Anna Nowak"], "Anna Nowak"),
        ("pl", "Komórka Adama (prywatna)", ["Adam"], "Adam"),
        ("pl", "Telefon Tomka", ["Tomek"], "Tomek"),
        ("pl", "iPhone Kasi", ["Kasia"], "Kasia"),
        ("pl", "Telefon Anny", [], ""),
        ("pl", "Telefon Mieszka", ["Mieszko"], "Mieszko"),
        ("pl", "Telefon Antoniego", ["Antoni"], "Antoni"),
        ("pl", "Telefon Zosi", ["Anna", "Ola"], ""),
        ("pl", "Telefon", ["Anna"], ""),
        ("pl", "Telefon Petra", ["Petra", "Petr"], ""),
        ("pl", "Anna\u2019s iPhone", [], "Anna"),
        ("cs", "Telefon Anny", ["Anna"], "Anna"),
        ("cs", "Petrův mobil", ["Petr"], "Petr"),
        ("cs", "Annin telefon", ["Anna"], "Anna"),
        ("cs", "Mobil Pavla", ["Pavel"], "Pavel"),
        ("cs", "Telefon Jiřího", ["Jiří"], "Jiří"),
        ("cs", "Telefon Jany", [], ""),
        ("de", "iPhone von Anna", [], "Anna"),
        ("de", "Annas Handy", [], "Anna"),
        ("de", "Telefon Anny", [], "Anny"),
        ("sv", "Annas telefon", [], "Anna"),
        ("fr", "iPhone d'Anna", [], "Anna"),
        ("fr", "iPhone d\u2019Hélène", [], "Hélène"),
        ("fr", "Téléphone de Loïc", [], "Loïc"),
        ("fr", "Inès iPhone", [], "Inès"),
        ("fr", "Anaëlis iPhone", [], ""),
        ("it", "iPhone di Anna", [], "Anna"),
        ("it", "Telefono dell'Anna", [], "Anna"),
        ("es", "Móvil de Ana", [], "Ana"),
        ("pt-BR", "Celular do João", [], "João"),
        ("nl", "Telefoon van Anna", [], "Anna"),
        ("nl", "Anna's telefoon", [], "Anna"),
        ("en", "Anna's Pixel", [], "Anna"),
        ("ja", "アンナのiPhone", [], "アンナ"),
        ("zh-Hans", "安娜的手机", [], "安娜"),
    ],
)
async def test_whose_a_phone_is(
    assist: HomeAssistant,
    guard: MockConfigEntry,
    language: str,
    called: str,
    at_home: list[str],
    name: str,
) -> None:
    """As people say the name; where that is not sure, the phone goes by what it is called."""
    assist.config.language = language
    people(assist, *at_home)
    _, entity_id, _ = phone_of(assist, called, "nobody's")
    form = await contact_form(assist, guard)
    label = offered(form)[f"notify_entity|{entity_id}"]
    assert label == (f"{name} ({called})" if name else called)


async def test_a_long_name_is_cut(assist: HomeAssistant, guard: MockConfigEntry) -> None:
    """As long as one can be in a sentence; two that begin alike are told apart."""
    for number in (1, 2):
        name = f"{LONG} {number}"
        assist.states.async_set(f"assist_satellite.s{number}", "idle", {"friendly_name": name})
    _, contacts = await taken_over(
        assist,
        guard,
        *(
            texting(
                f"Call {number}",
                "assist_satellite.announce",
                entity_id=f"assist_satellite.s{number}",
                message="x",
            )
            for number in ("1", "2")
        ),
    )
    assert contacts == {
        "The big display above the kitchen": [("assist_satellite.s1",)],
        "The big display above the 2": [("assist_satellite.s2",)],
    }


@pytest.mark.parametrize(
    ("values", "names"),
    [
        (["Anna (work)", "Anna work"], ["Anna (work)", "Sms Anna work"]),
        (["Work!", "work", "Work?"], ["Work!", "Sms work", "Sms Work? 2"]),
        (
            ["The Miller family at the lake house", "The Miller family at the lake cabin"],
            ["The Miller family at the lake", "Sms The Miller family at the"],
        ),
        (["+49 1 (work)", "+49 1 work"], ["Sms +491(work)", "Sms +491work"]),
        (["No", "Anna"], ["Sms No", "Sms Anna"]),
    ],
    ids=["signs", "only signs", "long", "numbers", "a word that says no"],
)
async def test_recipients_that_differ_by_little(
    assist: HomeAssistant, guard: MockConfigEntry, values: list[str], names: list[str]
) -> None:
    """Each is a contact of its own, whose name can be said and means nobody else; Anna is one already."""
    async_mock_service(assist, "rest_command", "sms")
    automations = [
        texting(f"Text {index}", "rest_command.sms", receiver=value, message="x")
        for index, value in enumerate(values)
    ]
    _, contacts = await taken_over(assist, guard, *automations)
    fields: dict[str, list[Any]] = {
        name: [{"receiver": value}] for name, value in zip(names, values, strict=True)
    }
    assert contacts == fields


async def test_spellings_of_one_name_are_one_person(
    assist: HomeAssistant, guard: MockConfigEntry
) -> None:
    """A hyphen, an apostrophe or a mark tells nobody apart; brackets do, where they are part of the name."""
    names = {
        "a": "Mail to Zoë",
        "b": "Zoe's Pixel",
        "c": "Mary-Jane",
        "d": "Chat with Mary Jane",
    }
    for key, name in names.items():
        assist.states.async_set(f"notify.{key}", "unknown", {"friendly_name": name})
    for key, name in (("e", "Den (top)"), ("f", "Den top")):
        assist.states.async_set(f"assist_satellite.{key}", "idle", {"friendly_name": name})
    sending = [
        texting(key, "notify.send_message", entity_id=f"notify.{key}", message="x") for key in names
    ]
    speaking = [
        texting(key, "assist_satellite.announce", entity_id=f"assist_satellite.{key}", message="x")
        for key in "ef"
    ]
    _, contacts = await taken_over(assist, guard, *sending, *speaking)
    assert contacts == {
        "Zoë": [("notify.a",), ("notify.b",)],
        "Mary Jane": [("notify.c",), ("notify.d",)],
        "Den (top)": [("assist_satellite.e",)],
        "Den top 2": [("assist_satellite.f",)],
    }


async def test_a_name_that_a_contact_has_is_for_the_person_to_see(
    assist: HomeAssistant, guard: MockConfigEntry
) -> None:
    """It may be the same Anna: nothing is guessed, the form says so."""
    assist.states.async_set("notify.x", "unknown", {"friendly_name": "Anna's Pixel"})
    automation = texting("One", "notify.send_message", entity_id="notify.x", message="x")
    with pytest.raises(AssertionError, match="name_taken"):
        await taken_over(assist, guard, automation)
