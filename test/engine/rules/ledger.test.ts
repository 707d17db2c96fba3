import { countedAccount, countedPerson, isFull, readHolders } from "../../../engine/sign-up/person-key";
import type { Identity } from "../../../engine/sign-up/sign-up";
import { hashOf } from "../sign-up/people";

const keyOf = (email: string, ...identities: readonly Identity[]) => countedPerson({ email, identities }, hashOf);
const mail = (issuerAssignedId: string) => ({ issuer: "mail", issuerAssignedId });
const local = (issuerAssignedId: string) => ({ issuer: "contoso.onmicrosoft.com", issuerAssignedId, signInType: "emailAddress" });
const typed = (email: string, ...identities: readonly Identity[]) => countedPerson({ email, emailTyped: true, identities }, hashOf);
const facebook = (issuerAssignedId: string) => ({ issuer: "facebook.com", issuerAssignedId });
const google = (issuerAssignedId: string) => ({ issuer: "google.com", issuerAssignedId });

it.each([
  { given: "a tag", one: () => keyOf("kim@contoso.com"), other: () => keyOf("kim+a@contoso.com"), same: true },
  {
    given: "a tag, by passcode",
    one: () => keyOf("kim@contoso.com", mail("kim@contoso.com")),
    other: () => keyOf("kim+a@contoso.com", mail("Kim+A@contoso.com")),
    same: true,
  },
  {
    given: "a tag, by a local account that goes by the address",
    one: () => keyOf("kim@contoso.com", local("kim@contoso.com")),
    other: () => keyOf("kim+a@contoso.com", local("Kim+A@contoso.com")),
    same: true,
  },
  { given: "another address", one: () => keyOf("kim@contoso.com"), other: () => keyOf("lee@contoso.com"), same: false },
  {
    given: "another provider",
    one: () => keyOf("kim@contoso.com", google("1")),
    other: () => keyOf("kim@contoso.com", { issuer: "facebook.com", issuerAssignedId: "1" }),
    same: false,
  },
  {
    given: "another provider that proves the address as well",
    one: () => keyOf("kim@contoso.com", google("1")),
    other: () => keyOf("kim+a@contoso.com", mail("kim+a@contoso.com")),
    same: true,
  },
  {
    given: "another address that an account proves",
    one: () => keyOf("kim@contoso.com", google("1")),
    other: () => keyOf("lee@contoso.com", google("1")),
    same: false,
  },
  {
    given: "an account that shows another address",
    one: () => keyOf("kim@contoso.com", facebook("1")),
    other: () => keyOf("lee@contoso.com", facebook("1")),
    same: true,
  },
  {
    given: "an account that types another address",
    one: () => typed("kim@contoso.com", google("1")),
    other: () => typed("lee@contoso.com", google("1")),
    same: true,
  },
  {
    given: "an address that somebody types",
    one: () => keyOf("kim@contoso.com", google("1")),
    other: () => typed("kim@contoso.com", google("1")),
    same: false,
  },
  {
    given: "an account that shows no address",
    one: () => keyOf("kim@contoso.com", facebook("1")),
    other: () => keyOf("", facebook("1")),
    same: true,
  },
  {
    given: "another account that proves the address",
    one: () => keyOf("kim@contoso.com", google("1")),
    other: () => keyOf("kim@contoso.com", google("2")),
    same: true,
  },
  {
    given: "another account that proves none",
    one: () => keyOf("kim@contoso.com", facebook("1")),
    other: () => keyOf("kim@contoso.com", facebook("2")),
    same: false,
  },
  {
    given: "an account whose id only looks like an address",
    one: () => keyOf("kim@contoso.com", facebook("kim@contoso.com")),
    other: () => keyOf("kim@contoso.com", facebook("kim+a@contoso.com")),
    same: false,
  },
  {
    given: "a passcode to another address",
    one: () => keyOf("kim@contoso.com", mail("kim@contoso.com")),
    other: () => keyOf("kim@contoso.com", mail("lee@contoso.com")),
    same: false,
  },
  {
    given: "a tag, by passcode where the request has no address",
    one: () => keyOf("", mail("kim@contoso.com")),
    other: () => keyOf("", mail("Kim+A@contoso.com")),
    same: true,
  },
  {
    given: "another passcode where the request has no address",
    one: () => keyOf("", mail("kim@contoso.com")),
    other: () => keyOf("", mail("lee@contoso.com")),
    same: false,
  },
  {
    given: "a passcode to what is no address",
    one: () => keyOf("kim@contoso.com", mail("kim")),
    other: () => keyOf("kim@contoso.com", mail("lee")),
    same: false,
  },
])("two sign-ups with one difference count as the same person: $given, $same", ({ one, other, same }) =>
  expect(one() === other()).toBe(same),
);

describe("an account counts as the same", () => {
  const kim = { email: "kim@contoso.com", identities: [google("1")] };
  const unnamed = { email: "kim@contoso.com", identities: [] };
  it.each([
    {
      given: "with another address that it shows",
      one: { ...kim, emailTyped: true as const },
      changes: { email: "lee@contoso.com" },
      same: true,
    },
    { given: "with another that it proves", one: kim, changes: { email: "lee@contoso.com" }, same: false },
    { given: "as another one is another", one: kim, changes: { identities: [google("2")] }, same: false },
    { given: "by its address where no provider names it", one: unnamed, changes: { email: "lee@contoso.com" }, same: false },
  ])("$given: $same", ({ one, changes, same }) => expect(countedAccount(one) === countedAccount({ ...one, ...changes })).toBe(same));
});

it.each([
  { row: undefined, holders: [] },
  { row: {}, holders: [] },
  { row: { people: "kim" }, holders: [] },
  { row: { people: ["kim", 7, null, "lee"] }, holders: ["kim", "lee"] },
])("the holders of places in $row are $holders", ({ row, holders }) => expect(readHolders(row, "people")).toEqual(holders));

it.each([
  { people: ["kim"], atMost: 2, full: false },
  { people: ["kim", "lee"], atMost: 2, full: true },
  { people: ["kim", "mina"], atMost: 2, full: false },
  { people: ["kim", 7], atMost: 2, full: false },
])("a row with $people in its $atMost places is full for mina: $full", ({ people, atMost, full }) =>
  expect(isFull({ people }, "people", "mina", atMost)).toBe(full),
);
