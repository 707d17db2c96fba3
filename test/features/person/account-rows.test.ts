import { type Item, toItem, toRow } from "../../../adapters/tables/item";
import { buildPersonId, hashAccount } from "../../../engine/sign-up/person";
import { madeAccountWrite } from "../../../features/external-tenant/account";
import { eraseFrom, findUsageRows, ownPart } from "../../../features/person/store/person";
import { buildProofKeys, PROOFS, proofWrite } from "../../../features/terms/proof";
import { hashOf, NOW } from "../../engine/sign-up/people";

const google = { issuer: "google.com", issuerAssignedId: "1184" };
const kim = {
  hashes: [hashOf],
  personIds: new Set([buildPersonId("kim@contoso.com", hashOf)]),
  accountIds: new Set([hashAccount([google], hashOf) as string]),
  mailboxes: new Set(["kim@contoso.com", "kim@gmail.com"]),
};
const [id = ""] = kim.personIds;
const [accountId] = kim.accountIds;

/** Whose account the gate made: its row has no hash of the account at the provider. */
const made = (email: string, personId: string) => madeAccountWrite("1", { email, identities: [google] }, personId, NOW).item;

const others = { personId: "somebody-else", email: "lee@contoso.com" };
const two = { id: "signed-up/x", ...others, people: new Set([`${id}.1`, "somebody-else.2"]) };
const code = { id: "code/codes/x", people: new Set([`${id}.1`, "somebody-else.2"]) };

describe("a row of the ledger", () => {
  it.each<[string, object, boolean]>([
    ["by the person's hash", { id: "account/1", personId: id }, true],
    ["by the account's hash, without an address", { id: "account/1", accountId }, true],
    ["by the address, where the key of its hash is gone", { id: "account/1", personId: "of-another-key", email: "k.im@gmail.com" }, true],
    ["made by the gate, by the person's hash", { ...made("kim@contoso.com", id), identities: "[]" }, true],
    ["made by the gate, by the account it names", made("typed@contoso.com", "of-what-was-typed"), true],
    [
      "made for somebody else",
      { ...made("lee@contoso.com", "somebody-else"), identities: JSON.stringify([{ ...google, issuerAssignedId: "2" }]) },
      false,
    ],
    ["of one of two people under one id", two, true],
    ["of somebody else", { id: "account/1", ...others, accountId: "another" }, false],
    ["that counts sessions", { id: "console-session/1" }, false],
  ])("is found only if it is about the person: %s", async (_, row, isFound) => {
    const { items } = await findUsageRows(kim, { page: async () => ({ items: [toItem(row)], searched: 1 }) });
    expect(items).toHaveLength(isFound ? 1 : 0);
  });

  it("hides another person who signed up under the same id", () =>
    expect(toRow(ownPart(toItem(two), kim) as Item)).toEqual({ id: "signed-up/x", people: [`${id}.1`] }));

  it("is removed by an erasure if it is a sign-up; a code's row stays, so that the code stays used", async () => {
    const removed: Item[] = [];
    const changed: Item[] = [];
    const ledger = {
      remove: async (item: Item) => removed.push(item) > 0,
      change: async (_: Item, item: Item) => changed.push(item) > 0,
    };
    for (const row of [two, code]) expect(await eraseFrom(toItem(row), kim, ledger)).toBe(true);
    expect(removed.map(({ id: key }) => key?.S)).toEqual(["signed-up/x"]);
    expect(changed.map((item) => toRow(item).people)).toEqual([
      expect.arrayContaining(["somebody-else.2", expect.stringMatching(/^erased\./)]),
    ]);
  });
});

describe("a row of acceptances that prove no address", () => {
  const lee = buildPersonId("lee@contoso.com", hashOf);
  const [, { key }] = buildProofKeys(lee);
  const terms = { attribute: "extension_Terms", version: "1", language: "en", sha256: "ab", reference: "K7QD-9MXD" };
  const acceptedBy = (account: string | undefined) =>
    proofWrite(
      { ...terms, at: "2026-03-02T10:00Z", emailProven: false, ...(account !== undefined && { account }) },
      { table: "ledger", key },
      {},
    );
  const [own, another, unnamed] = [acceptedBy(accountId).holder, acceptedBy("another").holder, acceptedBy(undefined).holder];
  const shared = { ...key, personId: lee, email: "lee@contoso.com", [PROOFS]: new Set([own, another, unnamed]) };

  async function erased(row: object, person = kim) {
    const removed: Item[] = [];
    const changed: Item[] = [];
    const ledger = {
      remove: async (item: Item) => removed.push(item) > 0,
      change: async (_: Item, item: Item) => changed.push(item) > 0,
    };
    expect(await eraseFrom(toItem(row), person, ledger)).toBe(true);
    return { removed: removed[0], changed: changed[0] };
  }

  it("shows an account only its own acceptances, and not the address that it used", async () => {
    const { items } = await findUsageRows(kim, { page: async () => ({ items: [toItem(shared)], searched: 1 }) });
    expect(items.map((item) => toRow(ownPart(item, kim) as Item))).toEqual([{ ...key, [PROOFS]: [own] }]);
  });

  it("loses only the account's acceptances in an erasure", async () => {
    const { removed, changed } = await erased(shared);
    expect(removed).toBeUndefined();
    expect(toRow(changed as Item)).toEqual({
      ...shared,
      [PROOFS]: expect.toSatisfy((left: string[]) => left.toString() === [another, unnamed].toString()),
    });
  });

  it("is removed with its last acceptance", async () => {
    const alone = toItem({ ...shared, [PROOFS]: new Set([own]) });
    expect((await erased({ ...shared, [PROOFS]: new Set([own]) })).removed).toEqual(alone);
  });

  it("is exported and erased as a whole for the owner of the address", async () => {
    const owner = { ...kim, personIds: new Set([lee]), accountIds: new Set<string>(), mailboxes: new Set(["lee@contoso.com"]) };
    expect(ownPart(toItem(shared), owner)).toEqual(toItem(shared));
    expect((await erased(shared, owner)).removed).toEqual(toItem(shared));
  });
});
