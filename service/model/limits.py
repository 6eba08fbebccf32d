"""Limits that callers meet. Counts are items, lengths are characters."""

DEFAULT_PAGE_SIZE = 20
MAX_PAGE_SIZE = 100

MAX_VALUE_LENGTH = 255
"""Also the maximum length of a value that is searched for."""
MAX_ADDITIONAL_INFORMATION_LENGTH = 1000
MAX_LIST_ITEMS = 100
"""Phone numbers, e-mail addresses and addresses of a profile, and values of one search key in a request."""
MAX_LABEL_LENGTH = 64
"""Labels of phone numbers, e-mail addresses and addresses."""
MAX_ATTRIBUTES = 200
MAX_PROFILE_SEARCH_KEYS = 50
MAX_PROFILE_SEARCH_KEY_VALUES = 200
"""Over all custom search keys of a profile: every change normalises each of them again."""

MAX_CRITERIA = 5
MAX_CRITERION_VALUES = 10

MAX_SEARCH_KEYS = 100
"""Custom search keys of a domain."""
MAX_MATCH_KEYS = 10
MAX_IGNORED_VALUES = 100
MAX_SHARED_ABOVE = 100

MAX_CONTACT_ATTRIBUTES = 500
MAX_CONTACT_ATTRIBUTE_LENGTH = 32768

MAX_API_KEY_LABEL_LENGTH = 100
