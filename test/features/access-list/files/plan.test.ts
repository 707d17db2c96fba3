import { groupBy } from "../../../../engine/collections";
import { firstOfEach } from "../../../../features/access-list/files/check";
import { changedEntry, firstChanges, planImport, type StoredRow } from "../../../../features/access-list/files/plan";
import { type FileRow, readCells } from "../../../../features/access-list/files/row";
import { plannedChange, rowPhases } from "../../../../features/access-list/store/row-changes";

type Typed = readonly [entry: string, effect: "allow" | "deny", note?: string];

const stored = (rows: readonly Typed[]): readonly StoredRow[] =>
  rows.map(([entry, effect, note]) => ({ cells: { entry, effect, ...(note && { note }) }, kept: {} }));

function wanted(rows: readonly Typed[]): ReadonlyMap<string, FileRow> {
  const read = rows.map(([entry, effect, note]) => readCells({ entry, effect, ...(note && { note }) }));
  return firstOfEach(read.flatMap((each) => (each.ok ? [each.row] : [])));
}

/** What the plan counts, shows and writes. */
async function plan(file: readonly Typed[], table: readonly Typed[], { replace = false, examples = 10, pageSize = 2 } = {}) {
  const pages = Array.from({ length: Math.ceil(table.length / pageSize) }, (_, index) =>
    stored(table.slice(index * pageSize, (index + 1) * pageSize)),
  );
  const made = await planImport(wanted(file), pages, { replace });
  const shown = firstChanges(made, examples).flatMap(({ kind, edits }) =>
    edits.map(({ before, after }) => ({ kind, entry: (after ?? before)?.entry })),
  );
  const written = groupBy(made.changes, (change) => rowPhases(plannedChange(change)));
  return { counts: made.counts, shown, writes: Object.fromEntries([...written].map(([phase, some]) => [phase, some.map(changedEntry)])) };
}

const none = { added: 0, changed: 0, removed: 0, unchanged: 0 };

it.each<{ given: string; file: readonly Typed[]; table: readonly Typed[]; counts: object; writes: object; replace?: true }>([
  { given: "two empty lists", file: [], table: [], counts: {}, writes: {} },
  {
    given: "rows of every fate",
    file: [
      ["a.example", "allow"],
      ["b.example", "deny"],
      ["c.example", "allow"],
    ],
    table: [
      ["b.example", "allow"],
      ["c.example", "allow"],
      ["d.example", "allow"],
    ],
    counts: { added: 1, changed: 1, unchanged: 1 },
    writes: { "denies in": ["b.example"], allows: ["a.example"] },
  },
  {
    given: "denied addresses of which the table allows one, denies one and has one not",
    file: [
      ["kim+x@contoso.com", "deny"],
      ["lee+x@contoso.com", "deny"],
      ["max+x@contoso.com", "deny"],
    ],
    table: [
      ["kim+x@contoso.com", "allow"],
      ["lee+x@contoso.com", "deny"],
    ],
    counts: { added: 3, removed: 1 },
    writes: {
      "denies in": ["kim@contoso.com", "lee@contoso.com", "max@contoso.com"],
      allows: ["kim+x@contoso.com"],
    },
  },
  {
    given: "the same, and the file is the whole list",
    replace: true,
    file: [
      ["a.example", "allow"],
      ["b.example", "deny"],
      ["c.example", "allow"],
    ],
    table: [
      ["b.example", "allow"],
      ["c.example", "allow"],
      ["d.example", "allow"],
      ["e.example", "deny"],
    ],
    counts: { added: 1, changed: 1, removed: 2, unchanged: 1 },
    writes: { "denies in": ["b.example"], allows: ["d.example", "a.example"], "denies out": ["e.example"] },
  },
  {
    given: "a row twice: the first counts",
    file: [
      ["a.example", "allow", "first"],
      ["@A.example", "allow", "second"],
    ],
    table: [["a.example", "allow", "first"]],
    counts: { unchanged: 1 },
    writes: {},
  },
  {
    given: "a denied address whose very spelling the table allows",
    file: [["kim+a@contoso.com", "deny"]],
    table: [
      ["kim+a@contoso.com", "allow"],
      ["kim+b@contoso.com", "allow"],
    ],
    counts: { added: 1, removed: 1 },
    writes: { "denies in": ["kim@contoso.com"], allows: ["kim+a@contoso.com"] },
  },
  {
    given: "the same, and the file is the whole list: it goes once",
    replace: true,
    file: [["kim+a@contoso.com", "deny"]],
    table: [["kim+a@contoso.com", "allow"]],
    counts: { added: 1, removed: 1 },
    writes: { "denies in": ["kim@contoso.com"], allows: ["kim+a@contoso.com"] },
  },
  {
    given: "spellings of one denied address, of which the table allows the later ones",
    file: [
      ["kim@contoso.com", "deny"],
      ["kim+a@contoso.com", "deny"],
      ["kim+b@contoso.com", "deny"],
    ],
    table: [
      ["kim+a@contoso.com", "allow"],
      ["kim+b@contoso.com", "allow"],
      ["kim+c@contoso.com", "allow"],
    ],
    counts: { added: 1, removed: 2 },
    writes: { "denies in": ["kim@contoso.com"], allows: ["kim+a@contoso.com", "kim+b@contoso.com"] },
  },
  {
    given: "a denied address whose spelling the table denies as it was typed",
    file: [["kim+a@contoso.com", "deny"]],
    table: [["kim+a@contoso.com", "deny"]],
    counts: { added: 1 },
    writes: { "denies in": ["kim@contoso.com"] },
  },
  {
    given: "an address denied and allowed in the file itself",
    file: [
      ["kim+a@contoso.com", "deny"],
      ["kim+a@contoso.com", "allow"],
    ],
    table: [["kim+a@contoso.com", "allow"]],
    counts: { added: 1, unchanged: 1 },
    writes: { "denies in": ["kim@contoso.com"] },
  },
])("the plan changes the table into the file: $given", async ({ file, table, counts, writes, replace = false }) =>
  expect(await plan(file, table, { replace })).toMatchObject({ counts: { ...none, ...counts }, writes }),
);

it("the plan keeps the first changes of each kind for display", async () => {
  const file: Typed[] = [
    ["a.example", "allow"],
    ["b.example", "allow"],
    ["c.example", "allow"],
    ["d.example", "deny"],
  ];
  const { shown, counts } = await plan(file, [["d.example", "allow"]], { examples: 2 });
  expect(shown.map(({ kind, entry }) => `${kind} ${entry}`)).toEqual(["added a.example", "added b.example", "changed d.example"]);
  expect(counts).toEqual({ ...none, added: 3, changed: 1 });
});

it.each([
  { while: "the table is read", pages: [stored([["a.example", "allow"]])] },
  { while: "the two are compared", pages: [] },
])("the plan stops if its signal aborts while $while", async ({ pages }) => {
  const signal = AbortSignal.abort();
  const options = { replace: false, signal };
  await expect(planImport(wanted([]), pages, options)).rejects.toThrow("aborted");
});
