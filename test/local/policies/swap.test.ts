import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packageRoot } from "../../../lib/app-root";
import { moveRest, undoSwap } from "../../../local/policies/files";

const scratch = mkdtempSync(join(tmpdir(), "gatehouse-test-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

let count = 0;
function folderWith(...names: readonly string[]): string {
  const folder = join(scratch, `folder-${++count}`);
  mkdirSync(folder);
  for (const name of names) writeFileSync(join(folder, name), "");
  return folder;
}

/** Runs a function of the module in a process that is killed when it wants to rename once more than so often. */
function killedAfter(renames: number, call: string, folder: string, draft: string): void {
  const script = `
    const fs = require("node:fs");
    const { renameSync } = fs;
    let left = ${renames};
    fs.renameSync = (...args) => (left-- > 0 ? renameSync(...args) : process.kill(process.pid, "SIGKILL"));
    require("node:module").syncBuiltinESMExports();
    require(${JSON.stringify(join(packageRoot, "local/policies/files.ts"))}).${call}(...${JSON.stringify([folder, draft])});`;
  const { signal } = spawnSync(process.execPath, ["--import", join(packageRoot, "bin/typescript.mjs"), "-e", script]);
  expect(signal).toBe("SIGKILL");
}

it("the old content is put back once if a swap was killed between its renames", () => {
  const [folder, draft] = [folderWith("old.ts"), folderWith("new.ts")];
  killedAfter(1, "swap", folder, draft);
  expect(existsSync(folder)).toBe(false);
  expect(undoSwap(folder)).toBe(true);
  expect(readdirSync(folder)).toEqual(["old.ts"]);
  expect(undoSwap(folder)).toBe(false);
});

it.each([1, 2])("a move that is killed after %i renames can be continued from the next rename", (renames) => {
  const [folder, draft] = [folderWith(), folderWith("a", "b", "c")];
  killedAfter(renames, "moveInto", folder, draft);
  expect(readdirSync(folder)).toHaveLength(renames - 1);
  expect(moveRest(folder)).toBe(true);
  expect(readdirSync(folder)).toEqual(["a", "b", "c"]);
  expect(moveRest(folder)).toBe(false);
});

it("a move stops if another write changed the folder meanwhile", () => {
  const [folder, draft] = [folderWith(), folderWith("a", "b")];
  killedAfter(2, "moveInto", folder, draft);
  for (const name of ["a", "b"]) writeFileSync(join(folder, name), "mine");
  expect(moveRest(folder)).toBe(false);
});
