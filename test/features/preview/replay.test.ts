import { hashAccount } from "../../../engine/sign-up/person";
import { recallAccount } from "../../../features/preview/store/recorded-person";
import { admitted } from "../../cli/records";
import { hashOf } from "../../engine/sign-up/people";

const email = "kim@contoso.com";
const byCode = hashAccount([{ issuer: "mail", issuerAssignedId: email }], hashOf) as string;

it.each([
  { who: "somebody whose account is a hash", given: { issuers: ["google.com"], accountId: "hash" }, identities: undefined },
  {
    who: "a passcode to the address",
    given: { issuers: ["mail"], accountId: byCode },
    identities: [{ issuer: "mail", issuerAssignedId: email }],
  },
  {
    who: "a passcode, in a record of an earlier version",
    given: { issuers: ["mail"] },
    identities: [{ issuer: "mail", issuerAssignedId: email }],
  },
  { who: "a passcode to another", given: { issuers: ["mail"], accountId: "hash" }, identities: undefined },
  {
    who: "a passcode to the address, by a key that is gone",
    given: { issuers: ["mail"], accountId: "hash", emailProven: true },
    identities: [{ issuer: "mail", issuerAssignedId: email }],
  },
  {
    who: "a passcode to another, and the code of an invitation to the address",
    given: {
      issuers: ["mail"],
      accountId: "hash",
      emailProven: true,
      trace: [{ rule: "invited", said: "continue", findings: { invited: "code" }, evidence: { invitation: "A2B3" } }],
    } as const,
    identities: undefined,
  },
  {
    who: "somebody who typed the address",
    given: { issuers: ["apple.com"], accountId: "hash", emailTyped: true, signedInAs: { issuer: "apple.com", id: "000123.abc" } } as const,
    identities: [{ issuer: "apple.com", issuerAssignedId: "000123.abc" }],
  },
])("recognizes the account of $who as far as the record shows it", ({ given, identities }) => {
  expect(recallAccount({ ...admitted("d", 0, given), email }, { hashOf }).identities).toEqual(identities);
});
