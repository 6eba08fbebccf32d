"""The lower limit of cost: bare Flask and PyMongo handlers that trust all input.

They have no validation, normalising, match reasons, ranking, log, metrics or authentication. They only send
the service's queries to its collections and return JSON.
"""

import os
import re
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pymongo
from flask import Flask, request

app = Flask(__name__)
_client: pymongo.MongoClient[dict[str, Any]] = pymongo.MongoClient(os.environ["MONGODB_URI"], connect=False)
_database = _client[os.environ["MONGODB_DATABASE"]]
_profiles = _database["profiles"]
_created = _database["floor_profiles"]
# Flask cannot convert a timestamp of MongoDB to JSON.
_TIMESTAMP = "changed"


def _find(terms: list[str], limit: int) -> list[dict[str, Any]]:
    query = {"domain": "default", "lookup": {"$in": terms}}
    return list(_profiles.find(query, {_TIMESTAMP: False}).hint("lookup").sort("_id").limit(limit))


@app.post("/v1/contacts/<contact_id>/match")
def match(contact_id: str) -> dict[str, Any]:
    """Find the profiles by number or address, and the contact's association."""
    contact = request.get_json()
    if "phone_number" in contact:
        terms = [f"phone:{contact['phone_number']}"]
    else:
        terms = [f"email:{contact['email_address']}", f"name:{contact['name'].lower().replace(' ', '')}"]
    own = [
        {"$match": {"_id": f"default/{contact_id}", "domain": "default"}},
        {"$project": {"_id": 0, "association": 1}},
    ]
    rows = list(
        _profiles.aggregate(
            [
                {"$match": {"domain": "default", "lookup": {"$in": terms}}},
                {"$sort": {"_id": 1}},
                {"$limit": 201},
                {"$unset": _TIMESTAMP},
                {"$unionWith": {"coll": "associations", "pipeline": own}},
            ],
            hint="lookup",
            batchSize=203,
        )
    )
    association = rows.pop()["association"] if rows and "lookup" not in rows[-1] else None
    return {"association": association, "candidates": rows}


@app.post("/v1/profiles/search")
def search() -> dict[str, Any]:
    """Find the profiles with any of the values, or with a name that has the prefix."""
    body = request.get_json()
    terms = [f"{each['key']}:{value.lower()}" for each in body["criteria"] for value in each["values"]]
    if body.get("mode") == "prefix":
        query = {"domain": "default", "lookup": re.compile("^" + re.escape(terms[0]), re.ASCII)}
        return {"items": list(_profiles.find(query, {_TIMESTAMP: False}).hint("lookup").limit(21))}
    return {"items": _find(terms, 21)}


@app.post("/v1/profiles")
def create() -> tuple[dict[str, Any], int]:
    """Insert the body as a profile with its index terms."""
    profile: dict[str, Any] = request.get_json()
    now = datetime.now(UTC)
    profile |= {"_id": uuid4().hex, "domain": "default", "version": 1, "created_at": now, "updated_at": now}
    profile["lookup"] = [
        *(f"phone:{number['value']}" for number in profile["phone_numbers"]),
        *(f"email:{address['value']}" for address in profile["email_addresses"]),
        f"account:{profile['account_number'].lower()}",
        f"name:{profile['first_name']}{profile['last_name']}".lower(),
        f"name:{profile['last_name']}{profile['first_name']}".lower(),
        f"name.part:{profile['first_name']}".lower(),
        f"name.part:{profile['last_name']}".lower(),
    ]
    _created.insert_one(profile)
    return profile, 201


@app.put("/v1/contacts/<contact_id>/association")
def associate(contact_id: str) -> dict[str, Any]:
    """Store the association."""
    association: dict[str, Any] = request.get_json() | {"associated_at": datetime.now(UTC)}
    _database["floor_associations"].update_one(
        {"_id": f"default/{contact_id}"}, {"$set": {"association": association}}, upsert=True
    )
    return association


@app.get("/ready")
def ready() -> str:
    """Create an index like that of the service's profiles on this service's collection. Report readiness."""
    _created.create_index([("domain", 1), ("lookup", 1), ("_id", 1)])
    return "ok"
