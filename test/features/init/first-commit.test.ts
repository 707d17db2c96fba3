import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { firstCommit } from "../../../features/init/verbs/init";

let folder: string;
let app: string;
const before = { ...process.env };
const git = (cwd: string, ...args: string[]) => execFileSync("git", args, { cwd, encoding: "utf8" }).trim();

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gatehouse-first-commit-"));
  app = join(folder, "app");
  mkdirSync(app);
  writeFileSync(join(app, "settings.ts"), "export default {};\n");
  writeFileSync(join(app, ".gitignore"), "node_modules/\n");
  const who = { NAME: "Kim", EMAIL: "kim@contoso.com" };
  for (const [key, value] of Object.entries(who))
    Object.assign(process.env, { [`GIT_AUTHOR_${key}`]: value, [`GIT_COMMITTER_${key}`]: value });
  Object.assign(process.env, { GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" });
});
afterEach(() => {
  process.env = { ...before };
  rmSync(folder, { recursive: true });
});

it("commits every file of a new app", () => {
  expect(firstCommit(app)).toBe(true);
  expect(git(app, "log", "--format=%s")).toBe("First policy");
  expect(git(app, "ls-files").split("\n")).toEqual([".gitignore", "settings.ts"]);
  expect(git(app, "status", "--porcelain")).toBe("");
});

it("makes no commit if the app lies within a repository", () => {
  git(folder, "init", "--quiet");
  expect(firstCommit(app)).toBe(true);
  expect(existsSync(join(app, ".git"))).toBe(false);
  expect(git(folder, "status", "--porcelain")).toBe("?? app/");
});

it("ignores a repository that a git hook names", () => {
  const other = join(folder, "other");
  mkdirSync(other);
  git(other, "init", "--quiet");
  process.env.GIT_DIR = join(other, ".git");
  expect(firstCommit(app)).toBe(true);
  delete process.env.GIT_DIR;
  expect(git(app, "log", "--format=%s")).toBe("First policy");
  expect(git(other, "rev-list", "--all", "--count")).toBe("0");
});

it("reports it if git has no author", () => {
  for (const role of ["AUTHOR", "COMMITTER"]) for (const key of ["NAME", "EMAIL"]) delete process.env[`GIT_${role}_${key}`];
  Object.assign(process.env, { GIT_CONFIG_COUNT: "1", GIT_CONFIG_KEY_0: "user.useConfigOnly", GIT_CONFIG_VALUE_0: "true" });
  expect(firstCommit(app)).toBe(false);
});

it("reports it if git is missing", () => {
  process.env.PATH = folder;
  expect(firstCommit(app)).toBe(false);
});
