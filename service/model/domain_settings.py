"""Default settings of a domain."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from service.model.contact import Channel
from service.model.match import MatchMode

DEFAULT_MATCH_KEYS: Mapping[str, Sequence[str]] = MappingProxyType(
    {
        Channel.VOICE: ("phone",),
        Channel.CHAT: ("email", "name"),
        Channel.TASK: ("phone", "email"),
        Channel.EMAIL: ("email",),
    }
)
DEFAULT_MATCH_MODES: Mapping[str, MatchMode] = MappingProxyType(dict.fromkeys(Channel, MatchMode.FIRST))
DEFAULT_SEARCH_VALUE_FALLS_BACK = True
DEFAULT_UNIQUE_BY_NAME = False
DEFAULT_SHARED_ABOVE = 20
DEFAULT_WARN_OF_DUPLICATES = True
