import { readEntry } from "../../../features/access-list/entry";
import { broadRows, comparedRow, deniedSpelling, fartherKeys, shadowOver } from "../../../features/access-list/overlap";

const NOW = new Date("2026-11-21T12:00:00Z");
const over = "2026-11-01";
type Row = Readonly<Record<string, string>> & { readonly entry: string };
const allow = (entry: string, more: Record<string, string> = {}): Row => ({ entry, effect: "allow", ...more });
const deny = (entry: string, more: Record<string, string> = {}): Row => ({ entry, effect: "deny", ...more });

function broadAmong(rows: readonly Row[]) {
  const broad = broadRows();
  for (const row of rows) broad.add(comparedRow(row), NOW);
  return broad;
}

describe("a row in the form that comparisons use", () => {
  it.each([
    {
      row: allow("Kim+x@Contoso.com", { gates: "a b" }),
      is: {
        entry: "Kim+x@Contoso.com",
        key: "kim+x@contoso.com",
        means: { kind: "address", email: "kim+x@contoso.com" },
        row: { effect: "allow", gates: ["a", "b"], void: false, problems: [] },
        problems: [],
      },
    },
    {
      row: allow("kim", { issuer: "mail" }),
      is: {
        entry: "kim",
        key: "kim",
        problems: [{ code: "notEntry" }],
        row: { effect: "allow", issuer: "mail", void: false, problems: [] },
      },
    },
  ])("has the row's key, its meaning and its problems: $row.entry", ({ row, is }) => expect(comparedRow(row)).toStrictEqual(is));
});

describe("the live entries that match many people", () => {
  it("are those that name more than one address or account", () => {
    const broad = broadAmong([
      allow("kim@contoso.com"),
      allow("issuer:google.com/1184"),
      allow("not an entry"),
      allow("expired.example", { expiresAt: over }),
      allow("void.example", { expiresAt: "soon" }),
      allow("contoso.com", { issuer: "google.com", gates: "a b", expiresAt: "2027-01-31" }),
      deny("*.contoso.com"),
    ]);
    const keys = [
      "kim@contoso.com",
      "issuer:google.com/1184",
      "not an entry",
      "expired.example",
      "void.example",
      "contoso.com",
      "*.contoso.com",
    ];
    expect(keys.map((key) => broad.get(key))).toStrictEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      { effect: "allow", issuer: "google.com", gates: ["a", "b"], expiresAt: Date.parse("2027-02-01") },
      { effect: "deny", expiresAt: undefined },
    ]);
    const kinds = ["address", "account", "domain", "wildcard"] as const;
    expect(kinds.map((kind) => [broad.has(kind, "allow"), broad.has(kind, "deny")])).toEqual([
      [false, false],
      [false, false],
      [true, false],
      [false, true],
    ]);
  });

  it('are marked "several" if two spellings name one entry', () =>
    expect(broadAmong([allow("contoso.com"), deny("@contoso.com")]).get("contoso.com")).toBe("several"));
});

describe("an allow that lets in another spelling of a denied address", () => {
  it.each([
    { row: allow("kim+x@contoso.com"), kin: [deny("kim@contoso.com")], is: "kim@contoso.com" },
    { row: allow("kim+x@contoso.com"), kin: [allow("kim@contoso.com")], is: undefined },
    { row: allow("kim+x@contoso.com"), kin: [allow("kim+y@contoso.com"), deny("kim@contoso.com")], is: "kim@contoso.com" },
    { row: deny("kim+x@contoso.com"), kin: [deny("kim@contoso.com")], is: undefined },
    { row: deny("kim+x@contoso.com"), kin: [deny("lee@contoso.com")], is: undefined },
    // One key is the same row in another spelling, not a spelling beside it.
    { row: allow("kim@contoso.com"), kin: [deny("KIM@contoso.com")], is: undefined },
    { row: allow("kim+x@contoso.com", { gates: "a" }), kin: [deny("kim@contoso.com")], is: "kim@contoso.com" },
    { row: allow("kim+x@contoso.com"), kin: [deny("kim@contoso.com", { gates: "a" })], is: "kim@contoso.com" },
    { row: allow("kim+x@contoso.com", { gates: "a b" }), kin: [deny("kim@contoso.com", { gates: "b c" })], is: "kim@contoso.com" },
    { row: allow("kim+x@contoso.com", { gates: "a" }), kin: [deny("kim@contoso.com", { gates: "b" })], is: undefined },
  ])("is found, with the entry of the denied address: $row beside $kin: $is", ({ row, kin, is }) =>
    expect(deniedSpelling(comparedRow(row), kin.map(comparedRow))?.entry).toBe(is),
  );
});

describe("the entry that decides instead of a given row", () => {
  it.each<{ row: Row; kin?: readonly Row[]; among: readonly Row[]; is: string | undefined }>([
    { row: allow("kim@contoso.com"), among: [allow("contoso.com")], is: "contoso.com" },
    { row: allow("kim@contoso.com"), among: [], is: undefined },
    { row: allow("kim@contoso.com"), among: [deny("contoso.com"), allow("*")], is: undefined },
    { row: allow("kim@contoso.com"), among: [allow("contoso.com", { issuer: "mail" }), allow("*.com")], is: "*.com" },
    { row: allow("kim@contoso.com"), among: [allow("contoso.com"), allow("@contoso.com")], is: undefined },
    { row: allow("kim@contoso.com"), among: [allow("contoso.com"), deny("@contoso.com"), allow("*.com")], is: undefined },
    // Another spelling of the address says otherwise.
    { row: allow("kim@contoso.com"), kin: [deny("kim+x@contoso.com")], among: [allow("contoso.com")], is: undefined },
    { row: allow("kim@contoso.com"), kin: [allow("kim+x@contoso.com")], among: [allow("contoso.com")], is: "contoso.com" },
    {
      row: allow("kim@contoso.com"),
      kin: [allow("kim+x@contoso.com"), deny("kim+y@contoso.com")],
      among: [allow("contoso.com")],
      is: undefined,
    },
    // Before everyone come classes and providers: one of the other effect may decide instead.
    { row: allow("kim@contoso.com"), among: [allow("*")], is: "*" },
    { row: allow("kim@contoso.com"), among: [allow("*"), allow("disposable")], is: "*" },
    { row: allow("kim@contoso.com"), among: [allow("*"), deny("disposable")], is: undefined },
    { row: allow("kim@contoso.com"), among: [allow("*"), deny("issuer:google.com")], is: "*" },
    { row: deny("kim@contoso.com"), among: [deny("*")], is: "*" },
    { row: deny("kim@contoso.com"), among: [deny("*"), deny("issuer:google.com")], is: "*" },
    { row: deny("kim@contoso.com"), among: [deny("*"), allow("issuer:google.com")], is: undefined },
    { row: deny("kim@contoso.com"), among: [deny("*"), allow("relay")], is: undefined },
    // They do not come before a domain.
    { row: allow("kim@contoso.com"), among: [allow("contoso.com"), deny("disposable")], is: "contoso.com" },
    { row: allow("not an entry"), among: [allow("*")], is: undefined },
  ])("is found for $row.effect $row.entry among $among: $is", ({ row, kin = [], among, is }) =>
    expect(shadowOver(comparedRow(row), kin.map(comparedRow), broadAmong(among))).toBe(is),
  );
});

describe("the broader entries that include everyone in a row", () => {
  it.each([
    { entry: "kim@eu.contoso.com", allow: ["eu.contoso.com", "*.contoso.com", "*.com", "*"] },
    { entry: "kim@gmail.com", allow: [] },
    { entry: "kim@googlemail.com", allow: [] },
    { entry: "eu.contoso.com", allow: ["*.contoso.com", "*.com", "*"] },
    { entry: "*.contoso.com", allow: ["*.com", "*"] },
    { entry: "relay", allow: ["*"] },
    { entry: "issuer:google.com", allow: ["*"], deny: [] },
    { entry: "issuer:google.com/1184", allow: [] },
    { entry: "*", allow: [] },
  ])("are found, the closest first: $entry: $allow", ({ entry, allow: ofAllow, deny: ofDeny = ofAllow }) => {
    const read = readEntry(entry);
    if (!read.ok) throw new Error(read.problem.code);
    expect(fartherKeys(read.entry, "allow")).toEqual(ofAllow);
    expect(fartherKeys(read.entry, "deny")).toEqual(ofDeny);
  });
});
