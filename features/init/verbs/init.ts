import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import type { CommandContext } from "../../../cli/command";
import { CommandError } from "../../../cli/failure";
import { quoteUnlessPlain } from "../../../engine/characters";
import { omit } from "../../../engine/collections";
import { nearestFolderWith, packageRoot } from "../../../lib/app-root";
import { SAMPLE_POLICIES } from "../../../lib/policy-folder/policy-files";
import type { WhoAnswer } from "../../../local/first-policy/answers";
import { buildPolicyFiles, filesIn } from "../../../local/first-policy/chosen";
import { isAsShipped, planFor } from "../../../local/first-policy/plan";
import { moveInto, moveRest } from "../../../local/policies/files";
import { type AppOptions, appFiles, type PackageManager, packageManagerHere } from "./app-files";
import { askWho, readWho, type WhoOptions, whoNames } from "./who-asked";

/** The policy that a new app gets a copy of. */
const OWN_POLICY = join(packageRoot, "policy");
/** The folder of the packed file that an app installs. */
const VENDOR = "vendor";

interface InitOptions extends WhoOptions {
  /** The name of a folder in samples/policies, whose policy the app gets. */
  readonly from?: string;
  readonly packageManager?: PackageManager;
}

/** Writes the whole app, or nothing. */
export async function init(dir: string, options: InitOptions, { output }: CommandContext): Promise<void> {
  const folder = resolve(dir);
  const packageManager = options.packageManager ?? packageManagerHere();
  const isRest = moveRest(folder);
  output.print(
    isRest
      ? "An earlier init was cut off; the rest of its files is in place now."
      : describePolicy(options, await make(dir, folder, { ...options, packageManager })),
  );
  const there = relative(process.cwd(), folder) || ".";
  output.print(`Your app is ${there === "." ? "here" : `in ${there}`}. Next:`);
  for (const line of [
    ...(there === "." ? [] : [`cd ${quoteUnlessPlain(there)}`]),
    `${packageManager} install`,
    ...(firstCommit(folder) ? [] : [FIRST_COMMIT]),
    "npm run gate -- start",
  ])
    output.print(`  ${line}`);
}

/** @param isOwn true if this is a clone whose policy was changed */
export function describePolicy(
  { from }: Pick<InitOptions, "from">,
  chosen: WhoAnswer | undefined,
  isOwn = !isAsShipped(filesIn(OWN_POLICY)),
) {
  if (from !== undefined) return `Its policy is the sample ${from}.`;
  if (chosen === undefined && isOwn) return "Its policy is a copy of policy/ here. To start from another answer, use --who.";
  const unsaid = ", as nothing else was said. The simulator asks, and so does init --who";
  return `Who may sign up: ${whoNames[chosen?.who ?? "list"]}${chosen === undefined ? unsaid : ""}.`;
}

async function make(
  dir: string,
  folder: string,
  options: InitOptions & { readonly packageManager: PackageManager },
): Promise<WhoAnswer | undefined> {
  assertFree(dir, folder);
  const { packageManager } = options;
  const policy = options.from === undefined ? OWN_POLICY : samplePolicy(options.from);
  const isAsked = options.who === undefined && options.from === undefined && process.stdin.isTTY && process.stderr.isTTY;
  const chosen = isAsked ? await askWho() : readWho(options);
  try {
    writeApp(folder, { name: basename(folder), policy, packageManager, chosen });
    return chosen;
  } catch (error) {
    if (error instanceof CommandError) throw error;
    const why = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new CommandError(`Nothing was written: ${dir} cannot be made (${why}). Choose a folder that you can write to.`, undefined, {
      cause: error,
    });
  }
}

function assertFree(dir: string, folder: string): void {
  if (!existsSync(folder)) return;
  if (!statSync(folder).isDirectory()) throw new CommandError(`${dir} is a file: name a folder that does not exist yet, or is empty.`);
  if (readdirSync(folder).length > 0) throw new CommandError(`${dir} is not empty: name a folder that does not exist yet, or is empty.`);
}

function samplePolicy(name: string): string {
  const samples = join(packageRoot, SAMPLE_POLICIES);
  const names = readdirSync(samples, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? entry.name : []));
  if (!names.includes(name)) throw new CommandError(`There is no sample policy ${name}: --from takes one of ${names.sort().join(", ")}.`);
  return join(samples, name);
}

/** Writes the app in a temporary folder and then moves it, so that a failure leaves no half-written app. */
function writeApp(
  folder: string,
  { policy, chosen, ...options }: Omit<AppOptions, "packed"> & { readonly policy: string; readonly chosen: WhoAnswer | undefined },
): void {
  mkdirSync(dirname(folder), { recursive: true });
  const draft = mkdtempSync(join(dirname(folder), ".entra-gatehouse-init-"));
  try {
    // An app has only one tsconfig.json, which also covers its policies.
    cpSync(policy, join(draft, "policy"), { recursive: true, filter: (path) => basename(path) !== "tsconfig.json" });
    if (chosen !== undefined) answer(join(draft, "policy"), chosen);
    pointToSchemas(join(draft, "policy"));
    mkdirSync(join(draft, VENDOR));
    const packedFile = `${VENDOR}/${pack(join(draft, VENDOR))}`;
    for (const [path, text] of Object.entries(appFiles({ ...options, packed: packedFile }))) {
      mkdirSync(dirname(join(draft, path)), { recursive: true });
      writeFileSync(join(draft, path), text);
    }
    moveInto(folder, draft);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/**
 * Replaces the policy in the folder `policy` with the chosen one. The folder has the shipped policy or, in a clone, the policy that the
 * simulator wrote for an earlier answer.
 */
export function answer(policy: string, chosen: WhoAnswer): void {
  for (const path of planFor(chosen, filesIn(policy), "").removes) rmSync(join(policy, path));
  for (const [path, text] of buildPolicyFiles(chosen)) writeFileSync(join(policy, path), text);
}

/** Points a policy's JSON files to the schemas of the installed package. With the schemas, an editor suggests names and values. */
function pointToSchemas(policy: string): void {
  for (const name of readdirSync(policy, { recursive: true, encoding: "utf8" }).filter((each) => each.endsWith(".json"))) {
    const file = join(policy, name);
    const text = readFileSync(file, "utf8");
    writeFileSync(file, text.replace(/("\$schema": *")(?:\.\.\/)+docs\//, "$1../../node_modules/entra-gatehouse/docs/"));
  }
}

/**
 * Packs Gatehouse and returns the file's name. An app installs this file: in a registry, anybody might register the name. The app's lock
 * file has the hash.
 */
function pack(folder: string): string {
  const build = join(packageRoot, "scripts", "build.mjs");
  if (existsSync(build)) ran(process.execPath, [build]);
  const { npm_execpath: npm = "" } = process.env;
  const args = ["pack", "--ignore-scripts", "--json", "--pack-destination", folder];
  const output = /npm-cli\.c?js$/.test(npm) ? ran(process.execPath, [npm, ...args]) : ran("npm", args);
  const [packed] = JSON.parse(output) as readonly { readonly filename: string }[];
  if (packed === undefined) throw new CommandError("Nothing was written: npm pack made no file.");
  return packed.filename;
}

function ran(program: string, args: readonly string[]): string {
  // On Windows npm is a script, and only a shell can run it.
  const shell = program === "npm" && process.platform === "win32";
  const quotedArgs = shell ? args.map((arg) => `"${arg}"`) : args;
  const { status, stdout, stderr, error } = spawnSync(program, quotedArgs, { cwd: packageRoot, encoding: "utf8", shell });
  if (status === 0) return stdout;
  const why = (error?.message ?? stderr).trim();
  throw new CommandError(`Nothing was written: ${program === "npm" ? "npm cannot pack Gatehouse" : "Gatehouse cannot be built"}. ${why}`);
}

/** The command to type if the commit could not be made here. */
export const FIRST_COMMIT = 'git init && git add . && git commit -m "First policy"';

/** Time limit of git. If git signs commits, it may wait for a passphrase, but nobody is asked for one. */
const LIMIT_MS = 20_000;

/**
 * Commits a new app, so that people can see later how an edit changes the policy. Does nothing in a folder that git already has.
 * @returns false if git is missing, or has no author
 */
export function firstCommit(folder: string): boolean {
  if (nearestFolderWith(".git", folder) !== undefined) return true;
  // In a git hook, these variables name the repository of the hook.
  const env = omit(process.env, "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE");
  const does = (...args: readonly string[]) =>
    spawnSync("git", args, { cwd: folder, env, stdio: "ignore", timeout: LIMIT_MS }).status === 0;
  return does("init", "--quiet") && does("add", ".") && does("commit", "--quiet", "--message", "First policy");
}
