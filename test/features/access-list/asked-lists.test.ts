import { BUILT_IN_ISSUERS } from "../../../engine/sign-up/issuers";
import { afterSignIn } from "../../../engine/sign-up/policy";
import { recordId } from "../../../engine/sign-up/records";
import type { RecordKey, Row } from "../../../engine/sign-up/rule";
import { type AskedLists, denialKeys, denyingEntry, type JudgedPerson, listsOfPolicies } from "../../../features/access-list/asked-lists";
import { accessList } from "../../../features/access-list/rule";
import { denials } from "../../../features/access-list/store/denials";
import { requestApproval } from "../../../features/approvals/request-approval";
import { format, trim } from "../../../features/format/rule";
import { onlyProviders } from "../../../features/only-providers/rule";
import { shadow } from "../../../features/shadow/rule";
import { NOW } from "../../engine/sign-up/people";
import { anyPolicy } from "../../support/any-policy";

const google = { identities: [{ issuer: "google.com", issuerAssignedId: "1184" }], emailVouchers: ["google.com"] };
const kim: JudgedPerson = { email: "kim@contoso.com", ...google };
const invited: JudgedPerson = { email: "kim@contoso.com", identities: undefined, emailVouchers: "later", signsUp: true };
const account: JudgedPerson = { email: "kim@contoso.com", identities: undefined };
const plain: AskedLists = { default: [{ classes: [] }] };
const silent: AskedLists = { default: [{ classes: [], refusesWaiting: true }] };
const allow = (entry: string, cells: object = {}): Row => ({ entry, effect: "allow", ...cells });
const wait = (entry: string): Row => ({ entry, effect: "approval" });
const deny = (entry: string, cells: object = {}): Row => ({ entry, effect: "deny", ...cells });
const partner = {
  ...{ reference: "partner", id: "contoso.com", token: "t", state: "proven", since: "2026-01-01T00:00:00Z" },
  ...{ addedAt: "2026-01-01T00:00:00Z", by: "kim", revision: 1 },
};

function judge(person: JudgedPerson, lists: AskedLists, rows: readonly Row[]): string | undefined {
  const keys = new Set(denialKeys(person, lists).map(recordId));
  const find = (id: string) => {
    if (!keys.has(id)) throw new Error(`${id} was not named.`);
    return rows.find((row) => recordId(rowKeyOf(row)) === id);
  };
  return keys.size === 0 ? undefined : denyingEntry(person, lists, (key) => find(recordId(key)), NOW);
}
const rowKeyOf = (row: Row): RecordKey =>
  row.reference === undefined
    ? { table: "accessList", key: { entry: String(row.entry) } }
    : { table: "decisions", key: { reference: "partner", id: String(row.id) } };

describe("a deny of the list has priority over an approval or invitation", () => {
  it.each<{ given: string; person?: JudgedPerson; lists?: AskedLists; rows: readonly Row[]; by?: string }>([
    { given: "no entry matches: approvals are for people whom nobody listed", rows: [deny("other.example")] },
    { given: "their address", rows: [deny("kim@contoso.com")], by: "kim@contoso.com" },
    { given: "their domain", rows: [deny("contoso.com")], by: "contoso.com" },
    { given: "their provider", rows: [allow("kim@contoso.com"), deny("issuer:google.com")], by: "issuer:google.com" },
    { given: "their account", rows: [allow("contoso.com"), deny("issuer:google.com/1184")], by: "issuer:google.com/1184" },
    { given: "everybody", rows: [deny("*")], by: "*" },
    {
      given: "their address without its +tag",
      person: { ...kim, email: "kim+a@contoso.com" },
      rows: [deny("kim@contoso.com")],
      by: "kim@contoso.com",
    },
    { given: "their domain, but an allow of them is closer", rows: [deny("contoso.com"), allow("kim@contoso.com")] },
    {
      given: "everybody, but an allow of their proven partner is closer",
      rows: [deny("*"), allow("kim@contoso.com", { byPartner: "contoso.com" }), partner],
    },
    {
      given: "everybody, and the partner of a closer allow is not proven",
      rows: [deny("*"), allow("kim@contoso.com", { byPartner: "contoso.com" })],
      by: "*",
    },
    // Whoever decides about a person gives the word that such an entry asks for, also before it was written.
    ...["kim@contoso.com", "contoso.com", "issuer:google.com", "issuer:google.com/1184", "*"].map((entry) => ({
      given: `no one: ${entry} has people wait for approval`,
      rows: [wait(entry)],
    })),
    { given: "no one: the invited wait for approval", person: invited, rows: [wait("contoso.com")] },
    {
      given: "an invited person's domain, which has people wait where no rule asks for approval",
      person: invited,
      lists: silent,
      rows: [wait("contoso.com")],
      by: "contoso.com",
    },
    {
      given: "an invited person's domain, which has people wait where one of two lists lets nobody wait",
      person: invited,
      lists: { default: [{ classes: [] }, { classes: ["relay"], refusesWaiting: true }] },
      rows: [wait("contoso.com")],
      by: "contoso.com",
    },
    {
      given: "no one: the invited are closer allowed than their domain waits, where no rule asks for approval",
      person: invited,
      lists: silent,
      rows: [wait("contoso.com"), allow("kim@contoso.com")],
    },
    {
      given: "no one: the invited wait at another gate, where no rule asks for approval",
      person: { ...invited, gate: "suppliers" },
      lists: { ...silent, suppliers: [{ classes: [] }] },
      rows: [wait("contoso.com")],
    },
    { given: "no one: whoever approves gives their word, where no rule asks", lists: silent, rows: [wait("contoso.com")] },
    { given: "no one: an account has been let in, where no rule asks", person: account, lists: silent, rows: [wait("contoso.com")] },
    { given: "no one: the policies are not known", person: invited, lists: undefined, rows: [wait("contoso.com")] },
    { given: "no one: an account's person waits for approval", person: account, rows: [wait("kim@contoso.com")] },
    { given: "no one: they wait by a closer entry than the deny", rows: [wait("kim@contoso.com"), deny("contoso.com")] },
    { given: "their address, though their domain waits", rows: [wait("contoso.com"), deny("kim@contoso.com")], by: "kim@contoso.com" },
    {
      given: "their address, though their provider waits",
      rows: [wait("issuer:google.com"), deny("kim@contoso.com")],
      by: "kim@contoso.com",
    },
    { given: "a deny that has ended", rows: [deny("contoso.com", { expiresAt: "2026-02-01" })] },
    { given: "a deny whose end cannot be read", rows: [deny("contoso.com", { expiresAt: "soon" })], by: "contoso.com" },
    { given: "a deny of another gate", rows: [deny("contoso.com", { gates: ["suppliers"] })] },
    {
      given: "a deny of their gate",
      person: { ...kim, gate: "suppliers" },
      lists: { suppliers: [{ classes: [] }] },
      rows: [deny("contoso.com", { gates: ["suppliers"] })],
      by: "contoso.com",
    },
    {
      given: "a gate without a list",
      person: { ...kim, gate: "suppliers" },
      lists: { ...plain, suppliers: [] },
      rows: [deny("contoso.com")],
    },
    ...["suppliers", "constructor"].map((gate) => ({
      given: `a gate called ${gate} that was removed while somebody waited there`,
      person: { ...kim, gate },
      lists: { ...plain, partners: [{ classes: ["relay" as const] }] },
      rows: [deny("contoso.com", { gates: [gate] })],
      by: "contoso.com",
    })),
    {
      given: "no one at a removed gate, as no gate asks a list",
      person: { ...kim, gate: "old" },
      lists: { default: [] },
      rows: [deny("*")],
    },
    {
      given: "a class that their gate's policy asks for",
      person: { ...kim, email: "kim@duck.com" },
      lists: { default: [{ classes: ["relay"] }] },
      rows: [deny("relay")],
      by: "relay",
    },
    { given: "a class that their gate's policy does not ask for", person: { ...kim, email: "kim@duck.com" }, rows: [deny("relay")] },
    {
      given: "a class that only one of their gate's two lists asks for",
      person: { ...kim, email: "kim@duck.com" },
      lists: { default: [{ classes: [] }, { classes: ["relay"] }] },
      rows: [deny("relay")],
      by: "relay",
    },
    {
      given: "everybody, and their gate does not trust the provider of a closer allow's address",
      lists: { default: [{ classes: [], trust: ["mail"] }] },
      rows: [deny("*"), allow("kim@contoso.com")],
      by: "*",
    },
    {
      given: "policies that are not known: each entry counts",
      person: { ...kim, email: "kim@duck.com", gate: "old" },
      lists: undefined,
      rows: [deny("relay")],
      by: "relay",
    },
    {
      given: "an invited person of a denied provider: it is not known how they sign in",
      person: invited,
      rows: [deny("issuer:entra"), deny("contoso.com", { issuer: "google.com" })],
    },
    { given: "an invited person's domain", person: invited, rows: [deny("contoso.com")], by: "contoso.com" },
    {
      given: "an invited person's domain, with an allow for one provider alone",
      person: invited,
      rows: [deny("contoso.com"), allow("kim@contoso.com", { issuer: "google.com" })],
      by: "contoso.com",
    },
    {
      given: "an invited person's domain, with a closer allow at a gate that trusts one-time codes alone",
      person: invited,
      lists: { default: [{ classes: [], trust: ["mail"] }] },
      rows: [deny("contoso.com"), allow("kim@contoso.com")],
    },
    {
      given: "everybody, and the address of a closer allow was typed",
      person: { ...kim, emailVouchers: [] },
      rows: [deny("*"), allow("kim@contoso.com")],
      by: "*",
    },
    {
      given: "everybody, and an earlier version did not keep who vouches for the address of a closer allow",
      person: { email: "kim@contoso.com", identities: google.identities },
      rows: [deny("*"), allow("kim@contoso.com")],
      by: "*",
    },
    {
      given: "everybody, and the address of a closer allow was typed: policies are not known",
      person: { ...kim, emailVouchers: [] },
      lists: undefined,
      rows: [deny("*"), allow("contoso.com")],
      by: "*",
    },
    {
      given: "everybody, and an address that was typed, but an allow of their account is closer",
      person: { ...kim, emailVouchers: [] },
      rows: [deny("*"), allow("issuer:google.com/1184")],
    },
    {
      given: "everybody, and the holder of an account has typed the address of a closer allow",
      person: { ...account, emailVouchers: [] },
      rows: [deny("*"), allow("kim@contoso.com")],
      by: "*",
    },
    {
      given: "everybody, but an allow of an account's address is closer, and a provider vouches for it",
      person: { ...account, emailVouchers: ["entra"] },
      rows: [deny("*"), allow("kim@contoso.com")],
    },
    {
      given: "everybody, and the gate does not trust the provider of an account's address",
      person: { ...account, emailVouchers: ["google.com"] },
      lists: { default: [{ classes: [], trust: ["mail"] }] },
      rows: [deny("*"), allow("kim@contoso.com")],
      by: "*",
    },
    {
      given: "everybody, but the gate trusts the provider of an account's address",
      person: { ...account, emailVouchers: ["google.com"] },
      lists: { default: [{ classes: [], trust: ["mail", "google.com"] }] },
      rows: [deny("*"), allow("kim@contoso.com")],
    },
  ])("$given", ({ person = kim, rows, by, ...row }) => expect(judge(person, "lists" in row ? row.lists : plain, rows)).toBe(by));
});

it("the rows of all named people are read at once", async () => {
  const reads: number[] = [];
  const people = Array.from({ length: 120 }, (_, index) => ({ ...kim, email: `p${index}@contoso${index % 2}.com` }));
  const { findDenials } = denials(
    {
      read: async (keys) => {
        reads.push(keys.length);
        const row = deny("contoso1.com");
        return new Map([[recordId(rowKeyOf(row)), row]]);
      },
    },
    plain,
  );
  const denied = await findDenials(people, NOW);
  expect([denied.size, reads.length]).toEqual([60, 2]);
  expect(await denials({ read: () => Promise.reject(new Error("no list is asked")) }, {}).findDenials(people, NOW)).toEqual(new Map());
});

const asks = requestApproval({ when: "approval" });
const refusing = { classes: [], refusesWaiting: true };

it.each<{ given: string; rules: Parameters<typeof anyPolicy>[0]; is: unknown }>([
  { given: "no list", rules: [format({ city: trim })], is: [] },
  { given: "a list in shadow, which stops nobody", rules: [shadow(accessList())], is: [] },
  { given: "a list", rules: [accessList({ otherwise: "continue" })], is: [refusing] },
  { given: "a list and whoever is asked", rules: [accessList(), asks], is: [{ classes: [] }] },
  { given: "a list and whoever is asked in shadow", rules: [accessList(), shadow(requestApproval() as never)], is: [refusing] },
  { given: "a list that only refuses", rules: [accessList({ allows: false, classes: ["relay"] }), asks], is: [{ classes: ["relay"] }] },
  {
    given: "a list with its trust",
    rules: [accessList({ trust: ["mail"] }), asks],
    is: [{ classes: [], trust: ["mail"], ways: BUILT_IN_ISSUERS }],
  },
  {
    given: "a list in a flow of one provider",
    rules: [onlyProviders(["mail"]), accessList(), asks],
    is: [{ classes: [], ways: ["mail"] }],
  },
  { given: "two alike", rules: [accessList(), accessList(), asks], is: [{ classes: [] }] },
])("a policy shows how it uses the list: $given", ({ rules, is }) => expect(listsOfPolicies([anyPolicy(rules)])).toEqual(is));

it.each<{ given: string; next: Parameters<typeof anyPolicy>[0]; is: unknown }>([
  { given: "asks", next: [accessList({ classes: ["relay"] }), asks], is: [{ classes: ["relay"] }] },
  { given: "asks nobody", next: [accessList({ classes: ["relay"] })], is: [{ classes: ["relay"], refusesWaiting: true }] },
  { given: "asks, but reads less", next: [accessList(), asks], is: [{ classes: ["relay"], refusesWaiting: true }, { classes: [] }] },
])("a policy shows how it uses the list after sign-in if the next step $given", ({ next, is }) => {
  const first = afterSignIn([accessList({ otherwise: "continue", classes: ["relay"] })], { trust: "any" });
  expect(listsOfPolicies([first, anyPolicy(next)])).toEqual(is);
});
