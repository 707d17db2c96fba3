import { lastDay } from "../../../engine/sign-up/row-end";
import { type DescribedEntry, describeEntry, summary } from "../../../features/access-list/describe-entry";

const NOW = new Date("2026-06-15T12:00:00Z");

it.each<{ given: string; cells: object; is: Partial<DescribedEntry> }>([
  { given: "a row of two cells", cells: { effect: "deny" }, is: { effect: "deny" } },
  { given: "a day to come", cells: { expiresAt: "2027-01-31" }, is: { expiresAt: "2027-02-01T00:00:00.000Z" } },
  { given: "a day that is over", cells: { expiresAt: "2026-06-14" }, is: { state: "expired", expiresAt: "2026-06-15T00:00:00.000Z" } },
  { given: "a provider in another spelling", cells: { issuer: "Google" }, is: { issuer: "google.com" } },
  { given: "a wildcard over a public suffix", cells: { entry: "*.ac.kr" }, is: { entry: "*.ac.kr", suffix: "ac.kr" } },
  { given: "a wildcard of one organisation", cells: { entry: "*.contoso.com" }, is: { entry: "*.contoso.com" } },
  { given: "gates", cells: { gates: "Suppliers,default" }, is: { gates: ["default", "suppliers"] } },
  { given: "note and spelling", cells: { note: "n", typed: "@Contoso.com" }, is: { note: "n", typed: "@Contoso.com" } },
  { given: "those of another type", cells: { note: 7, typed: true }, is: { note: "7", typed: "true" } },
  {
    given: "an allow whose end cannot be read",
    cells: { expiresAt: "soon" },
    is: { state: "void", problem: expect.stringMatching(/^expiresAt is not/) },
  },
  {
    given: "a deny whose end cannot be read",
    cells: { effect: "deny", expiresAt: "soon" },
    is: { effect: "deny", problem: expect.stringMatching(/^expiresAt is not/) },
  },
  {
    given: "an entry that cannot be read",
    cells: { entry: "kim@", effect: "deny" },
    is: { entry: "kim@", effect: "deny", state: "void", problem: expect.stringMatching(/^entry is not/) },
  },
])("a row is described by its present effect: $given", ({ cells, is }) => {
  const row = { entry: "contoso.com", effect: "allow", ...cells };
  expect(describeEntry(row, NOW)).toStrictEqual({ entry: "contoso.com", effect: "allow", state: "live", ...is });
});

it.each([
  { row: {}, says: "allow" },
  { row: { suffix: "edu" }, says: "allow, every organisation's domain under .edu" },
  { row: { effect: "deny" as const, state: "expired" as const }, says: "deny (expired)" },
  { row: { state: "void" as const, note: "partner" }, says: 'allow (void), note "partner"' },
  {
    row: { issuer: "google.com", gates: ["default", "suppliers"], expiresAt: "2027-02-01T00:00:00.000Z", note: "partner" },
    says: 'allow, issuer google.com, gates default suppliers, until 2027-01-31, note "partner"',
  },
])("a row is described in one line: $says", ({ row, says }) =>
  expect(summary({ entry: "a.example", effect: "allow", state: "live", ...row })).toBe(says),
);

it.each([
  { expiresAt: "2027-02-01T00:00:00.000Z", day: "2027-01-31" },
  { expiresAt: "2027-02-01T12:30:00.000Z", day: "2027-02-01T12:30Z" },
  { expiresAt: "2027-02-01T12:30:05.000Z", day: "2027-02-01T12:30:05Z" },
  { expiresAt: "2027-02-01T12:30:05.250Z", day: "2027-02-01T12:30:05.250Z" },
])("a row's end is shown in the form that people type: $day", ({ expiresAt, day }) => expect(lastDay(expiresAt)).toBe(day));
