import { execFile } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { isAbsolute, join, relative, resolve } from "node:path";
import { promisify } from "node:util";
import { appRoot } from "../../lib/app-root";

/** The message gives the reason and a remedy. */
export class OtherPolicyError extends Error {
  override readonly name = "OtherPolicyError";
}

/** The folder of a policy that is not being served. */
export interface OtherPolicy {
  /** Absolute path. */
  readonly folder: string;
  /** The policy's name as people type it. */
  readonly name: string;
}

const GIT = "git:";
/** The folder for versions from git. It is in the project, because their files import packages installed there. */
const CHECKOUTS = join(appRoot, ".local", "compare");

/**
 * Finds a policy by a folder of the project, or by `git:` and a branch, tag or commit. Throws OtherPolicyError.
 * @param servedFolder absolute path of the folder that is served; `git:` finds another version of this folder
 */
export async function otherPolicy(policyName: string, servedFolder: string, root: string = appRoot): Promise<OtherPolicy> {
  if (policyName.startsWith(GIT)) return await findVersion(policyName.slice(GIT.length), servedFolder, root);
  const folder = resolve(root, policyName);
  const inside = relative(root, folder);
  if (inside.startsWith("..") || isAbsolute(inside)) {
    throw new OtherPolicyError(`${policyName} is no folder of the project: name one of it, or ${GIT} and a branch, tag or commit.`);
  }
  if (!existsSync(folder)) throw new OtherPolicyError(`There is no folder ${policyName}: name one, or ${GIT} and a branch, tag or commit.`);
  return { folder, name: inside };
}

async function findVersion(ref: string, servedFolder: string, root: string): Promise<OtherPolicy> {
  const inside = relative(root, servedFolder);
  if (inside.startsWith("..") || isAbsolute(inside)) {
    throw new OtherPolicyError(`The policy ${servedFolder} lies outside the project: git cannot be asked for another version of it.`);
  }
  // A `ref` with a leading dash is refused, because Git would read it as an option.
  const commit =
    ref === "" || ref.startsWith("-") ? undefined : await git(root, "rev-parse", "--verify", "--quiet", `${ref}^{commit}`).catch(noGit);
  if (commit === undefined) throw new OtherPolicyError(await whyNoVersion(ref, root));
  const checkout = join(root, relative(appRoot, CHECKOUTS), commit);
  // The checkout omits package.json: the project's own one defines how the files are loaded and which package they import.
  if (!existsSync(checkout)) await checkOut(commit, checkout, { root, without: ["package.json"] });
  const folder = join(checkout, inside);
  if (!existsSync(folder)) throw new OtherPolicyError(`${ref} has no folder ${inside}.`);
  return { folder, name: `${inside} at ${ref} (${commit.slice(0, 7)})` };
}

async function whyNoVersion(ref: string, root: string): Promise<string> {
  const isThere = async (...args: readonly string[]) =>
    await git(root, "rev-parse", ...args).then(
      () => true,
      () => false,
    );
  const wayOn = (first: string) =>
    `name a folder of the project to compare with, such as a copy of the policy, or run ${first}git add . && git commit -m "First policy", and from then on git knows what the policy was.`;
  if (!(await isThere("--git-dir"))) return `The project is in no git repository: ${wayOn("git init && ")}`;
  if (!(await isThere("--verify", "--quiet", "HEAD"))) return `Git has no commit of the project yet: ${wayOn("")}`;
  return `Git knows no version ${JSON.stringify(ref)}: name a branch, tag or commit, ${GIT}main.`;
}

function noGit(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code !== "ENOENT") return undefined;
  throw new OtherPolicyError("There is no git on this machine: name a folder of the project.");
}

const run = promisify(execFile);
const MOST_OUTPUT_BYTES = 64 * 1_024 * 1_024;

/** Rejects if git fails or is not installed (ENOENT). */
async function git(root: string, ...args: readonly string[]): Promise<string> {
  return await gitWith({}, root, ...args);
}

/**
 * Writes the files that the commit has under `root` into `folder`, all or none. The project's index and branches stay unchanged. Throws
 * OtherPolicyError.
 * @param without top-level files to leave out
 */
async function checkOut(
  commit: string,
  folder: string,
  { root, without = [] }: { readonly root: string; readonly without?: readonly string[] },
): Promise<void> {
  const draft = `${folder}.${process.pid}`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true });
  const index = { GIT_INDEX_FILE: `${draft}.index` };
  try {
    const tree = await git(root, "rev-parse", `${commit}:./`);
    const top = await git(root, "rev-parse", "--show-toplevel");
    await gitWith(index, top, "read-tree", tree);
    await gitWith(index, top, "checkout-index", "--all", `--prefix=${draft}/`);
    for (const name of without) rmSync(join(draft, name), { force: true });
    renameSync(draft, folder);
  } catch (error) {
    throw new OtherPolicyError(`Git cannot hand out ${commit}: ${((error as { stderr?: string }).stderr ?? String(error)).trim()}`, {
      cause: error,
    });
  } finally {
    rmSync(draft, { recursive: true, force: true });
    rmSync(`${draft}.index`, { force: true });
  }
}

async function gitWith(env: Readonly<Record<string, string>>, root: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await run("git", ["-C", root, ...args], { env: { ...process.env, ...env }, maxBuffer: MOST_OUTPUT_BYTES });
  return stdout.trim();
}
