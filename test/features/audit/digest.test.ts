import { buildActionName, type TableChange } from "../../../engine/audited-change";
import type { Row } from "../../../engine/sign-up/rule";
import { changeDigest, changeMark } from "../../../features/audit/entry";
import { hashOf } from "../../engine/sign-up/people";

const at = new Date("2026-06-15T12:00:00.000Z");
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

it.each([
  [undefined, row, "profiles.added"],
  [row, denied, "profiles.changed"],
  [row, undefined, "profiles.removed"],
])("the action of a change is named after the change to its row", (before, after, action) => {
  expect(buildActionName(change(before, after, "profiles"))).toBe(action);
});

it.each<[string, Row | undefined, Row | undefined, boolean]>([
  ["the same cells", row, denied, true],
  ["cells in another order", { effect: "allow", entry: "a.example" }, denied, true],
  ["a cell of others beside it", { ...row, note: "x" }, { ...denied, note: "x" }, true],
  ["what the hygiene worker flagged meanwhile", { ...row, problem: "p" }, denied, true],
  ["members of a set in another order", { ...row, tags: ["a", "b"] }, { ...denied, tags: ["b", "a"] }, true],
  ["a cell without a value for one that is absent", { ...row, note: null }, denied, true],
  ["another cell", row, { ...row, effect: "none" }, false],
  ["one cell more", row, { ...denied, note: "x" }, false],
  ["from another row", { ...row, effect: "none" }, denied, false],
  ["a new row", undefined, denied, false],
  ["a removal", row, undefined, false],
])("the digest of a change depends on the change: %s", (_, before, after, isSame) => {
  const digest = changeDigest(change(row, denied), hashOf);
  expect(changeDigest(change(before, after), hashOf) === digest).toBe(isSame);
  expect(changeDigest({ ...change(row, denied), subject: "b.example" }, hashOf)).not.toBe(digest);
  expect(changeDigest(change(row, denied, "profiles"), hashOf)).not.toBe(digest);
});

it("a change is marked with its request's id, or with a keyed hash of its row that ignores the order of values", () => {
  const hashOf = (text: string) => `hash of ${text}`;
  expect(changeMark(change(undefined, { tags: ["b", "a"], entry: "a.example" }), hashOf)).toBe(
    'hash of audit\naccess-list\na.example\n{"entry":"a.example","tags":["\\"a\\"","\\"b\\""]}',
  );
  expect(changeMark(change(row, undefined), hashOf)).toBe("hash of audit\naccess-list\na.example\n");
  expect(changeMark(change(row, denied, "approvals"), hashOf)).toBe("approvals/a.example");
});
