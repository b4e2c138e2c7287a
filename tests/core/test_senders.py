"""The rule about actions that nobody has sorted: made-up integrations, and Home Assistant's own as if they were such."""

import pytest

from benchmarks.actions import read_table
from benchmarks.senders import MOST_MISSED_PERCENT, halves, judge
from custom_components.message_guard.core.senders import Senders, Shape, Sort, sends_words

SENDS = {
    "send_sms": "number text",
    "sms": "to body",
    "send": "recipient message",
    "sendWhatsAppMessage": "phone text",
    "send_text_message": "phone_number message",
    "text": "number message",
    "post": "text",
    "post_status": "status visibility",
    "publish": "content channel",
    "publish_post": "caption image_url",
    "tweet": "text",
    "create_message": "room body",
    "new_direct_message": "user text",
    "reply": "message_id text",
    "reply_to_comment": "comment_id comment",
    "send_mail": "to subject html",
    "email": "to subject body",
    "mail_send": "recipient note",
    "notify": "message",
    "notify_family": "message",
    "push_notification": "title body",
    "push": "target title content",
    "send_notification": "payload",
    "send_photo": "chat_id url caption",
    "send_poll": "target question options",
    "send_location": "chat_id latitude longitude",
    "send_voice_note": "jid text",
    "broadcast_message": "message group",
    "forward_message": "message_id to",
    "share_link": "url users",
    "call": "phone_number message_tts",
    "make_call": "number text",
    "dial_and_speak": "number message",
    "deliver": "recipient caption",
    "say_to": "contact text",
    "write_to": "user msg",
    "submit_comment": "comment",
    "comment": "issue_id comment",
    "set_status_message": "message user",
    "set_autoreply": "message",
    "set_out_of_office_vacation": "text",
    "update_bio": "description",
    "react": "room message_id reaction",
    "send_fax": "number document",
    "page": "recipient message",
    "alert": "message recipients",
    "gsm_modem_send_sms": "recipient message",
    "checkin": "shout venue_id",
    "order_food": "comment restaurant",
    "send_message": None,
    "send_sms_now": None,
    "tweet_it": None,
    "toot": None,
}

SENDS_NOTHING = {
    "send_command": "command",
    "send_raw_command": "command payload",
    "send_keys": "keys",
    "send_key": "key",
    "send_ir_code": "code device",
    "send_packet": "data",
    "send_magic_packet": "mac",
    "send_remote_signal": "device_id code",
    "set_text": "text",
    "set_message": "message",
    "display_text": "text",
    "show_message": "message duration",
    "play_sound": "url",
    "play_announcement": "message url",
    "announce": "message",
    "speak": "message language",
    "set_temperature": "temperature",
    "set_value": "value",
    "set_status": "status",
    "set_mode": "mode",
    "start_program": "program",
    "get_messages": "chat_id limit",
    "read_message": "message_id",
    "delete_message": "message_id chat_id",
    "mark_as_read": "message_id",
    "list_contacts": None,
    "search": "query",
    "download_file": "url",
    "refresh": None,
    "reload": None,
    "sync": None,
    "add_item": "name",
    "create_task": "title description",
    "create_event": "summary description",
    "update_item": "item description",
    "complete_task": "task",
    "write_register": "address value",
    "write_file": "path content",
    "update_entity": "entity_id",
    "set_profile": "profile",
    "away": None,
    "set_away_mode": "mode",
    "call_method": "method params",
    "ring": "duration",
    "open_url": "url",
    "load_url": "url",
    "draw_text": "text x y",
    "scroll_text": "text color",
    "run_script": "name",
    "execute": "command",
    "calibrate": None,
    "clean_room": "room_id",
    "set_timer": "minutes label",
    "log_entry": "text",
    "press_button": "button",
    "select_source": "source",
    "set_lock_user": "user_name code",
    "add_contact": "name number",
    "set_alarm": "time message",
    "dismiss_notification": "notification_id",
    "clear_notifications": None,
}


def shape(name: str, fields: str | None, *entities: str) -> Shape:
    """Return what is seen of an action of somebody's."""
    return Shape(
        f"acme.{name}",
        None if fields is None else frozenset(fields.split()),
        frozenset(entities),
    )


@pytest.mark.parametrize("name", SENDS)
def test_it_sends(name: str) -> None:
    """By its name, or because its fields hold words and say to whom."""
    assert sends_words(shape(name, SENDS[name]))


@pytest.mark.parametrize("name", SENDS_NOTHING)
def test_it_sends_nothing(name: str) -> None:
    """A device, a list, a question: none of them is a message, and none may be held."""
    assert not sends_words(shape(name, SENDS_NOTHING[name]))


def test_what_it_acts_on() -> None:
    """Notify entities are for messages; a television is none, unless the name leaves no doubt."""
    assert sends_words(shape("shout", "message", "notify"))
    assert not sends_words(shape("clear", "tag", "notify"))
    assert not sends_words(shape("send_text", "text", "media_player"))
    assert sends_words(shape("send_sms", "text number", "switch"))
    assert not sends_words(Shape("acme."))


def test_few_are_missed_on_the_half_that_the_rule_was_not_made_on() -> None:
    """Whatever the seed: no half has fewer senders than it takes to say something."""
    for seed in range(20):
        _, unseen = halves(read_table().values(), seed)
        errors = judge(unseen)
        assert errors.senders > 15
        assert errors.missed_percent <= MOST_MISSED_PERCENT, errors.missed
        assert errors.taken_percent <= 2, errors.taken


def test_the_table_decides_where_it_knows() -> None:
    """The rule is for what is in no table, and for what a household has named."""
    senders = Senders(
        {
            "sends": {"acme": "hum *_sing"},
            "told": {"rest_command": "*", "acme": "send_message"},
            "house": {"script": "*"},
            "rule": {"esphome": "*"},
        }
    )
    assert senders.sort(Shape("acme.hum")) is Sort.SENDS
    assert senders.sort(Shape("acme.will_sing")) is Sort.SENDS
    assert senders.sort(Shape("acme.send_message")) is Sort.TOLD
    assert senders.sort(Shape("script.send_sms")) is Sort.HOUSE
    assert senders.sort(Shape("rest_command.lamp")) is Sort.TOLD
    assert senders.sort(Shape("rest_command.sms")) is Sort.TOLD
    assert senders.sort(Shape("rest_command.send_sms")) is Sort.SENDS
    assert senders.sort(Shape("esphome.modem_send_sms")) is Sort.SENDS
    assert senders.sort(Shape("esphome.lamp_blink")) is Sort.OTHER
    assert senders.known("esphome.lamp_blink") is None
