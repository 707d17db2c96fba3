import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packageRoot } from "../../lib/app-root";
import { usersNode } from "../support/users-node";

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly environment?: string;
  readonly needs?: string;
  readonly strategy?: { readonly matrix: { readonly include?: readonly object[]; readonly os?: readonly string[] } };
  readonly steps: readonly Step[];
}

interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

// The CDK brings this package.
const { parse } = createRequire(require.resolve("aws-cdk-lib/package.json"))("yaml") as { parse(text: string): Workflow };

const folder = join(packageRoot, ".github", "workflows");
const texts = readdirSync(folder).map((name) => ({ name, text: readFileSync(join(folder, name), "utf8") }));
const named = new Map(texts.map(({ name, text }) => [name, parse(text)]));
const workflow = (name: string) => named.get(name) as Workflow;
const runs = ({ steps }: Job) => steps.flatMap(({ run }) => run ?? []);
const { engines } = JSON.parse(readFileSync(join(packageRoot, "package.json"), "utf8")) as { engines: { node: string } };

describe("workflows", () => {
  it("are for changes, for releases and for each week", () =>
    expect([...named.keys()].sort()).toEqual(["ci.yml", "release.yml", "weekly.yml"]));

  it.each(texts)("$name pins each action by commit, and knows no secret", ({ text }) => {
    const uses = [...text.matchAll(/uses: (.*)$/gm)].map(([, action]) => action);
    expect(uses.filter((action) => !/^actions\/[a-z-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(action as string))).toEqual([]);
    expect(text).not.toContain("secrets.");
  });

  it("take only actions and commits that a release takes", () => {
    const usesIn = (name: string) => Object.values(workflow(name).jobs).flatMap(({ steps }) => steps.flatMap(({ uses }) => uses ?? []));
    const ofRelease = usesIn("release.yml");
    for (const name of ["ci.yml", "weekly.yml"]) expect(usesIn(name).filter((each) => !ofRelease.includes(each))).toEqual([]);
  });

  it.each(["ci.yml", "weekly.yml"])("%s may read the code and nothing else, and leaves no credentials", (name) => {
    const { permissions, jobs } = workflow(name);
    expect([permissions, Object.values(jobs).filter((job) => job.permissions !== undefined)]).toEqual([{ contents: "read" }, []]);
    const checkouts = Object.values(jobs).flatMap(({ steps }) => steps.filter(({ uses }) => uses?.startsWith("actions/checkout@")));
    expect(checkouts.length).toBe(Object.keys(jobs).length);
    expect(checkouts.filter((each) => each.with?.["persist-credentials"] !== false)).toEqual([]);
  });
});

describe("a change", () => {
  const { on, jobs } = workflow("ci.yml");

  it("is checked at a push and in a pull request", () => {
    expect(on).toEqual({ push: { branches: ["main"] }, pull_request: null });
  });

  it("is tried on the oldest Node and on the one that AWS Lambda has", () => {
    const [, oldest] = /^>=(.*)$/.exec(engines.node) ?? [];
    expect(jobs.test?.strategy?.matrix.include).toEqual([
      { node: oldest, command: "npm run test:node" },
      { node: "24", command: "npm test" },
    ]);
    expect(runs(jobs.test as Job)).toEqual([expect.stringMatching(/^\$\{\{ matrix\.command \}\}$/)]);
  });

  it("starts once on macOS and on Windows", () => {
    expect(jobs.start?.strategy?.matrix.os).toEqual([expect.stringMatching(/^macos-/), expect.stringMatching(/^windows-/)]);
    expect(runs(jobs.start as Job)).toEqual(["node scripts/start-once.mjs"]);
  });
});

it("each week the findings and the newest minor versions are tried, and nothing is opened", () => {
  const { on, jobs } = workflow("weekly.yml");
  expect(on).toEqual({ schedule: [{ cron: expect.stringMatching(/^\d+ \d+ \* \* [1-5]$/) }], workflow_dispatch: null });
  expect(Object.values(jobs).map(runs)).toEqual([["node scripts/newest-minors.mjs", "npm test"], ["node scripts/run-findings.mjs"]]);
});

describe("a release", () => {
  const { on, permissions, jobs } = workflow("release.yml");
  const { build, stage } = jobs as { readonly build: Job; readonly stage: Job };

  it("starts only if a person pushes its tag, and runs all suites before anything leaves", () => {
    expect(on).toEqual({ push: { tags: ["v*"] } });
    expect(Object.keys(jobs)).toEqual(["build", "stage"]);
    expect(runs(build)).toEqual([
      "node scripts/check-release.mjs",
      "npm test",
      "npm run release -- release",
      "node scripts/release/notes.mjs release-notes.md",
    ]);
  });

  it("is a draft and a staged version until a person publishes both", () => {
    expect(runs(stage)).toEqual([
      "sha256sum --check SHA256SUMS",
      'gh release create "$GITHUB_REF_NAME" --draft --verify-tag --title "$GITHUB_REF_NAME" --notes-file release-notes.md release/*',
      "npm stage publish ./*.tgz --provenance --access public --ignore-scripts",
    ]);
    expect([stage.needs, stage.environment]).toEqual(["build", "release"]);
  });

  it("attests every file", () => {
    const attested = stage.steps.filter(({ uses }) => uses?.startsWith("actions/attest@")).map(({ with: given }) => given);
    expect(attested).toEqual([{ "subject-path": "release/*" }, { "subject-path": "release/*.tgz", "sbom-path": "release/sbom.cdx.json" }]);
  });

  it("has write access only in the job without our code", () => {
    expect([permissions, build.permissions]).toEqual([{}, { contents: "read" }]);
    expect(stage.permissions).toEqual({ contents: "write", "id-token": "write", attestations: "write" });
    expect(JSON.stringify(stage)).not.toMatch(/checkout|npm (ci|install|run)|node scripts/);
  });

  it("has the changelog's section for its notes, with links that lead somewhere", () => {
    const scratch = mkdtempSync(join(tmpdir(), "gatehouse-notes-"));
    const file = join(scratch, "notes.md");
    const github = { GITHUB_REPOSITORY: "contoso/gatehouse", GITHUB_REF_NAME: "v0.1.0" };
    const { status } = spawnSync(usersNode, [join(packageRoot, "scripts", "release", "notes.mjs"), file], { env: github as never });
    const notes = readFileSync(file, "utf8");
    rmSync(scratch, { recursive: true });
    expect([status, notes.includes("\n## "), /\]\((?!https:)/.test(notes)]).toEqual([0, false, false]);
    expect(notes).toContain("](https://github.com/contoso/gatehouse/blob/v0.1.0/docs/");
  });
});
