import { spawnSync } from "node:child_process";
import { omit } from "../../../engine/objects";
import { nearestFolderWith } from "../../../lib/app-root";

/** The command to type if the commit could not be made here. */
export const FIRST_COMMIT = 'git init && git add . && git commit -m "First policy"';

/** Time limit of git. If git signs commits, it may wait for a passphrase, but nobody is asked for one. */
const LIMIT_MS = 20_000;

/**
 * Puts a new app under git, because without a first commit nobody can see how an edit changes the policy. Does nothing to an app inside a
 * repository.
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
