import { existsSync } from "node:fs";
import { isAbsolute, join, relative, resolve } from "node:path";
import { appRoot } from "../../lib/app-root";
import { CheckoutError, checkOut, git } from "./checkout";

/** A policy that cannot be loaded. The message says why, and what would be right. */
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
  if (commit === undefined) throw new OtherPolicyError(await whyNoVersion(ref, root));
  const checkout = join(root, relative(appRoot, CHECKOUTS), commit);
  // The project's own package.json says how its files are loaded, and which package they import.
  if (!existsSync(checkout)) await checkOut(commit, checkout, { root, without: ["package.json"] }).catch(notHandedOut);
  const folder = join(checkout, inside);
  if (!existsSync(folder)) throw new OtherPolicyError(`${ref} has no folder ${inside}.`);
  return { folder, name: `${inside} at ${ref} (${commit.slice(0, 7)})` };
}

/** A way on for a project that is new to git, too. */
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

/** True if a folder of the project differs from git's HEAD; false if git does not know it. */
export async function differsFromHead(folder: string): Promise<boolean> {
  try {
    return (await git(appRoot, "status", "--porcelain", "--untracked-files=all", "--", folder)) !== "";
  } catch {
    return false;
  }
}

function noGit(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code !== "ENOENT") return undefined;
  throw new OtherPolicyError("There is no git on this machine: name a folder of the project.");
}

function notHandedOut(error: unknown): never {
  throw error instanceof CheckoutError ? new OtherPolicyError(error.message, { cause: error }) : error;
}
