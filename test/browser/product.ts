import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { packageRoot } from "../../lib/app-root";
import { type Gate, startGate } from "../support/gate";
import { launchBrowser, type TestBrowser } from "./browser";

/** One start of the product and one browser, which all suites of pages share: each takes longer than most of the suites. */
export const product = {} as {
  /** The policy's folder, which answers write. */
  policy: string;
  gate: Gate;
  browser: TestBrowser;
};

/**
 * A folder of the same name in each run, whose starts take what an earlier run built of the same files; of another name while another
 * run of this clone has that one.
 */
function scratchFolder(): string {
  const usual = join(packageRoot, ".local-test-pages");
  try {
    mkdirSync(usual);
    return usual;
  } catch {
    return mkdtempSync(`${usual}-`);
  }
}

/** Starts both. The policy is as shipped, in a folder as an answer leaves it that is killed between its renames: the start puts it back. */
export async function startProduct(): Promise<void> {
  const scratch = scratchFolder();
  product.policy = join(scratch, "policy");
  const before = join(scratch, ".gatehouse-before-policy");
  cpSync(join(packageRoot, "policy"), before, { recursive: true });
  // The tsconfig.json of the folder leads to that of the project.
  rmSync(join(before, "tsconfig.json"));
  const args = ["--ephemeral", "--policy", `${basename(scratch)}/policy`];
  const preload = join(packageRoot, "test", "browser", "tell-ports.cjs");
  [product.gate, product.browser] = await Promise.all([startGate(args, { reload: true, preload }), launchBrowser()]);
}

export async function stopProduct(): Promise<void> {
  await Promise.all([product.browser?.close(), product.gate?.stop()]);
  if (product.policy !== undefined) rmSync(join(product.policy, ".."), { recursive: true, force: true });
}
