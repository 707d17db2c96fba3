import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { logFilesIn, logKeeper } from "../../../local/terminal/report";

const folder = mkdtempSync(join(tmpdir(), "gatehouse-test-"));
afterAll(() => rmSync(folder, { recursive: true }));

it("the log file keeps the newest lines, in two private files of limited size", () => {
  const [older, file] = logFilesIn(folder);
  const line = (from: string) => ({ at: "2026-03-01T12:00:00.000Z", from, line: "x".repeat(100) });
  const keep = logKeeper(folder, 400);
  keep([line("one"), line("two")]);
  expect(existsSync(older)).toBe(false);
  keep([line("three")]);
  keep([line("four")]);
  expect([readFileSync(older, "utf8"), readFileSync(file, "utf8")].map((text) => text.match(/"from":"\w+"/g))).toEqual([
    ['"from":"one"', '"from":"two"', '"from":"three"'],
    ['"from":"four"'],
  ]);
  expect(statSync(file).mode & 0o077).toBe(0);
  // Another start goes on where the one before ended.
  const again = logKeeper(folder, 100);
  again([line("five")]);
  expect(readFileSync(older, "utf8")).toContain("four");
});
