import { type Item, toRow } from "../../../../adapters/tables/item";
import { listChange } from "../../../../features/access-list/files/plan";
import type { FileRow } from "../../../../features/access-list/files/row";
import type { Cells } from "../../../../features/access-list/hygiene";
import { plannedChange, rowPhases } from "../../../../features/access-list/store/row-changes";

const entry = "kim@contoso.com";
const kept = { ticket: { S: "T-17" } };
const google = { issuer: "google.com" };
const both = { gates: "default suppliers" };
const suppliers = { gates: "suppliers" };
const soon = { expiresAt: "2027-01-01" };
const later = { expiresAt: "2028-01-01" };

/** How the table gets from one row to the other: the phases, and what stands under the key after each. */
function change(was: Cells | undefined, wanted: Partial<FileRow> | undefined) {
  const found = listChange(was && { cells: { entry, effect: "allow", ...was }, kept }, wanted && { entry, effect: "allow", ...wanted });
  if (found === undefined) return undefined;
  const row = plannedChange(found);
  const shown = (item: Item | null | undefined) => {
    if (!item) return undefined;
    const { ticket, ...cells } = toRow(item);
    expect(ticket).toBe(was && "T-17");
    return cells;
  };
  const phases = rowPhases(row);
  const writes =
    phases === "denies in and out"
      ? [
          ["denies in", shown(row.between)],
          ["denies out", shown(row.after)],
        ]
      : [[phases, shown(row.after)]];
  expect(row.between === undefined).toBe(writes.length === 1);
  return { kind: was === undefined ? "added" : wanted === undefined ? "removed" : "changed", writes };
}

const cells = (more: object = {}) => ({ entry, effect: "allow", ...more });
const denying = (more: object = {}) => ({ entry, effect: "deny", ...more });

it("a row that is neither in the table nor in the file causes no change", () => expect(change(undefined, undefined)).toBeUndefined());

it.each([
  { was: {}, phase: "allows" },
  { was: { effect: "deny" }, phase: "denies out" },
  { was: { effect: "alow" }, phase: "denies out" },
])("an unwanted row is removed in the phase $phase", ({ was, phase }) =>
  expect(change(was, undefined)).toEqual({ kind: "removed", writes: [[phase, undefined]] }),
);

it.each([
  { wanted: {}, phase: "allows", is: cells() },
  { wanted: { effect: "deny" as const }, phase: "denies in", is: denying() },
  {
    wanted: { ...google, ...soon, ...both, note: "n", typed: "Kim@contoso.com", looser: "kim+a@contoso.com", line: 7 },
    phase: "allows",
    is: cells({ ...google, ...soon, ...both, note: "n", typed: "Kim@contoso.com" }),
  },
])("a new row is added in the phase $phase, with only the table's columns", ({ wanted, phase, is }) => {
  const added = change(undefined, wanted);
  expect(added).toStrictEqual({ kind: "added", writes: [[phase, is]] });
});

it.each<{ given: string; was: Cells; wanted: Partial<FileRow> }>([
  { given: "word for word", was: { ...google, ...soon, note: "n" }, wanted: { ...google, ...soon, note: "n" } },
  { given: "a provider in another spelling", was: { issuer: "Google" }, wanted: google },
  { given: "gates in another order", was: { gates: ["Suppliers", "default"] }, wanted: both },
  { given: "an empty note", was: { note: "" }, wanted: {} },
  { given: "a note that is no text", was: { note: 7 }, wanted: { note: "7" } },
  { given: "an end in epoch seconds, and spaces around it", was: { expiresAt: 1900000000 }, wanted: { expiresAt: "1900000000" } },
  { given: "spaces around an end", was: { expiresAt: " 2027-01-01 " }, wanted: soon },
  { given: "another spelling typed", was: { typed: "Kim@contoso.com" }, wanted: { typed: "KIM@contoso.com" } },
  { given: "none typed", was: { effect: "deny" }, wanted: { effect: "deny", looser: "kim+a@contoso.com" } },
  {
    given: "a tag cut off",
    was: { effect: "deny", typed: "kim+a@contoso.com" },
    wanted: { effect: "deny", looser: "kim+a@contoso.com" },
  },
])("an equivalent row is left unchanged: $given", ({ was, wanted }) => expect(change(was, wanted)).toBeUndefined());

it.each<{ given: string; was: Cells; wanted: Partial<FileRow>; writes: readonly (readonly [string, Cells | undefined])[] }>([
  { given: "a note", was: { note: "a" }, wanted: { note: "b" }, writes: [["allows", cells({ note: "b" })]] },
  { given: "a note goes", was: { note: "a" }, wanted: {}, writes: [["allows", cells()]] },
  { given: "a note comes", was: {}, wanted: { note: "b" }, writes: [["allows", cells({ note: "b" })]] },
  {
    given: "a cell that cannot be read",
    was: { effect: "deny", expiresAt: "soon" },
    wanted: { effect: "deny" },
    writes: [["denies in", denying()]],
  },
  { given: "an effect that cannot be read", was: { effect: "alow" }, wanted: { effect: "deny" }, writes: [["denies in", denying()]] },
  {
    given: "another tag cut off",
    was: { effect: "deny", typed: "kim+a@contoso.com" },
    wanted: { effect: "deny", looser: "kim+b@contoso.com" },
    writes: [["denies in", denying()]],
  },
  {
    given: "a tag cut off, and none now",
    was: { effect: "deny", typed: "kim+a@contoso.com" },
    wanted: { effect: "deny" },
    writes: [["denies in", denying()]],
  },
  { given: "an allow at more gates", was: suppliers, wanted: both, writes: [["allows", cells(both)]] },
  { given: "an allow at fewer gates", was: {}, wanted: suppliers, writes: [["allows", cells(suppliers)]] },
  {
    given: "an allow at other gates",
    was: suppliers,
    wanted: { gates: "default" },
    writes: [["allows", cells({ gates: "default" })]],
  },
  {
    given: "an allow at one gate more and one fewer",
    was: both,
    wanted: { gates: "partners suppliers" },
    writes: [["allows", cells({ gates: "partners suppliers" })]],
  },
  {
    given: "an allow of a provider's at every gate for one at some, for all",
    was: google,
    wanted: suppliers,
    writes: [["allows", cells(suppliers)]],
  },
  {
    given: "a provider's allow at one gate for longer, at another",
    was: { ...google, ...both, ...soon },
    wanted: { ...google, ...suppliers, ...later },
    writes: [["allows", cells({ ...google, ...suppliers, ...later })]],
  },
  {
    given: "an allow at some gates for a provider's, until an earlier day",
    was: { ...suppliers, ...later },
    wanted: { ...google, ...soon },
    writes: [["allows", cells({ ...google, ...soon })]],
  },
  {
    given: "an allow at some gates for a provider's, until the same moment",
    was: { ...suppliers, expiresAt: "2027-01-02T00:00Z" },
    wanted: { ...google, ...soon },
    writes: [["allows", cells({ ...google, ...soon })]],
  },
  {
    given: "an allow at two gates of three, and at another",
    was: { gates: "default partners suppliers" },
    wanted: { gates: "customers default suppliers" },
    writes: [["allows", cells({ gates: "customers default suppliers" })]],
  },
  {
    given: "a deny at other gates",
    was: { effect: "deny", ...suppliers },
    wanted: { effect: "deny", gates: "default" },
    writes: [
      ["denies in", denying(both)],
      ["denies out", denying({ gates: "default" })],
    ],
  },
  {
    given: "a deny for another provider, until the same moment",
    was: { effect: "deny", ...google, expiresAt: "2027-01-02T00:00Z" },
    wanted: { effect: "deny", issuer: "mail", ...soon },
    writes: [
      ["denies in", denying(soon)],
      ["denies out", denying({ issuer: "mail", ...soon })],
    ],
  },
  {
    given: "a provider's deny at other gates",
    was: { effect: "deny", ...google, ...suppliers },
    wanted: { effect: "deny", ...google, gates: "default" },
    writes: [
      ["denies in", denying({ ...google, ...both })],
      ["denies out", denying({ ...google, gates: "default" })],
    ],
  },
  {
    given: "a provider's deny at some gates, for all at one",
    was: { effect: "deny", ...google },
    wanted: { effect: "deny", ...suppliers },
    writes: [
      ["denies in", denying()],
      ["denies out", denying(suppliers)],
    ],
  },
  { given: "an allow becomes a deny", was: {}, wanted: { effect: "deny", ...soon }, writes: [["denies in", denying(soon)]] },
  { given: "a deny becomes an allow", was: { effect: "deny" }, wanted: google, writes: [["denies out", cells(google)]] },
  { given: "an allow reaches more", was: google, wanted: {}, writes: [["allows", cells()]] },
  { given: "an allow lasts longer", was: soon, wanted: later, writes: [["allows", cells(later)]] },
  { given: "an allow reaches fewer", was: {}, wanted: google, writes: [["allows", cells(google)]] },
  { given: "an allow ends", was: {}, wanted: soon, writes: [["allows", cells(soon)]] },
  { given: "an allow that counts for nothing", was: { issuer: "" }, wanted: google, writes: [["allows", cells(google)]] },
  {
    given: "an allow for another provider",
    was: google,
    wanted: { issuer: "mail" },
    writes: [["allows", cells({ issuer: "mail" })]],
  },
  {
    given: "an allow of a provider's for all, until a day",
    was: google,
    wanted: soon,
    writes: [["allows", cells(soon)]],
  },
  {
    given: "an allow until a day for a provider's, for longer",
    was: soon,
    wanted: { ...google, ...later },
    writes: [["allows", cells({ ...google, ...later })]],
  },
  { given: "a deny reaches more", was: { effect: "deny", ...google }, wanted: { effect: "deny" }, writes: [["denies in", denying()]] },
  {
    given: "a deny reaches fewer",
    was: { effect: "deny" },
    wanted: { effect: "deny", ...google },
    writes: [["denies out", denying(google)]],
  },
  {
    given: "a deny for another provider, until another day",
    was: { effect: "deny", ...google, ...later },
    wanted: { effect: "deny", issuer: "mail", ...soon },
    writes: [
      ["denies in", denying(later)],
      ["denies out", denying({ issuer: "mail", ...soon })],
    ],
  },
  {
    given: "a deny for another provider, for longer",
    was: { effect: "deny", ...google, ...soon },
    wanted: { effect: "deny", issuer: "mail", ...later },
    writes: [
      ["denies in", denying(later)],
      ["denies out", denying({ issuer: "mail", ...later })],
    ],
  },
  {
    given: "an endless deny of a provider's for all, until a day",
    was: { effect: "deny", ...google },
    wanted: { effect: "deny", ...soon },
    writes: [
      ["denies in", denying()],
      ["denies out", denying(soon)],
    ],
  },
  {
    given: "a deny until a day for a provider's, endless",
    was: { effect: "deny", ...soon },
    wanted: { effect: "deny", ...google },
    writes: [
      ["denies in", denying()],
      ["denies out", denying(google)],
    ],
  },
])("a row that is being changed never admits a person that both lists refuse: $given", ({ was, wanted, writes }) => {
  expect(change(was, wanted)).toStrictEqual({ kind: "changed", writes });
});
