import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, renameSync } from "node:fs";
import { dirname, join } from "node:path";

/** Names the folder in which `npm start` keeps the bundles of one state of this package's files. A deployment builds all of them. */
export const KEPT_BUNDLES = "GATEHOUSE_KEPT_BUNDLES";

/**
 * Builds a bundle, or takes the one that was built with the same options.
 * @param options of a bundle that is made of this package's files alone
 * @param build writes to the file that it is given
 */
export function buildOrKeep(options: object, outfile: string, build: (outfile: string) => void): void {
  const folder = process.env[KEPT_BUNDLES];
  const kept = folder && join(folder, `${createHash("sha256").update(JSON.stringify(options)).digest("hex")}.js`);
  if (kept && isCopied(kept, outfile)) return;
  build(outfile);
  // Where it cannot be kept, the next start builds it too.
  if (kept) isCopied(outfile, kept);
}

/** A reader of the copy finds the whole of it or nothing. Another start may take the folder away meanwhile. */
function isCopied(from: string, to: string): boolean {
  const draft = `${to}.${process.pid}`;
  try {
    mkdirSync(dirname(to), { recursive: true });
    copyFileSync(from, draft);
    renameSync(draft, to);
    return true;
  } catch {
    return false;
  }
}
