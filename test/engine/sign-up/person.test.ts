import fc from "fast-check";
import { AddressNeededError } from "../../../engine/sign-up/failure";
import { isAddressHeld, wasAddressProven } from "../../../engine/sign-up/issuers";
import { buildPersonId, hashAccount, keyedHash } from "../../../engine/sign-up/person";
import { personKey, personKeyAt } from "../../../engine/sign-up/person-key";
import type { Identity } from "../../../engine/sign-up/sign-up";
import { anyCharacter } from "../../support/any-character";

const google: Identity = { issuer: "google.com", issuerAssignedId: "1184" };
const facebook: Identity = { issuer: "facebook.com", issuerAssignedId: "77" };
const kim = "kim@contoso.com";

describe("the key of a person", () => {
  it.each([
    { is: "the account's order", a: [google, facebook], b: [facebook, google] },
    { is: "how they sign in", a: [google], b: [{ ...google, signInType: "federated" }] },
  ])("does not depend on $is", ({ a, b }) =>
    expect(personKey({ email: kim, identities: a })).toBe(personKey({ email: kim, identities: b })),
  );

  it.each<{ differ: string; identities: readonly Identity[]; email?: string }>([
    { differ: "address", identities: [google], email: "lee@contoso.com" },
    { differ: "provider", identities: [{ ...google, issuer: "facebook.com" }] },
    { differ: "account", identities: [{ ...google, issuerAssignedId: "1185" }] },
    { differ: "number of accounts", identities: [google, facebook] },
    { differ: "want of an account", identities: [] },
    { differ: "want of an account's id", identities: [{ issuer: "google.com" }] },
    { differ: "letters of an account's id, which is opaque", identities: [{ ...google, issuerAssignedId: "1184 " }] },
  ])("differs by $differ", ({ identities, email = kim }) =>
    expect(personKey({ email, identities })).not.toBe(personKey({ email: kim, identities: [google] })),
  );

  it.each<{ identities: readonly Identity[]; key: string }>([
    { identities: [], key: '["kim@contoso.com","entra"]' },
    { identities: [google], key: '["kim@contoso.com","google.com/1184"]' },
    { identities: [{ issuer: "google.com" }], key: '["kim@contoso.com","google.com/"]' },
  ])("is $key in all versions, as rows are found by it", ({ identities, key }) => expect(personKey({ email: kim, identities })).toBe(key));

  it.each<{ identities: readonly Identity[]; key: string }>([
    { identities: [google], key: '["","google.com/1184"]' },
    { identities: [{ issuer: "mail" }, google], key: '["","google.com/1184","mail/"]' },
  ])("is $key in all versions if there is no address", ({ identities, key }) => {
    expect(personKey({ identities })).toBe(key);
    expect(personKey({ email: "", identities })).toBe(key);
  });

  it.each([[[]], [[{ issuer: "google.com" }]]])("does not exist if neither address nor account is known: %j", (identities) =>
    expect(() => personKey({ identities })).toThrow(new AddressNeededError()),
  );

  it("is unique to a person, whatever characters it contains", () => {
    const text = fc.string({ unit: anyCharacter, maxLength: 12 });
    const separators = fc.stringMatching(/^[/",[\]\\]{0,6}$/);
    const part = fc.oneof(text, separators);
    // A provider's name is a domain, or a word: no slash in it.
    const issuer = part.map((each) => each.replaceAll("/", ""));
    const person = fc.record({
      // Without an address, an account has to say who it is.
      email: part.filter((each) => each !== ""),
      identities: fc.array(fc.record({ issuer, issuerAssignedId: part }), { maxLength: 3 }),
    });
    const asSet = (identities: readonly Identity[]) =>
      JSON.stringify(identities.map(({ issuer, issuerAssignedId }) => [issuer, issuerAssignedId]).sort());
    fc.assert(
      fc.property(person, person, (a, b) => {
        const same = a.email === b.email && asSet(a.identities) === asSet(b.identities);
        expect(personKey(a) === personKey(b)).toBe(same);
      }),
    );
  });
});

it.each([
  { gate: undefined, key: personKey({ email: kim, identities: [google] }) },
  { gate: "partners", key: JSON.stringify(["partners", personKey({ email: kim, identities: [google] })]) },
])("a person's key at the gate $gate is $key in all versions", ({ gate, key }) =>
  expect(personKeyAt({ email: kim, identities: [google], ...(gate && { gate }) })).toBe(key),
);

const hashOf = keyedHash("a key of the tests");

describe("a keyed hash", () => {
  it.each([
    { text: personKey({ email: kim, identities: [google] }), hash: "hv5JBOWcBCXv_0Y_t2wAxp" },
    { text: "kim+1@contoso.com", hash: "KIGuFOWPZS0O9ROZMbl4-f" },
    { text: "kim+34@contoso.com", hash: "A1HcEZEozvqBCM1XcnSBaw" },
  ])("of $text is $hash in all versions, as rows are found by it", ({ text, hash }) => expect(hashOf(text)).toBe(hash));

  it("differs under another key", () => expect(keyedHash("another key")(kim)).not.toBe(hashOf(kim)));

  it("hides its text, fits into a row's key, and differs for another text", () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter }), fc.string({ unit: anyCharacter }), (a, b) => {
        expect(hashOf(a)).toMatch(/^[A-Za-z0-9_-]{22}$/);
        const bytes = (text: string) => Buffer.from(text).toString("hex");
        expect(hashOf(a) === hashOf(b)).toBe(bytes(a) === bytes(b));
      }),
    );
  });
});

describe("a person's id", () => {
  it.each(["kim+a@gmail.com", "k.i.m@gmail.com", "kim@googlemail.com"])("is the same for each spelling of the mailbox: %s", (email) =>
    expect(buildPersonId(email, hashOf)).toBe(buildPersonId("kim@gmail.com", hashOf)),
  );

  it.each(["lee@gmail.com", "kim@contoso.com", "kim+a@contoso.com"])("differs for another mailbox: %s", (email) =>
    expect(buildPersonId(email, hashOf)).not.toBe(buildPersonId("kim@gmail.com", hashOf)),
  );

  it("depends on the account that the provider names, if there is one", () => {
    expect(hashAccount([{ issuer: "mail" }, google], hashOf)).toBe(hashAccount([google], hashOf));
    expect(hashAccount([google], hashOf)).not.toBe(hashAccount([facebook], hashOf));
    expect(hashAccount([{ issuer: "mail" }], hashOf)).toBeUndefined();
  });
});

it("a hash never begins with a dash, so it is safe as a command's argument", () => {
  const hashes = Array.from({ length: 2_000 }, (_, index) => hashOf(String(index)));
  expect(hashes.filter((hash) => !/^\w[\w-]{21}$/.test(hash))).toEqual([]);
});

it.each([
  { issuers: ["mail"], held: true },
  { issuers: ["google.com", "mail"], held: true },
  { issuers: ["mail", "facebook.com"], held: false },
  { issuers: ["entra"], held: false },
  { issuers: [], held: true },
  { issuers: ["google.com"], emailTyped: true as const, held: false },
])("the providers $issuers (address typed: $emailTyped) show that the person owns the address: $held", ({ held, ...record }) =>
  expect(isAddressHeld(record)).toBe(held),
);

it.each([
  { record: { emailProven: true, issuers: ["id.contoso.com"] }, proven: true },
  { record: { emailProven: false, issuers: ["mail"] }, proven: false },
  { record: { issuers: ["mail"] }, proven: true },
  { record: { issuers: ["entra"] }, proven: false },
  { record: { issuers: ["google.com"], emailTyped: true as const }, proven: false },
  { record: { issuers: [] }, proven: false },
  { record: {}, proven: false },
])("an address in the record $record was proven: $proven", ({ record, proven }) => expect(wasAddressProven(record)).toBe(proven));
