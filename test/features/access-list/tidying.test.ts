import type { TableChange } from "../../../engine/audited-change";
import type { Row } from "../../../engine/sign-up/rule";
import { isTidying } from "../../../features/access-list/hygiene";

const at = new Date("2026-06-15T12:00:00.000Z");
const past = "2026-06-14";
const change = (before: Row | undefined, after: Row | undefined, table: TableChange["table"] = "access-list"): TableChange => ({
  table,
  event: "e-1",
  at,
  subject: "a.example",
  ...(before && { before }),
  ...(after && { after }),
});
const row: Row = { entry: "a.example", effect: "allow" };
const denied: Row = { entry: "a.example", effect: "deny" };

const moved: Row = { ...row, typed: "A.Example" };
const movedDeny: Row = { ...denied, typed: "A.Example" };
const merged: Row = { ...row, note: 'also typed as "A.Example" (effect allow)' };

it.each<[string, Row | undefined, Row | undefined, boolean, (Row | null)?]>([
  ["a row under a key that is not its own is removed", { entry: "A.Example" }, undefined, true],
  ["a row under its own key is removed", row, undefined, false],
  ["a row that nobody knows is removed", undefined, undefined, false],
  ["a row is flagged", row, { ...row, problem: "p" }, true],
  ["a flag is taken away", { ...row, problem: "p" }, row, true],
  ["nothing changes", row, { ...row }, false],
  ["a row is changed and flagged", row, { ...row, gates: "default", problem: "p" }, false],
  ["a row comes that nobody typed otherwise", undefined, row, false],
  ["a row is typed under its own key", undefined, { ...row, typed: "a.example" }, false, row],
  ["a row comes from a key where none stood", undefined, moved, false],
  ["a row comes from a key where another row is not known", undefined, moved, true, null],
  ["a row comes from a key where it stood", undefined, moved, true, { entry: "A.Example", effect: "allow" }],
  ["a row comes from a spelling of another", undefined, { ...row, typed: "B.example" }, false, null],
  ["a spelling is no text", undefined, { ...row, entry: "7", typed: 7 }, false, null],
  ["an allow comes from a deny", undefined, moved, false, { entry: "A.Example", effect: "deny" }],
  ["an allow without an end comes from one with an end", undefined, moved, false, { ...moved, expiresAt: "2027-01-01" }],
  ["an allow comes from one that cannot be read", undefined, moved, false, { ...moved, expiresAt: "soon" }],
  ["an allow that cannot be read comes from a deny", undefined, { ...moved, expiresAt: "soon" }, true, denied],
  ["a deny comes from an allow", undefined, movedDeny, true, row],
  ["a deny with an end comes from an allow", undefined, { ...movedDeny, expiresAt: "2027-01-01" }, true, row],
  ["a deny comes from a deny", undefined, movedDeny, true, denied],
  ["a deny with an end comes from one without", undefined, { ...movedDeny, expiresAt: "2027-01-01" }, false, denied],
  [
    "a deny with an end comes from one that is over",
    undefined,
    { ...movedDeny, expiresAt: "2027-01-01" },
    true,
    { ...denied, expiresAt: past },
  ],
  ["two rows become one", row, merged, true],
  ["the row that replaces another is noted first", row, { ...row, note: 'replaced "A.Example" (effect allow)' }, true],
  ["a third one joins", merged, { ...merged, note: `${merged.note}; also typed as "a.Example" (effect allow)` }, true],
  ["only the note's words change", merged, { ...merged, note: 'also typed as "B" (effect allow)' }, false],
  ["a note says something else", row, { ...row, note: 'not replaced "A.Example"' }, false],
  ["a note is no text", row, { ...row, note: 7 }, false],
  ["two become one that lets in more", denied, { ...merged }, false],
])("a change that only tidies the list is recognised as such: %s", (_, before, after, expected, other) => {
  expect(isTidying(change(before, after), (entry) => (entry === after?.typed ? other : undefined))).toBe(expected);
});

it("a change of another table does not count as tidying", () => {
  expect(isTidying(change(row, { ...row, problem: "p" }, "profiles"), () => undefined)).toBe(false);
});
