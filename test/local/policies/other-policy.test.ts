import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { otherPolicy } from "../../../local/policies/other-policy";

const root = realpathSync(mkdtempSync(join(tmpdir(), "gatehouse-test-")));
const app = join(root, "app");
const policy = join(app, "policy");
const git = (...args: readonly string[]) =>
  execFileSync("git", ["-C", root, "-c", "user.name=T", "-c", "user.email=t@example.com", ...args], { encoding: "utf8" }).trim();

beforeAll(() => {
  mkdirSync(policy, { recursive: true });
  git("init", "--quiet", "--initial-branch", "main");
  writeFileSync(join(app, "package.json"), "{}");
  writeFileSync(join(policy, "after-sign-in.ts"), "before");
  git("add", ".");
  git("commit", "--quiet", "-m", "one");
  writeFileSync(join(policy, "after-sign-in.ts"), "after");
});
afterAll(() => rmSync(root, { recursive: true }));

describe("otherPolicy", () => {
  it("returns the folder of another version, even in a subfolder project, and changes no file or index", async () => {
    const { folder, name } = await otherPolicy("git:main", policy, app);
    expect(readFileSync(join(folder, "after-sign-in.ts"), "utf8")).toBe("before");
    expect(name).toBe(`policy at main (${git("rev-parse", "--short=7", "main")})`);
    expect(readFileSync(join(policy, "after-sign-in.ts"), "utf8")).toBe("after");
    expect(git("diff", "--cached", "--name-only")).toBe("");
    expect(folder.startsWith(join(app, ".local", "compare"))).toBe(true);
    // Else its files would be another package's.
    expect(existsSync(join(folder, "..", "package.json"))).toBe(false);
    expect((await otherPolicy("git:HEAD", policy, app)).folder).toBe(folder);
  });

  it("finds a folder of the project", async () => {
    expect(await otherPolicy("policy", policy, app)).toEqual({ folder: policy, name: "policy" });
  });

  it.each([
    ["git:nowhere", 'Git knows no version "nowhere": name a branch, tag or commit, git:main.'],
    ["git:", 'Git knows no version "": name a branch, tag or commit, git:main.'],
    ["git:--upload-pack=x", 'Git knows no version "--upload-pack=x"'],
    ["drafts/strict", "There is no folder drafts/strict: name one, or git: and a branch, tag or commit."],
    ["../..", "../.. is no folder of the project"],
    ["/etc", "/etc is no folder of the project"],
  ])("refuses %s", async (named, says) => {
    await expect(otherPolicy(named, policy, app)).rejects.toThrow(says);
  });

  it.each([
    {
      given: "no repository",
      commands: [],
      says: 'The project is in no git repository: name a folder of the project to compare with, such as a copy of the policy, or run git init && git add . && git commit -m "First policy", and',
    },
    { given: "no commit", commands: [["init", "--quiet"]], says: "Git has no commit of the project yet: name a folder" },
  ])("says how to go on in a project with $given", async ({ commands, says }) => {
    const bare = realpathSync(mkdtempSync(join(tmpdir(), "gatehouse-test-")));
    for (const args of commands) execFileSync("git", ["-C", bare, ...args]);
    await expect(otherPolicy("git:HEAD", join(bare, "policy"), bare)).rejects.toThrow(says);
    rmSync(bare, { recursive: true });
  });

  it("reports the version and the folder if the version has no such folder", async () => {
    await expect(otherPolicy("git:main", join(app, "policies", "new"), app)).rejects.toThrow("main has no folder policies/new.");
  });
});
