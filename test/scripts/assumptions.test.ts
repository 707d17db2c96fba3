import { existsSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../lib/app-root";
import { type Assumption, assumptions } from "../../scripts/assumptions";

const all: readonly Assumption[] = assumptions;

it("the list names each assumption once", () => {
  expect(all.length).toBeGreaterThan(20);
  expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
});

it.each(all)("$id states the assumption, the file that relies on it, the effect if it is false, and how to try it", (each) => {
  expect(each.id).toMatch(/^[a-z0-9]+(\.[a-z0-9]+(-[a-z0-9]+)*)$/);
  for (const text of [each.relied, each.otherwise, each.source]) expect(text).toMatch(/^\S.*[^\s.]$/);
  expect(existsSync(join(packageRoot, each.file)), each.file).toBe(true);
  if (typeof each.tried === "object" && "hand" in each.tried) expect(each.tried.hand.length).toBeGreaterThan(20);
});
