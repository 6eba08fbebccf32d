"""The operations with FastAPI and Beanie: typed documents and asynchronous handlers with uvicorn."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from beanie import Document, init_beanie
from fastapi import FastAPI
from pydantic import BaseModel, Field
from pymongo import AsyncMongoClient


class TypedValue(BaseModel):
    """A number or an address."""

    type: str | None = Field(None, max_length=64)
    value: str = Field(max_length=255)


class ProfileFields(BaseModel):
    """The fields of a profile, as a caller sends them."""

    first_name: str = Field(max_length=255)
    last_name: str | None = Field(None, max_length=255)
    account_number: str | None = Field(None, max_length=255)
    phone_numbers: list[TypedValue] = []
    email_addresses: list[TypedValue] = []
    addresses: list[dict[str, str | None]] = []


class _ProfileDocument(ProfileFields, Document):
    id: str = Field(default_factory=lambda: uuid4().hex)
    domain: str = "default"
    lookup: list[str] = []
    created_at: datetime = Field(default_factory=lambda: datetime.now(UTC))
    updated_at: datetime = Field(default_factory=lambda: datetime.now(UTC))


class Profile(_ProfileDocument):
    """A profile of the service."""

    class Settings:
        """Collection settings."""

        name = "profiles"


class CreatedProfile(_ProfileDocument):
    """A profile created by this service."""

    class Settings:
        """Collection settings."""

        name = "fastapi_profiles"


class Association(Document):
    """A contact with its profile."""

    id: str
    association: dict[str, Any] | None = None

    class Settings:
        """Collection settings."""

        name = "fastapi_associations"


class MatchRequest(BaseModel):
    """The request to match a contact."""

    channel: str
    phone_number: str | None = Field(None, max_length=255)
    email_address: str | None = Field(None, max_length=255)
    name: str | None = Field(None, max_length=255)


class MatchResponse(BaseModel):
    """The response to a match."""

    association: dict[str, Any] | None
    candidates: list[Profile]


class Criterion(BaseModel):
    """A search key and its values."""

    key: str
    values: list[str]


class SearchRequest(BaseModel):
    """The request to search."""

    criteria: list[Criterion]
    operator: str = "or"
    mode: str = "exact"


class SearchResponse(BaseModel):
    """The response to a search."""

    items: list[Profile]


class AssociationRequest(BaseModel):
    """The request to associate a contact."""

    profile_id: str
    channel: str | None = None


@asynccontextmanager
async def _lifespan(_app: FastAPI) -> AsyncIterator[None]:
    client: AsyncMongoClient[dict[str, Any]] = AsyncMongoClient(os.environ["MONGODB_URI"])
    database = client[os.environ["MONGODB_DATABASE"]]
    await init_beanie(database=database, document_models=[Profile, CreatedProfile, Association])
    await database["fastapi_profiles"].create_index([("domain", 1), ("lookup", 1), ("_id", 1)])
    yield
    await client.close()


app = FastAPI(lifespan=_lifespan)


async def _find(terms: list[str], limit: int) -> list[Profile]:
    query = {"domain": "default", "lookup": {"$in": terms}}
    return await Profile.find(query).sort("_id").limit(limit).to_list()


@app.post("/v1/contacts/{contact_id}/match")
async def match(contact_id: str, contact: MatchRequest) -> MatchResponse:
    """Find the profiles by number or address, and the contact's association."""
    if contact.phone_number is not None:
        terms = [f"phone:{contact.phone_number}"]
    else:
        name = (contact.name or "").lower().replace(" ", "")
        terms = [f"email:{contact.email_address}", f"name:{name}"]
    association = await Association.get(f"default/{contact_id}")
    return MatchResponse(
        association=association.association if association else None, candidates=await _find(terms, 201)
    )


@app.post("/v1/profiles/search")
async def search(body: SearchRequest) -> SearchResponse:
    """Find the profiles with any of the values, or with a name that has the prefix."""
    terms = [f"{each.key}:{value.lower()}" for each in body.criteria for value in each.values]
    if body.mode == "prefix":
        query = {"domain": "default", "lookup": {"$regex": f"^{terms[0]}"}}
        return SearchResponse(items=await Profile.find(query).limit(21).to_list())
    return SearchResponse(items=await _find(terms, 21))


@app.post("/v1/profiles", status_code=201)
async def create(fields: ProfileFields) -> CreatedProfile:
    """Insert a profile with its index terms."""
    first, last = fields.first_name.lower(), (fields.last_name or "").lower()
    lookup = [
        *(f"phone:{number.value}" for number in fields.phone_numbers),
        *(f"email:{address.value}" for address in fields.email_addresses),
        f"account:{(fields.account_number or '').lower()}",
        *(f"name:{first}{last}", f"name:{last}{first}", f"name.part:{first}", f"name.part:{last}"),
    ]
    created = CreatedProfile(**fields.model_dump(), lookup=lookup)
    await created.insert()
    return created


@app.put("/v1/contacts/{contact_id}/association")
async def associate(contact_id: str, body: AssociationRequest) -> dict[str, Any]:
    """Store the association."""
    association = body.model_dump() | {"associated_at": datetime.now(UTC)}
    await Association(id=f"default/{contact_id}", association=association).save()
    return association


@app.get("/ready")
async def ready() -> str:
    """Report readiness."""
    return "ok"
