"""Master keys in the settings."""

from base64 import b64encode

import pytest

from service.crypto.master_keyring import MasterKey, MasterKeyringError, parse

KEY = b64encode(bytes(range(32))).decode()
OTHER = b64encode(bytes(range(1, 33))).decode()


@pytest.mark.parametrize("text", ["", " ", "\n\n", ",", " , \n"])
def test_a_blank_setting_has_no_master_keys(text: str) -> None:
    """An empty variable counts as unset."""
    assert parse("MASTER_KEYS", text) == ()


@pytest.mark.parametrize(
    "text", [f"new:{KEY},old:{OTHER}", f"new:{KEY}\nold:{OTHER}\n", f" new: {KEY} ,\r\n\n old:{OTHER}\r\n"]
)
def test_commas_and_line_breaks_separate_master_keys(text: str) -> None:
    """The order is kept: the first key encrypts."""
    assert parse("MASTER_KEYS", text) == (
        MasterKey("new", bytes(range(32))),
        MasterKey("old", bytes(range(1, 33))),
    )


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (KEY, "master key 1 is not id:key"),
        (f"a:{KEY},{OTHER}", "master key 2 is not id:key"),
        (f":{KEY}", "master key 1 is not id:key"),
        (f"a b:{KEY}", "master key 1 is not id:key"),
        (f"a.b:{KEY}", "master key 1 is not id:key"),
        (f"{'a' * 33}:{KEY}", "master key 1 is not id:key"),
        (f"é:{KEY}", "master key 1 is not id:key"),
        ("a:", "master key 1 is not 32 bytes"),
        (f"a:{KEY[:-4]}", "master key 1 is not 32 bytes"),
        (f"a:{KEY}AAAA", "master key 1 is not 32 bytes"),
        (f"a:{KEY[:-1]}", "master key 1 is not 32 bytes"),
        (f"a:{KEY[:8]}!{KEY[9:]}", "master key 1 is not 32 bytes"),
        (f"a:é{KEY[1:]}", "master key 1 is not 32 bytes"),
        (f"a:{KEY},b:{OTHER[:-8]}", "master key 2 is not 32 bytes"),
        (f"a:{KEY},a:{OTHER}", "two master keys have the same ID"),
        (f"a:{KEY},b:{KEY}", "two master keys have the same key"),
    ],
)
def test_an_error_is_one_line_without_the_key(text: str, problem: str) -> None:
    """The error names the setting and the position. No part of a key is in the error or its traceback."""
    with pytest.raises(MasterKeyringError) as caught:
        parse("MASTER_KEYS_FILE", text)
    message = str(caught.value)
    assert message.startswith("MASTER_KEYS_FILE: ")
    assert problem in message
    assert "\n" not in message
    assert not any(key[:8] in message for key in (KEY, OTHER))
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_a_master_key_does_not_print_its_key() -> None:
    """The ``str`` and the ``repr`` show only the ID."""
    master = MasterKey("one", b"k" * 32)
    assert f"{master} {master!r} {(master,)}".count("kk") == 0
    assert repr(master) == "MasterKey(id='one')"
