import { expiryTime, isCurrent } from "../../../engine/sign-up/row-end";
import { isLive, readRow } from "../../../features/access-list/row";

const MIDNIGHT = Date.parse("2027-02-01T00:00:00Z");

describe("the time at which a row ends", () => {
  it.each<{ cell: unknown; time: number | undefined }>([
    // Epoch seconds: from the year 2000 up to where they would be milliseconds.
    { cell: 0, time: undefined },
    { cell: "0", time: undefined },
    { cell: 946_684_800, time: undefined },
    { cell: 946_684_801, time: 946_684_801_000 },
    { cell: -1, time: undefined },
    { cell: 99_999_999_999, time: 99_999_999_999_000 },
    { cell: "99999999999", time: 99_999_999_999_000 },
    { cell: 100_000_000_000, time: undefined },
    { cell: "100000000000", time: undefined },
    { cell: MIDNIGHT / 1_000, time: MIDNIGHT },
    { cell: MIDNIGHT, time: undefined },
    { cell: MIDNIGHT / 1_000 + 0.5, time: MIDNIGHT + 500 },
    { cell: Number.NaN, time: undefined },
    // Eight digits that may be a date.
    { cell: 20_270_131, time: undefined },
    { cell: " 19991231 ", time: undefined },
    { cell: "21991231", time: undefined },
    { cell: "22000101", time: undefined },
    // Four and six that may be a year, or a year and a month.
    { cell: 2_027, time: undefined },
    { cell: " 2027 ", time: undefined },
    { cell: "202701", time: undefined },
    { cell: 210_012, time: undefined },
    { cell: "1899", time: undefined },
    { cell: "20270", time: undefined },
    { cell: "2027013", time: undefined },
    { cell: "202701311", time: undefined },
    { cell: "120270131", time: undefined },
    // A date lasts to the end of its day.
    { cell: "2027-01-31", time: MIDNIGHT },
    { cell: " 2027-01-31 ", time: MIDNIGHT },
    { cell: "2027-02-30", time: undefined },
    { cell: "2027-13-01", time: undefined },
    { cell: "x2027-01-31", time: undefined },
    { cell: "2027-01-311", time: undefined },
    // A time is UTC, unless it names an offset.
    { cell: "2027-01-31T24:00", time: MIDNIGHT },
    { cell: "2027-02-01T00:00", time: MIDNIGHT },
    { cell: "2027-02-01t00:00z", time: MIDNIGHT },
    { cell: "2027-02-01T00:00:01.5Z", time: MIDNIGHT + 1_500 },
    { cell: "2027-02-01T00:00:01,5Z", time: MIDNIGHT + 1_500 },
    { cell: "2027-02-01T00:00:01.25Z", time: MIDNIGHT + 1_250 },
    { cell: "2027-02-01T09:00+09:00", time: MIDNIGHT },
    { cell: "2027-02-01T09:00+0900", time: MIDNIGHT },
    { cell: "2027-02-01T09:00+09", time: MIDNIGHT },
    { cell: "2027-01-31T18:30-05:30", time: MIDNIGHT },
    { cell: "2027-02-30T00:00Z", time: undefined },
    { cell: "2027-02-01T25:00Z", time: undefined },
    { cell: "2027-02-01T00:00Zx", time: undefined },
    { cell: "x2027-02-01T00:00Z", time: undefined },
    { cell: "2027-02-01 00:00", time: undefined },
    { cell: "never", time: undefined },
    { cell: "", time: undefined },
    { cell: true, time: undefined },
    { cell: null, time: undefined },
  ])("is $time for $cell", ({ cell, time }) => expect(expiryTime(cell)).toBe(time));

  it("is the first moment at which the row has no effect", () => {
    const row = readRow({ entry: "contoso.com", effect: "allow", expiresAt: "2027-01-31" });
    expect(isLive(row, new Date(MIDNIGHT - 1))).toBe(true);
    expect(isLive(row, new Date(MIDNIGHT))).toBe(false);
  });
});

describe("a row that cannot be read", () => {
  const EFFECT = { code: "badEffect" };
  const ISSUER = { code: "badIssuer" };
  const GATES = { code: "badGates" };
  const EXPIRY = { code: "badEnd" };
  const misnamed = (name: string, meant: string) => ({ code: "misnamedColumn", name, meant });

  const allow = { effect: "allow", void: false, problems: [] };

  it.each<{ cells: Readonly<Record<string, unknown>>; row: object }>([
    { cells: { effect: " Allow " }, row: { effect: "allow", void: false, problems: [] } },
    { cells: { effect: "DENY" }, row: { effect: "deny", void: false, problems: [] } },
    { cells: { effect: "alow" }, row: { effect: "deny", void: false, problems: [EFFECT] } },
    { cells: { effect: true }, row: { effect: "deny", void: false, problems: [EFFECT] } },
    { cells: { effect: "allow", issuer: " issuer:Google " }, row: { effect: "allow", issuer: "google.com", void: false, problems: [] } },
    { cells: { effect: "allow", issuer: "my-issuer:x" }, row: { effect: "allow", issuer: "my-issuer:x", void: false, problems: [] } },
    { cells: { effect: "allow", issuer: " " }, row: { effect: "allow", void: true, problems: [ISSUER] } },
    { cells: { effect: "allow", issuer: 5 }, row: { effect: "allow", void: true, problems: [ISSUER] } },
    { cells: { effect: "allow", issuer: "google.com, mail" }, row: { effect: "allow", void: true, problems: [ISSUER] } },
    { cells: { effect: "deny", issuer: "google.com mail" }, row: { effect: "deny", void: false, problems: [ISSUER] } },
    { cells: { effect: "deny", issuer: "\u201cgoogle.com\u201d" }, row: { effect: "deny", void: false, problems: [ISSUER] } },
    { cells: { effect: "deny", issuer: 5 }, row: { effect: "deny", void: false, problems: [ISSUER] } },
    { cells: { effect: "deny", issuer: "NULL" }, row: { effect: "deny", void: false, problems: [ISSUER] } },
    { cells: { effect: "allow", issuer: "undefined" }, row: { effect: "allow", void: true, problems: [ISSUER] } },
    { cells: { effect: "allow", issuer: "?" }, row: { effect: "allow", void: true, problems: [ISSUER] } },
    { cells: { effect: "allow", gates: " Suppliers,default  b2-c" }, row: { ...allow, gates: ["b2-c", "default", "suppliers"] } },
    { cells: { effect: "allow", gates: ["Suppliers", "default"] }, row: { ...allow, gates: ["default", "suppliers"] } },
    ...[
      "",
      " , ",
      "?",
      "NULL",
      "undefined",
      "no/gate",
      "2",
      "a--b",
      5,
      null,
      [],
      [""],
      ["suppliers", 5],
      true,
      ["suppliers", true],
    ].flatMap((gates) => [
      { cells: { effect: "allow", gates }, row: { effect: "allow", void: true, problems: [GATES] } },
      { cells: { effect: "deny", gates }, row: { effect: "deny", void: false, problems: [GATES] } },
    ]),
    { cells: { effect: "allow", expiresAt: "soon" }, row: { effect: "allow", void: true, problems: [EXPIRY] } },
    { cells: { effect: "deny", expiresAt: "soon" }, row: { effect: "deny", void: false, problems: [EXPIRY] } },
    { cells: { effect: "allow", expires_at: 0 }, row: { effect: "allow", void: true, problems: [misnamed("expires_at", "expiresAt")] } },
    { cells: { effect: "deny", IDP: "google" }, row: { effect: "deny", void: false, problems: [misnamed("IDP", "issuer")] } },
    { cells: { effect: "allow", note: "x", constructor: "y" }, row: { effect: "allow", void: false, problems: [] } },
    {
      cells: { effect: "alow", issuer: 5, Effect: 1 },
      row: { effect: "deny", void: false, problems: [EFFECT, ISSUER, misnamed("Effect", "effect")] },
    },
  ])("never opens the gate: $cells", ({ cells, row }) => expect(readRow(cells)).toStrictEqual(row));

  it.each([
    ["effect", ["Effect"]],
    ["issuer", ["Issuer", "issuers", "idp", "provider", "identity-provider"]],
    ["gates", ["Gates", "gate", "GATE"]],
    ["expiresAt", ["expires", "expires at", "expire", "expireAt", "expires_on", "expirationDate", "validUntil", "until", "endDate"]],
    ["expiresAt", ["expiry", "expiryDate", "expiration"]],
    ["expiresAt", ["expiration_time", "expires by", "validTo", "valid-till", "notAfter", "endsAt", "ends on", "ttl", "TTL"]],
    ["expiresAt", ["exp", "bis", "gültig bis", "만료일", "有効期限"]],
    ["expiresAt", ["expriesAt", "expiresAtt", "expirseAt", "exipres"]],
    ["issuer", ["isuer", "issure"]],
    ["gates", ["gats", "gatse"]],
    ["byPartner", ["bypartner", "By Partner", "byPartnr"]],
  ])("a column name close to %s is reported as misspelt", (meant, names) => {
    for (const name of names) expect(readRow({ effect: "allow", [name]: "x" }).problems).toEqual([misnamed(name, meant)]);
  });

  it.each(["note", "notes", "company", "owner", "issue", "dates", "states", "partner", "by", "회사", "ticket"])(
    "a column named %s is accepted as one that an operator added",
    (name) => expect(readRow({ effect: "allow", [name]: "x" })).toMatchObject(allow),
  );

  it("has no effect while it is void", () => expect(isLive(readRow({ effect: "allow", issuer: 5 }), new Date(0))).toBe(false));
});

const NOW = new Date("2026-06-15T12:00:00Z");

it.each([
  { expiresAt: undefined, current: true },
  { expiresAt: "2026-06-15", current: true },
  { expiresAt: "2026-06-14", current: false },
  { expiresAt: "2026-06-15T12:00:01Z", current: true },
  { expiresAt: "2026-06-15T12:00:00Z", current: false },
  { expiresAt: "soon", current: false },
])("a row that ends at $expiresAt is live: $current", ({ expiresAt, current }) => expect(isCurrent({ expiresAt }, NOW)).toBe(current));

// An end under another name would be none, and the row would count for ever.
it.each(["expires", "ExpiresAt", " expires_at", "Expiry date"])("a row has no effect if its end is in the column %s", (name) => {
  expect(isCurrent({ [name]: "2027-01-31" }, NOW)).toBe(false);
  expect(isCurrent({ [name]: "2027-01-31", expiresAt: "2027-01-31" }, NOW)).toBe(false);
});

it.each(["until", "ttl", "expired", "extension_Expires"])(
  "a column named %s is accepted in another table as one that an operator added",
  (name) => expect(isCurrent({ [name]: "2026-01-31" }, NOW)).toBe(true),
);
