import { execFile } from "node:child_process";
import { mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

export class CheckoutError extends Error {
  override readonly name = "CheckoutError";
}

const run = promisify(execFile);
const MOST_OUTPUT_BYTES = 64 * 1_024 * 1_024;

/** Rejects if git fails or is not installed (ENOENT). */
export async function git(root: string, ...args: readonly string[]): Promise<string> {
  return await gitWith({}, root, ...args);
}

/**
 * Writes the files that the commit has under `root` into `folder`, all or none. The project's index and branches stay unchanged. Rejects
 * with CheckoutError.
 * @param without top-level files to leave out
 */
export async function checkOut(
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
    throw new CheckoutError(`Git cannot hand out ${commit}: ${((error as { stderr?: string }).stderr ?? String(error)).trim()}`, {
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
