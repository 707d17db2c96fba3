import { attemptKey, holdersOf, isFull } from "../../../engine/rules/ledger";
import type { Identity } from "../../../engine/sign-up/sign-up";
import { hashOf } from "../sign-up/people";

const keyOf = (email: string, ...identities: readonly Identity[]) => attemptKey({ email, identities }, hashOf);
const mail = (issuerAssignedId: string) => ({ issuer: "mail", issuerAssignedId });
const local = (issuerAssignedId: string) => ({ issuer: "contoso.onmicrosoft.com", issuerAssignedId, signInType: "emailAddress" });
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
    other: () => keyOf("kim@contoso.com", { issuer: "mail" }),
    same: false,
  },
  {
    given: "an account that shows another address",
    one: () => keyOf("kim@contoso.com", google("1")),
    other: () => keyOf("lee@contoso.com", google("1")),
    same: true,
  },
  {
    given: "an account that shows no address",
    one: () => keyOf("kim@contoso.com", google("1")),
    other: () => keyOf("", google("1")),
    same: true,
  },
  {
    given: "another account",
    one: () => keyOf("kim@contoso.com", google("1")),
    other: () => keyOf("kim@contoso.com", google("2")),
    same: false,
  },
  {
    given: "an account whose id only looks like an address",
    one: () => keyOf("kim@contoso.com", google("kim@contoso.com")),
    other: () => keyOf("kim@contoso.com", google("kim+a@contoso.com")),
    same: false,
  },
  {
    given: "a passcode to another address",
    one: () => keyOf("kim@contoso.com", mail("kim@contoso.com")),
    other: () => keyOf("kim@contoso.com", mail("lee@contoso.com")),
    same: false,
  },
  {
    given: "a passcode to what is no address",
    one: () => keyOf("kim@contoso.com", mail("kim")),
    other: () => keyOf("kim@contoso.com", mail("lee")),
    same: false,
  },
])("tries are counted for the person, not the spelling: $given, the same: $same", ({ one, other, same }) =>
  expect(one() === other()).toBe(same),
);

it.each([
  { row: undefined, holders: [] },
  { row: {}, holders: [] },
  { row: { people: "kim" }, holders: [] },
  { row: { people: ["kim", 7, null, "lee"] }, holders: ["kim", "lee"] },
])("who holds a place in $row: $holders", ({ row, holders }) => expect(holdersOf(row, "people")).toEqual(holders));

it.each([
  { people: ["kim"], atMost: 2, full: false },
  { people: ["kim", "lee"], atMost: 2, full: true },
  { people: ["kim", "mina"], atMost: 2, full: false },
  { people: ["kim", 7], atMost: 2, full: false },
])("$people of $atMost has no room for mina: $full", ({ people, atMost, full }) =>
  expect(isFull({ people }, "people", "mina", atMost)).toBe(full),
);
