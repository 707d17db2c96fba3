import { existsSync } from "node:fs";
import { isAbsolute, join, relative, resolve } from "node:path";
import { appRoot } from "../../lib/app-root";
import { CheckoutError, checkOut, git } from "./checkout";

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
  if (policyName.startsWith(GIT)) return await inGit(policyName.slice(GIT.length), servedFolder, root);
  const folder = resolve(root, policyName);
  const inside = relative(root, folder);
  if (inside.startsWith("..") || isAbsolute(inside)) {
    throw new OtherPolicyError(`${policyName} is no folder of the project: name one of it, or ${GIT} and a branch, tag or commit.`);
  }
  if (!existsSync(folder)) throw new OtherPolicyError(`There is no folder ${policyName}: name one, or ${GIT} and a branch, tag or commit.`);
  return { folder, name: inside };
}

async function inGit(ref: string, servedFolder: string, root: string): Promise<OtherPolicy> {
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
  if (!existsSync(checkout)) await checkOut(commit, checkout, { root, without: ["package.json"] }).catch(notHandedOut);
  const folder = join(checkout, inside);
  if (!existsSync(folder)) throw new OtherPolicyError(`${ref} has no folder ${inside}.`);
  return { folder, name: `${inside} at ${ref} (${commit.slice(0, 7)})` };
}

/** Explains why git does not know the version, and how to proceed. The project may have no repository or no commit yet. */
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

function notHandedOut(error: unknown): never {
  throw error instanceof CheckoutError ? new OtherPolicyError(error.message, { cause: error }) : error;
}
