"""The commands that each operation sends to MongoDB when the caches are warm.

The last ``insert`` of a change stores its audit event. Events of look-ups are queued and stored together
later. The test modules ``test_*_plans.py`` show what the commands cost.
"""

from tests.store.operation_costs.common import Cost
from tests.store.operation_costs.contacts import CONTACTS
from tests.store.operation_costs.domains import DOMAINS
from tests.store.operation_costs.matching import MATCHING
from tests.store.operation_costs.profiles import PROFILES

OPERATION_COSTS: list[Cost] = [*MATCHING, *PROFILES, *CONTACTS, *DOMAINS]
