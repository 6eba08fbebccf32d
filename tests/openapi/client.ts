// The requests of a frontend for an incoming contact. Their types are in schema.ts, which openapi-typescript
// generates from the document. The compiler rejects requests that the service would reject.
import createClient from "openapi-fetch";
import type { components, paths } from "./schema.js";

// This program needs no other type of node.
declare const process: { argv: string[] };
const [baseUrl, contactId] = process.argv.slice(2);
const client = createClient<paths>({ baseUrl });

const created = await client.POST("/v1/profiles", {
  body: { first_name: "Ada", phone_numbers: [{ type: "mobile", value: "+1 212-555-0100" }] },
});
const profile: components["schemas"]["Profile"] | undefined = created.data;

const search = await client.POST("/v1/profiles/search", {
  body: { criteria: [{ key: "name", values: ["ada"] }] },
});
const firstName: string | null | undefined = search.data?.items[0]?.profile.first_name;

const match = await client.POST("/v1/contacts/{contact_id}/match", {
  params: { path: { contact_id: contactId } },
  body: { channel: "voice", phone_number: "(212) 555-0100" },
});
const outcome: "unique" | "ambiguous" | "none" | "withheld" | undefined = match.data?.outcome;
const association: components["schemas"]["Association"] | null | undefined = match.data?.association;

const rejected = await client.POST("/v1/profiles", {
  // @ts-expect-error A first name is a string, and a profile has no nickname.
  body: { first_name: 1, nickname: "Ada" },
});
const pointers = rejected.error?.errors?.map((error) => error.pointer);

const patched = await client.PATCH("/v1/profiles/{profile_id}", {
  params: { path: { profile_id: profile?.profile_id ?? "" }, header: { "If-Match": '"1"' } },
  body: { middle_name: null, last_name: "Lovelace" },
});

console.log(
  JSON.stringify({
    e164: profile?.phone_numbers[0]?.e164,
    location: created.response.headers.get("Location"),
    firstName,
    outcome,
    association,
    code: rejected.error?.code,
    pointers,
    version: patched.data?.version,
  }),
);
