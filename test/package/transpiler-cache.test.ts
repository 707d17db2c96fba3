import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packageRoot } from "../../lib/app-root";
import { usersNode } from "../support/users-node";

const script = `
  const done = require("./bin/transpiler-cache.cjs").ownTranspilerCache();
  const during = process.env.TMPDIR;
  done();
  console.log(JSON.stringify({ during, after: process.env.TMPDIR, isOff: process.env.TSX_DISABLE_CACHE === "1" }));`;

let root = "";
const folder = () => join(root, "node_modules", ".cache", "entra-gatehouse", "typescript");

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "gatehouse-cache-"));
  mkdirSync(join(root, "bin"));
  copyFileSync(join(packageRoot, "bin", "transpiler-cache.cjs"), join(root, "bin", "transpiler-cache.cjs"));
});
afterEach(() => rmSync(root, { recursive: true }));

function asked(): unknown {
  const env = { PATH: process.env.PATH, TMPDIR: "/shared" };
  return JSON.parse(execFileSync(usersNode, ["--eval", script], { cwd: root, env, encoding: "utf8" }));
}

it("the compiler cache uses its own folder, and restores the system's setting", () => {
  expect(asked()).toEqual({ during: folder(), after: "/shared", isOff: false });
  expect(statSync(folder()).mode & 0o777).toBe(0o700);
});

it.each([
  {
    given: "a folder that others may write into",
    seed: () => {
      mkdirSync(folder(), { recursive: true });
      chmodSync(folder(), 0o777);
    },
  },
  { given: "a file in place of the folder", seed: () => writeFileSync(join(root, "node_modules"), "") },
])("the compiler cache stores nothing if there is $given", ({ seed }) => {
  seed();
  expect(asked()).toEqual({ during: "/shared", after: "/shared", isOff: true });
});
