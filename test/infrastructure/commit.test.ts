import { execFileSync } from "node:child_process";
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { commitBehind } from "../../adapters/aws/deployment-name";
import { findCommit } from "../../lib/gatehouse-outputs";
import { synthesize } from "../support/synth";

describe("the commit of a folder", () => {
  let folder: string;
  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), "gatehouse-commit-")));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const git = (...words: readonly string[]) =>
    execFileSync("git", ["-c", "user.name=Kim", "-c", "user.email=kim@contoso.com", ...words], { cwd: folder, stdio: "pipe" });

  it("is named in full, and uncommitted changes are mentioned", () => {
    git("init", "-q");
    writeFileSync(join(folder, "policy.ts"), "1");
    git("add", ".");
    git("commit", "-q", "-m", "A policy");
    const commit = execFileSync("git", ["rev-parse", "HEAD"], { cwd: folder, encoding: "utf8" }).trim();
    expect(findCommit(folder)).toBe(commit);
    const inner = mkdtempSync(join(folder, "app-"));
    writeFileSync(join(inner, "settings.ts"), "2");
    expect(findCommit(inner)).toBe(`${commit} and uncommitted changes`);
  });

  it("is unknown outside a repository and before the first commit", () => {
    expect(findCommit(folder)).toBeUndefined();
    const begun = mkdtempSync(join(folder, "begun-"));
    execFileSync("git", ["init", "-q"], { cwd: begun });
    expect(findCommit(begun)).toBeUndefined();
  });
});

describe("a deployed template", () => {
  const { template } = synthesize({ gates: { suppliers: { policy: "policy" } } });
  const { Metadata, ...rest } = template.toJSON();

  it("names the commit beside the policy version of each step of each gate", () => {
    const versions = Object.entries(rest.Outputs as Record<string, { readonly Value: unknown }>).flatMap(([name, { Value }]) =>
      name.endsWith("PolicyVersions") ? Object.values(JSON.parse(String(Value)) as Record<string, string>) : [],
    );
    expect(versions).toHaveLength(4);
    for (const version of versions) expect(commitBehind(version, Metadata)).toMatch(/^[0-9a-f]{40}( and uncommitted changes)?$/);
    expect(commitBehind("another", Metadata)).toBeUndefined();
  });

  it("names the commit only in its metadata, so a commit without changes deploys nothing", () => {
    const [commit = ""] = /[0-9a-f]{40}/.exec(JSON.stringify(Metadata)) ?? [];
    expect(commit).not.toBe("");
    expect(JSON.stringify(rest)).not.toContain(commit);
  });

  it("has no such metadata under npm start", () => {
    expect(synthesize({ context: { console: "local" } }).template.toJSON().Metadata).toBeUndefined();
  });
});
