import { shutOutKeys } from "../../../features/access-list/entry";
import { incidentPersonId } from "../../../features/incidents/selection";

const owner = { email: "owner@contoso.com", personId: "the-mailbox", accountId: "the-account" };
const signedInAs = { issuer: "apple.com", id: "000123.abc" };

describe.each([
  { who: "the owner of an address", record: owner, deny: "owner@contoso.com", person: "the-mailbox" },
  { who: "the owner, known by no account", record: { ...owner, accountId: undefined }, deny: "owner@contoso.com", person: "the-mailbox" },
  {
    who: "somebody who typed it",
    record: { ...owner, emailTyped: true, signedInAs } as const,
    deny: "issuer:apple.com/000123.abc",
    person: "the-account",
  },
  { who: "a typist whose account nobody names", record: { ...owner, emailTyped: true } as const, deny: undefined, person: "the-account" },
  {
    who: "somebody without an address",
    record: { signedInAs: undefined, accountId: "the-account" } as { readonly accountId: string; readonly signedInAs?: never },
    deny: undefined,
    person: undefined,
  },
])("$who", ({ record, deny, person }) => {
  it("has the expected denying entry, and the expected identifier in an incident", () => {
    expect([shutOutKeys(record)?.deny, incidentPersonId(record)]).toEqual([deny, person]);
  });
});
