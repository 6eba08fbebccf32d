// Calls the service with the AWS SDK for JavaScript. The address, the region and the access key are in environment
// variables, as for any program. Prints what the SDK returned.
import { CustomerProfiles } from "@aws-sdk/client-customer-profiles";

const [run] = process.argv.slice(2);
const client = new CustomerProfiles({});
const call = async (operation, input, from = client) => {
  const { $metadata, ...output } = await from[operation]({ DomainName: "default", ...input });
  return output;
};
const rejected = async (operation, input, from = client) => {
  try {
    await call(operation, input, from);
    return null;
  } catch (error) {
    const { name, message, $metadata } = error;
    return [error.constructor.name, name, $metadata.httpStatusCode, message, Boolean($metadata.requestId)];
  }
};
const ids = ({ Items }) => Items.map((each) => each.ProfileId);

const name = `花子 & Ann+${run}`;
const fields = { FirstName: name, PhoneNumber: "(415) 555-0101", AccountNumber: `A/${run}` };
const address = { Address1: "1-1 Chiyoda", City: "Chiyoda-ku", Country: "JP" };
const created = await call("createProfile", { ...fields, Address: address, Attributes: { "a b": "é" } });
const other = await call("createProfile", { FirstName: name, EmailAddress: `${run}@example.com` });
const updated = await call("updateProfile", { ...created, LastName: "Lee", AccountNumber: "" });
const read = await call("batchGetProfile", { ProfileIds: [created.ProfileId, "0".repeat(32)] });

const key = { KeyName: "_orderId", Values: [run] };
const added = await call("addProfileKey", { ...created, ...key });
const found = await call("searchProfiles", {
  ...key,
  AdditionalSearchKeys: [{ KeyName: "_fullName", Values: [name] }],
  LogicalOperator: "AND",
});
const pages = [];
let NextToken;
do {
  const page = await call("searchProfiles", {
    KeyName: "_fullName",
    Values: [name],
    MaxResults: 1,
    NextToken,
  });
  pages.push(ids(page));
  NextToken = page.NextToken;
} while (NextToken);
const removed = await call("deleteProfileKey", { ...created, ...key });
const afterRemoval = ids(await call("searchProfiles", key));

const contact = { KeyName: "_ctrContactId", Values: [`c-${run}`] };
await call("addProfileKey", { ...other, ...contact });
await call("addProfileKey", { ...created, ...contact });
const ofContact = ids(await call("searchProfiles", contact));
const { Items: contacts } = await call("listProfileObjects", { ...created, ObjectTypeName: "CTR" });

// The response to the first attempt is lost.
const losing = new CustomerProfiles({});
let attempts = 0;
losing.middlewareStack.add(
  (next) => async (input) => {
    const result = await next(input);
    if (++attempts === 1)
      throw Object.assign(new Error("lost"), { name: "TimeoutError", code: "ECONNRESET" });
    return result;
  },
  { step: "finalizeRequest", name: "lose", priority: "low" },
);
const retried = await call("createProfile", { FirstName: "Retry", AccountNumber: `R-${run}` }, losing);
const afterRetry = ids(await call("searchProfiles", { KeyName: "_account", Values: [`R-${run}`] }));

const made = await call("createDomain", { DefaultExpirationDays: 30, Tags: { team: "a" } });
const integrations = await call("listAccountIntegrations", {
  Uri: "arn:aws:connect:us-east-1:123456789012:instance/example",
});

const wrongSecret = { ...(await client.config.credentials()), secretAccessKey: "wrong" };
const stranger = new CustomerProfiles({ credentials: wrongSecret });
const errors = {
  missing: await rejected("updateProfile", { ProfileId: "0".repeat(32), FirstName: "a" }),
  invalid: await rejected("createProfile", { FirstName: "a".repeat(256) }),
  empty: await rejected("createProfile", { FirstName: "" }),
  otherDomain: await rejected("searchProfiles", { ...key, DomainName: "tokyo" }),
  notOffered: await rejected("listSegmentDefinitions", {}),
  wrongSecret: await rejected("searchProfiles", key, stranger),
};
const deleted = await call("deleteProfile", created);
const afterDeletion = ids(
  await call("searchProfiles", { KeyName: "_profileId", Values: [created.ProfileId] }),
);

console.log(
  JSON.stringify({
    name,
    created,
    other,
    updated,
    read,
    added,
    found,
    pages,
    removed,
    afterRemoval,
    ofContact,
    contacts,
    attempts,
    retried,
    afterRetry,
    madeAt: made.CreatedAt instanceof Date ? made.CreatedAt.getTime() / 1000 : null,
    integrations: integrations.Items.map((each) => [each.DomainName, each.LastUpdatedAt instanceof Date]),
    errors,
    deleted,
    afterDeletion,
  }),
);
