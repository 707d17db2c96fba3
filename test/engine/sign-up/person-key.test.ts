import { AddressNeededError } from "../../../engine/sign-up/failure";
import { buildAccountKey } from "../../../engine/sign-up/person";
import { type Identifiable, isNameless, personIdFor, personKey, personKeyAt } from "../../../engine/sign-up/person-key";

const google = { issuer: "google.com", issuerAssignedId: "1184" };
const facebook = { issuer: "facebook.com", issuerAssignedId: "77" };
const email = "kim@contoso.com";

it.each<{ who: string; person: Identifiable; key: readonly string[] }>([
  { who: "an address alone", person: { email, identities: [] }, key: [email, "entra"] },
  { who: "an address and an account", person: { email, identities: [google] }, key: [email, buildAccountKey(google)] },
  { who: "an account alone", person: { identities: [google] }, key: ["", buildAccountKey(google)] },
  {
    who: "two accounts, in one order whatever Entra's",
    person: { email, identities: [google, facebook] },
    key: [email, buildAccountKey(facebook), buildAccountKey(google)],
  },
])("the key of a person consists of exactly what is known about the person: $who", ({ person, key }) => {
  expect(personKey(person)).toBe(JSON.stringify(key));
  expect(isNameless(person)).toBe(false);
  expect(personKeyAt(person)).toBe(personKey(person));
  expect(personKeyAt({ ...person, gate: "guests" })).toBe(JSON.stringify(["guests", personKey(person)]));
});

it.each<{ who: string; person: Identifiable }>([
  { who: "nothing", person: { identities: [] } },
  { who: "a provider without an account", person: { identities: [{ issuer: "google.com" }] } },
])("a person with $who has no key", ({ person }) => {
  expect(isNameless(person)).toBe(true);
  expect(() => personKey(person)).toThrow(AddressNeededError);
  expect(() => personIdFor(person, (text) => text)).toThrow(AddressNeededError);
});
