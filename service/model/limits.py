"""Limits of the API. ``MAX_*_LENGTH`` is a number of characters, every other limit a number of items."""

DEFAULT_PAGE_SIZE = 20
MAX_PAGE_SIZE = 100
MAX_LIST_PAGE_SIZE = 1000
"""For the lists of all profiles and of their changes, so that the rate limit does not slow down exports."""
MAX_CURSOR_LENGTH = 1024

MAX_VALUE_LENGTH = 255
"""The limit of most texts in requests, including the values in search and match requests."""
MAX_ADDITIONAL_INFORMATION_LENGTH = 1000
MAX_LIST_ITEMS = 100
"""The limit of each list of contact data of a profile, and of the values of one search key in a request."""
MAX_LABEL_LENGTH = 64
"""The limit of the labels of phone numbers, e-mail addresses and postal addresses."""
MAX_ATTRIBUTES = 200
MAX_RESERVED_ATTRIBUTES = 1000
"""The limit of attributes with a reserved name. They do not count for ``MAX_ATTRIBUTES``."""
MAX_PROFILE_SEARCH_KEYS = 50
MAX_PROFILE_SEARCH_KEY_VALUES = 200
"""The limit for all custom search keys of a profile together. Each change normalises all values again."""
MAX_NEWEST_VALUES = 50
"""The limit of the values of a search key that objects add, if the values do not identify the customer.

A profile keeps the newest ones.
"""

MAX_MERGED = 20
"""The limit of the profiles that one request merges into another one."""
MAX_OPEN_MERGES = 100
"""The limit of the merges into a profile that are not undone."""

MAX_CRITERIA = 5
MAX_CRITERION_VALUES = 10

MAX_SEARCH_KEYS = 100
"""The limit of custom search keys of a domain."""
MAX_MATCH_KEYS = 10
MAX_IGNORED_VALUES = 100
MAX_SHARED_ABOVE = 100

MAX_ASSOCIATIONS = 1000
"""An open contact keeps this many latest associations. So the size of its document is limited."""
MAX_CONTACT_ATTRIBUTES = 500
MAX_CONTACT_ATTRIBUTE_LENGTH = 32768

MAX_API_KEY_LABEL_LENGTH = 100
