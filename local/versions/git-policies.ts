import { fork } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { extensionRoutes } from "../../engine/protocols/extension-events";
import type { Policy } from "../../engine/sign-up/policy";
import { type Step, steps } from "../../engine/sign-up/sign-up";
import { packageRoot } from "../../lib/package-root";
import { checkOut, git } from "./checkout";
import type { VersionBuilt, VersionOrder, VersionResult } from "./version-worker";

/** A policy as it was when it decided. */
export interface PolicyThen {
  readonly policy: Policy;
  /** Where it was found: "commit 3f2a1b4 of 2026-11-20". */
  readonly from: string;
}

/** A version that records name. */
export interface VersionSought {
  readonly version: string;
  readonly step: Step;
  readonly gate: string;
  /** Whether an external tenant's function answered. */
  readonly isExtension: boolean;
  /** When it first decided, as far as the records go. */
  readonly first: Date;
}

/** How to look for versions. */
interface GitSearch {
  /** The app's folder. */
  readonly root: string;
  /** Policy folders by gate. */
  readonly policies: Readonly<Record<string, string>>;
  /** The most states of the app that are built. */
  readonly most: number;
  onBuilt(count: number, left: number): void;
}

/** What was found, by `versionKey`, and what was looked at. */
export interface GitFound {
  readonly found: ReadonlyMap<string, PolicyThen>;
  /** States of the app that were built. */
  readonly built: number;
  /** Of those that could not be built, one: which and why. */
  readonly problem?: string;
  /** There is no repository, or no git. */
  readonly noGit?: true;
}

export function versionKey({ version, step, gate }: Pick<VersionSought, "version" | "step" | "gate">): string {
  return `${gate}/${step}/${version}`;
}

/** A state of the app that can be built. */
interface Candidate {
  readonly commit: string;
  readonly at: Date;
}

const LONGEST_BUILD_MS = 120_000;
/** What no function is made of, at the top of an app. */
const besides = /^(\..*|docs|test|tests|.*\.md)$/;

/** Finds versions among the files as they are and the commits of the app's repository, by building them. */
export async function policiesInGit(sought: readonly VersionSought[], { root, policies, most, onBuilt }: GitSearch): Promise<GitFound> {
  const found = new Map<string, PolicyThen>();
  const open = new Map(sought.map((each) => [versionKey(each), each]));
  const entries = entriesOf(sought);
  mkdirSync(join(root, ".local"), { recursive: true, mode: 0o700 });
  const scratch = mkdtempSync(join(root, ".local", "decided-by-"));
  let built = 0;
  let problem: string | undefined;

  async function look(cwd: string, from: string): Promise<void> {
    const isPackage = nameIn(cwd) === nameIn(packageRoot);
    const outDir = join(scratch, `built-${built}`);
    const versions = [...open.values()].map(({ version }) => version);
    const result = await builtIn(cwd, { packageFolder: isPackage ? cwd : packageRoot, policies, entries, versions, outDir });
    built += 1;
    if ("problem" in result) problem ??= `${from}: ${result.problem}`;
    for (const each of "built" in result ? result.built : []) {
      const key = versionKey(each);
      if (open.delete(key)) found.set(key, { policy: policyIn(each), from });
    }
    onBuilt(built, open.size);
  }

  try {
    await look(root, "the files as they are");
    if (open.size === 0) return { found, built };
    const candidates = await candidatesIn(root).catch(() => undefined);
    if (candidates === undefined) return { found, built, noGit: true };
    const seen = new Set<string>();
    const earliest = Math.min(...sought.map(({ first }) => first.getTime()));
    for (const { commit, at } of inOrderOfLikelihood(candidates, [...open.values()], earliest)) {
      if (open.size === 0 || built > most) break;
      const tree = await treeOf(root, commit);
      if (seen.has(tree)) continue;
      seen.add(tree);
      const folder = join(scratch, commit);
      await checkOut(commit, folder, { root });
      if (nameIn(folder) !== nameIn(packageRoot)) rmSync(join(folder, "package.json"), { force: true });
      await look(folder, `commit ${commit.slice(0, 7)} of ${at.toISOString().slice(0, 10)}`);
      rmSync(folder, { recursive: true, force: true });
    }
    return { found, built, ...(problem !== undefined && { problem }) };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** What was committed before the newest open version decided, newest first; what came later, as after a rebase, at the end. */
function inOrderOfLikelihood(candidates: readonly Candidate[], open: readonly VersionSought[], earliest: number): readonly Candidate[] {
  const latest = Math.max(earliest, ...open.map(({ first }) => first.getTime()));
  const isBefore = ({ at }: Candidate) => at.getTime() <= latest;
  return [...candidates.filter(isBefore), ...candidates.filter((each) => !isBefore(each)).toReversed()];
}

/** The commits of what is checked out, newest first. Of no other branch: their code runs here, and anybody may have pushed them. */
async function candidatesIn(root: string): Promise<readonly Candidate[]> {
  const lines = (await git(root, "log", "HEAD", "--date-order", "--format=%H %cI", "--", ".")).split("\n").filter(Boolean);
  return lines.map((line) => {
    const [commit = "", at = ""] = line.split(" ");
    return { commit, at: new Date(at) };
  });
}

/** The same for states that differ in no file that functions are made of. */
async function treeOf(root: string, commit: string): Promise<string> {
  const lines = (await git(root, "ls-tree", `${commit}:./`).catch(() => "")).split("\n");
  return lines.filter((line) => !besides.test(line.split("\t")[1] ?? "")).join("\n");
}

/** The functions that answered, by step. */
function entriesOf(sought: readonly VersionSought[]): VersionOrder["entries"] {
  return Object.fromEntries(
    steps.map((step) => {
      const own = sought.filter((each) => each.step === step);
      const event = extensionRoutes[step];
      const ofExtension = step === "before-sending-token" ? [event, `${event}-directory`] : [event];
      return [
        step,
        [
          ...(own.some(({ isExtension }) => !isExtension) ? [step] : []),
          ...(own.some(({ isExtension }) => isExtension) ? ofExtension : []),
        ],
      ];
    }),
  );
}

async function builtIn(cwd: string, order: VersionOrder): Promise<VersionResult> {
  const isTypeScript = __filename.endsWith(".ts");
  const child = fork(join(__dirname, `version-worker.${isTypeScript ? "ts" : "js"}`), [], {
    cwd,
    // By a path: an old state of the app may not lead to it.
    execArgv: isTypeScript ? ["--require", require.resolve("tsx/cjs")] : [],
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  let errors = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
  });
  const timer = setTimeout(() => child.kill("SIGKILL"), LONGEST_BUILD_MS);
  try {
    return await new Promise<VersionResult>((resolve) => {
      child.on("message", (message: VersionResult) => resolve(message));
      child.on("error", ({ message: problem }) => resolve({ problem }));
      child.on("exit", () => resolve({ problem: errors.trim() || "it ended without an answer" }));
      child.send(order, (error) => error && resolve({ problem: error.message }));
    });
  } finally {
    clearTimeout(timer);
    child.kill("SIGKILL");
  }
}

function policyIn({ file }: VersionBuilt): Policy {
  return (require(file) as { readonly default: Policy }).default;
}

function nameIn(folder: string): string | undefined {
  const file = join(folder, "package.json");
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as { name?: string }).name : undefined;
}
