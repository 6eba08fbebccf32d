"""Extract the phone number from the text around it: angle brackets, URIs and addresses."""

import re
from typing import NamedTuple
from urllib.parse import unquote

# The form of caller ID in SIP headers and in Asterisk: "caption" <number>. An HTML end tag does not count.
_BRACKETS = re.compile(r"<(?!/)([^<>]*)>\s*(?:;[^<>]*)?\Z")
# A list of caller IDs, in the form of address lists in e-mails. Each caption is in quotation marks, because
# otherwise everything before the last brackets can be one caption.
_ITEM = r"(?:\"[^\"<>]*\")?\s*<([^<>]*)>"
_ITEMS = re.compile(rf"{_ITEM}(?:\s*[,;]\s*{_ITEM})+\Z")
# A number before angle brackets that contain only a note or an HTML tag: 415-555-2671 <home>.
_UNQUOTED_NUMBER = re.compile(r"[^\"\u201d]*\d[^\"\u201d]*\Z")
_WORDS = re.compile(r"[^\W\d_][^\d@:]*\Z")

# RFC 3966: a number with separators, then parameters. ``phone-context`` has the country code of a local
# number (section 5.1.5). With a space after the colon, ``tel:`` is a caption.
_TEL = re.compile(r"\btel:(?P<user>[^\s;<>][^;<>]*)(?P<parameters>[^<>]*)")
_CONTEXT = re.compile(r";phone-context=(\+[\d().-]+)")

# RFC 3261, section 19.1.1: user, parameters of the user, password, host. A number needs no host, but
# "sip:192.168.0.1" is a host.
_SIP = re.compile(r"\bsips?:(?:(?P<user>[^@:;?<>]++)(?P<parameters>[^@<>]*+)@|(?P<bare>(?:\+|%2b)[\d().-]+))")
_NUMBER = re.compile(r"[+(\d][\d()./ -]*")

# A URI without its scheme, as in headers and events of telephone systems: a number with a host or with
# parameters (RFC 3966, section 3; 3GPP TS 24.229 has ``verstat`` and ``cpc``).
_BARE = re.compile(
    r"(?P<user>[+(\d][\d()./ -]*)(?P<parameters>(?:;[a-z][a-z0-9-]*(?:=[^;@<>]*)?)*)(?P<host>@[^@\s]+)?"
)

# WhatsApp: user, agent, device and server (Baileys, src/WABinary/jid-utils.ts). Users on the servers in
# ``numbers`` are international numbers without a plus sign; on those in ``ids``, IDs of people, groups and
# lists.
_WHATSAPP = re.compile(
    r"(?<![^\s:])(?P<user>\+?\d[\d-]*)(?:_\d+)?(?::\d+)?@"
    r"(?:(?P<numbers>s\.whatsapp\.net|c\.us|hosted)|(?P<ids>(?:hosted\.)?lid|g\.us|broadcast|newsletter|bot))\Z"
)
# Links to a chat (https://faq.whatsapp.com/5913398998672934), and Twilio's addresses that lost their plus
# sign. Fewer than twelve digits may be a national number after the caption "WhatsApp:".
_CHAT = re.compile(
    r"\bwa\.me/\+?(\d+)|\bwhatsapp\b[^?]*\?(?:[^#]*&)?phone=[+ ]?(\d+)|\bwhatsapp:([1-9]\d{11,14})\b(?!@)"
)


class Envelope(NamedTuple):
    """A caller ID: the content of the last angle brackets, and the caption before them, such as a name.

    Without brackets, ``content`` is the whole text.
    """

    content: str
    caption: str = ""


def open_envelope(text: str) -> Envelope:
    """Split a caller ID such as ``"Line 1" <4155552671>`` into its content and its caption."""
    brackets = _BRACKETS.search(text)
    return Envelope(brackets[1].strip(), text[: brackets.start()].strip()) if brackets else Envelope(text)


def extract(text: str) -> str:
    """Return the number in the last angle brackets, in a URI or in an address; otherwise the text.

    Adds the country code from the parameters of a URI, and the plus sign that numbers of WhatsApp lack.
    Numbers in a caption are ignored, except if the brackets contain only words.
    """
    content, caption = open_envelope(text)
    return text if _UNQUOTED_NUMBER.match(caption) and _WORDS.match(content) else _strip_uri(content)


def extract_all(text: str) -> list[str]:
    """Return the number of each item of a list such as ``"Bob" <4155552604>, "Al" <4155552605>``.

    For other texts, return the result of ``extract``.
    """
    if _ITEMS.match(text):
        return [_strip_uri(item[1].strip()) for item in re.finditer(_ITEM, text)]
    return [extract(text)]


def _strip_uri(text: str) -> str:
    if jid := _WHATSAPP.search(text):
        user = jid["user"].removeprefix("+")
        return f"+{user}" if jid["numbers"] else f"{user}@{jid['ids']}"
    if chat := _CHAT.search(text):
        return f"+{chat[1] or chat[2] or chat[3]}"
    number, parameters = _user_and_parameters(text)
    context = _CONTEXT.search(parameters)
    return context[1] + number if context and "+" not in number else number


def _user_and_parameters(text: str) -> tuple[str, str]:
    if uri := _TEL.search(text):
        return unquote(uri["user"]), uri["parameters"]
    if (uri := _SIP.search(text)) and _NUMBER.fullmatch(user := unquote(uri["user"] or uri["bare"])):
        return user, uri["parameters"] or ""
    if (";" in text or "@" in text) and (uri := _BARE.fullmatch(text)):
        return uri["user"], uri["parameters"]
    return text, ""
