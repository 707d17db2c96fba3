import { execFile } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { isAbsolute, join, relative, resolve } from "node:path";
import { promisify } from "node:util";
import { appRoot } from "../../lib/app-root";

/** What is named cannot be had; the message says why, and what would be right. */
export class OtherPolicyError extends Error {
  override readonly name = "OtherPolicyError";
}

/** A policy's folder that is not the one being served. */
export interface OtherPolicy {
  /** Absolute. */
  readonly folder: string;
  /** As people know it. */
  readonly name: string;
}

const GIT = "git:";
const run = promisify(execFile);
/** Where versions out of git are put: in the project, as their files import what is installed there. */
const CHECKOUTS = join(appRoot, ".local", "compare");

/**
 * Finds a policy by a folder of the project, or by `git:` and what git knows a version by. Throws OtherPolicyError.
 * @param served the folder whose other version is wanted, absolute
 */
export async function otherPolicy(named: string, served: string, root: string = appRoot): Promise<OtherPolicy> {
  if (named.startsWith(GIT)) return await inGit(named.slice(GIT.length), served, root);
  const folder = resolve(root, named);
  const inside = relative(root, folder);
  if (inside.startsWith("..") || isAbsolute(inside)) {
    throw new OtherPolicyError(`${named} is no folder of the project: name one of it, or ${GIT} and a branch, tag or commit.`);
  }
  if (!existsSync(folder)) throw new OtherPolicyError(`There is no folder ${named}: name one, or ${GIT} and a branch, tag or commit.`);
  return { folder, name: inside };
}

async function inGit(ref: string, served: string, root: string): Promise<OtherPolicy> {
  const inside = relative(root, served);
  if (inside.startsWith("..") || isAbsolute(inside)) {
    throw new OtherPolicyError(`The policy ${served} lies outside the project: git cannot be asked for another version of it.`);
  }
  // Git takes what begins with a dash for an option.
  const commit =
    ref === "" || ref.startsWith("-") ? undefined : await git(root, "rev-parse", "--verify", "--quiet", `${ref}^{commit}`).catch(noGit);
  if (commit === undefined)
    throw new OtherPolicyError(`Git knows no version ${JSON.stringify(ref)}: name a branch, tag or commit, ${GIT}main.`);
  const checkout = join(root, relative(appRoot, CHECKOUTS), commit);
  if (!existsSync(checkout)) await checkOut(commit, checkout, root);
  const folder = join(checkout, inside);
  if (!existsSync(folder)) throw new OtherPolicyError(`${ref} has no folder ${inside}.`);
  return { folder, name: `${inside} at ${ref} (${commit.slice(0, 7)})` };
}

function noGit(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code !== "ENOENT") return undefined;
  throw new OtherPolicyError("There is no git on this machine: name a folder of the project.");
}

/** By an index of its own: neither branch nor files of the project change. Whole or not at all. */
async function checkOut(commit: string, folder: string, root: string): Promise<void> {
  const draft = `${folder}.${process.pid}`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true });
  const index = { GIT_INDEX_FILE: `${draft}.index` };
  try {
    const tree = await git(root, "rev-parse", `${commit}:./`);
    const top = await git(root, "rev-parse", "--show-toplevel");
    await gitWith(index, top, "read-tree", tree);
    await gitWith(index, top, "checkout-index", "--all", `--prefix=${draft}/`);
    // The project's own says how its files are loaded, and which package they import.
    rmSync(join(draft, "package.json"), { force: true });
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

async function git(root: string, ...args: readonly string[]): Promise<string> {
  return await gitWith({}, root, ...args);
}

async function gitWith(env: Readonly<Record<string, string>>, root: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await run("git", ["-C", root, ...args], { env: { ...process.env, ...env }, maxBuffer: 16 * 1_024 * 1_024 });
  return stdout.trim();
}
