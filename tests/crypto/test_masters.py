"""Master keys, as an operator writes them."""

from base64 import b64encode

import pytest

from service.crypto.master_keyring import Master, MasterKeyringError, parse

KEY = b64encode(bytes(range(32))).decode()
OTHER = b64encode(bytes(range(1, 33))).decode()


@pytest.mark.parametrize("text", ["", " ", "\n\n", ",", " , \n"])
def test_nothing_is_no_master(text: str) -> None:
    """An empty variable is one that is not set."""
    assert parse("MASTER_KEYS", text) == ()


@pytest.mark.parametrize(
    "text", [f"new:{KEY},old:{OTHER}", f"new:{KEY}\nold:{OTHER}\n", f" new: {KEY} ,\r\n\n old:{OTHER}\r\n"]
)
def test_masters_stand_one_a_line_or_between_commas(text: str) -> None:
    """In the order in which they stand: the first one writes."""
    assert parse("MASTER_KEYS", text) == (Master("new", bytes(range(32))), Master("old", bytes(range(1, 33))))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (KEY, "master 1 is not id:key"),
        (f"a:{KEY},{OTHER}", "master 2 is not id:key"),
        (f":{KEY}", "master 1 is not id:key"),
        (f"a b:{KEY}", "master 1 is not id:key"),
        (f"a.b:{KEY}", "master 1 is not id:key"),
        (f"{'a' * 33}:{KEY}", "master 1 is not id:key"),
        (f"é:{KEY}", "master 1 is not id:key"),
        ("a:", "the key of master 1 is not 32 bytes"),
        (f"a:{KEY[:-4]}", "the key of master 1 is not 32 bytes"),
        (f"a:{KEY}AAAA", "the key of master 1 is not 32 bytes"),
        (f"a:{KEY[:-1]}", "the key of master 1 is not 32 bytes"),
        (f"a:{KEY[:8]}!{KEY[9:]}", "the key of master 1 is not 32 bytes"),
        (f"a:é{KEY[1:]}", "the key of master 1 is not 32 bytes"),
        (f"a:{KEY},b:{OTHER[:-8]}", "the key of master 2 is not 32 bytes"),
        (f"a:{KEY},a:{OTHER}", "two masters have the same ID"),
        (f"a:{KEY},b:{KEY}", "two masters have the same key"),
    ],
)
def test_what_is_wrong_is_one_line_without_the_key(text: str, said: str) -> None:
    """It names the setting and the place, and nothing of a key ends in a log; nor in a traceback."""
    with pytest.raises(MasterKeyringError) as caught:
        parse("MASTER_KEYS_FILE", text)
    message = str(caught.value)
    assert message.startswith("MASTER_KEYS_FILE: ")
    assert said in message
    assert "\n" not in message
    assert not any(key[:8] in message for key in (KEY, OTHER))
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_a_master_does_not_show_its_key() -> None:
    """Neither where it is printed nor where it is formatted."""
    master = Master("one", b"k" * 32)
    assert f"{master} {master!r} {(master,)}".count("kk") == 0
    assert repr(master) == "Master(id='one')"
