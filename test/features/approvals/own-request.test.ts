import type { Decider } from "../../../engine/audited-change";
import { findSponsor, isOwnRequest, listIdentities, stripSessionName } from "../../../features/approvals/own-request";
import { pending } from "./requests";

const request = {
  ...pending(),
  email: "kim.lee@gmail.com",
  identities: [{ issuer: "entra", issuerAssignedId: "0F3A1B7C-9d2e-4f5a-8b6c-7d8e9fa0b1c2" }],
};

it.each<{ given: string; decider: Decider; own: boolean }>([
  { given: "the address", decider: { names: ["kim.lee@gmail.com"] }, own: true },
  { given: "another spelling of the mailbox", decider: { names: ["KimLee+boss@googlemail.com"] }, own: true },
  { given: "a guest's user name", decider: { names: ["kim.lee_gmail.com#EXT#@fabrikam.onmicrosoft.com"] }, own: true },
  { given: "a guest's user name without #", decider: { names: ["kim.lee_gmail.com_EXT_@fabrikam.onmicrosoft.com"] }, own: true },
  { given: "the user name of an account that we made", decider: { names: ["kim.lee_gmail.com#EXT@fabrikam.onmicrosoft.com"] }, own: true },
  { given: "a role's session", decider: { names: ["arn:aws:sts::111111111111:assumed-role/Admin/kimlee@gmail.com"] }, own: true },
  { given: "one of several names", decider: { names: ["arn:aws:iam::111111111111:user/lee", "kimlee@gmail.com"] }, own: true },
  { given: "the account", decider: { objectId: "0f3a1b7c-9d2e-4f5a-8b6c-7d8e9fa0b1c2", names: [] }, own: true },
  { given: "somebody else", decider: { objectId: "1", names: ["alice@contoso.com", "alice_contoso.com#EXT#@a.com"] }, own: false },
  { given: "no address at all", decider: { names: ["arn:aws:iam::111111111111:user/kim.lee", "root@laptop", ""] }, own: false },
])("a request is recognised as the decider's own by $given: $own", ({ decider, own }) => {
  expect(isOwnRequest(request, decider)).toBe(own);
});

it("a request is recognised as the decider's own by its new account, and by an address that the account shows", () => {
  expect(isOwnRequest({ ...request, account: { id: "made" } }, { objectId: "made", names: [] })).toBe(true);
  const identities = [{ issuer: "mail", issuerAssignedId: "lee@contoso.com" }];
  expect(isOwnRequest({ ...request, identities }, { names: ["Lee@Contoso.com"] })).toBe(true);
});

it.each([
  [
    "a role's session is the role",
    "arn:aws:sts::111111111111:assumed-role/Admin/kim@contoso.com",
    "arn:aws:sts::111111111111:assumed-role/Admin",
  ],
  ["elsewhere too", "arn:aws-cn:sts::111111111111:assumed-role/Admin/kim", "arn:aws-cn:sts::111111111111:assumed-role/Admin"],
  ["a role is itself", "arn:aws:iam::111111111111:role/Admin", "arn:aws:iam::111111111111:role/Admin"],
  [
    "a user is itself, however its path reads",
    "arn:aws:iam::111111111111:user/arn:aws:sts::111111111111:assumed-role/Admin/kim",
    "arn:aws:iam::111111111111:user/arn:aws:sts::111111111111:assumed-role/Admin/kim",
  ],
])("a decider's ARN is reduced to its principal: %s", (_, arn, principal) => expect(stripSessionName(arn)).toBe(principal));

it("a decider is known by all of their names, each in one spelling", () => {
  const arn = "arn:aws:sts::111111111111:assumed-role/Admin/Kim.Lee@gmail.com";
  const decider = { objectId: "0F3A", names: ["kim_contoso.com#EXT#@fabrikam.example", arn], addresses: ["Kim@Contoso.com"], arn };
  expect(listIdentities(decider)).toEqual(["0f3a", "arn:aws:sts::111111111111:assumed-role/Admin", "kim@contoso.com", "kimlee@gmail.com"]);
  expect(listIdentities({ names: [] })).toEqual([]);
});

describe("the sponsor of a person", () => {
  const invitation = { code: "CODE", sentAt: "2026-06-15T12:00:00.000Z", sponsor: "mina@contoso.com" };
  it.each([
    { given: "the sponsor that the policy found", words: { sponsor: "lee@contoso.com", invitation }, answers: "lee@contoso.com" },
    { given: "the sponsor of the invitation", words: { invitation }, answers: "mina@contoso.com" },
    { given: "nobody, where the person names themselves", words: { sponsor: "kimlee+1@googlemail.com" }, answers: undefined },
    {
      given: "nobody, where they name a tag of their own",
      email: "ann@contoso.com",
      words: { sponsor: "ann+s@contoso.com" },
      answers: undefined,
    },
    { given: "nobody, where nobody is named", words: {}, answers: undefined },
  ])("is $given", ({ email = request.email, words, answers }) => expect(findSponsor({ email, ...words })).toBe(answers));
});
