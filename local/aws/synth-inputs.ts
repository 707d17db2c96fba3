import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, sep } from "node:path";

/** Folders in which nothing lies that the CDK app or the functions' bundles read. Those whose name begins with a dot are left out too. */
const leftOut = new Set(["cdk.out", "coverage", "dist", "docs", "node_modules", "test"]);

/** Variables of the terminal, of npm and of the session. Each other one may change what an app or a policy does. */
const OF_THE_SESSION =
  /^(_|COLORTERM|COLUMNS|DBUS_.*|DISPLAY|GPG_.*|INIT_CWD|LINES|LOGNAME|OLDPWD|PWD|SHLVL|SSH_.*|TERM.*|VTE_.*|WINDOWID|WINDOWPATH|WT_.*|XDG_.*|npm_.*)$/;

/**
 * A hash of all that the repository's CDK app is made from: its files, the installed packages, Node, the variables and the policy's folder.
 * @param policy the policy's folder, absolute
 * @returns undefined where other files may count as well: in an app of your own, or with a policy outside the repository
 */
export function synthInputs(root: string, policy: string, env: NodeJS.ProcessEnv = process.env): string | undefined {
  const installed = join(root, "node_modules", ".package-lock.json");
  if (!policy.startsWith(`${root}${sep}`) || !existsSync(installed)) return undefined;
  const hash = createHash("sha256");
  const variables = Object.entries(env).filter(([name]) => !OF_THE_SESSION.test(name));
  hash.update(JSON.stringify([process.version, policy, variables.sort(([a], [b]) => (a < b ? -1 : 1))]));
  for (const file of [installed, ...filesThatCount(root, policy)]) {
    const content = readFileSync(file);
    hash.update(`\n${file} ${content.length}\n`).update(content);
  }
  return hash.digest("hex");
}

/** In an order that is always the same. */
export function filesThatCount(root: string, policy: string): readonly string[] {
  const own = readdirSync(root)
    .filter((name) => !name.startsWith(".") && !leftOut.has(name))
    .map((name) => join(root, name));
  return [...new Set([...own, policy].flatMap(filesAt))].sort();
}

function filesAt(path: string): readonly string[] {
  const stat = statSync(path, { throwIfNoEntry: false });
  // A socket or a pipe is not read; a link that leads nowhere neither.
  if (stat?.isFile()) return [path];
  if (!stat?.isDirectory()) return [];
  return readdirSync(path)
    .filter((name) => !name.startsWith(".") && name !== "node_modules")
    .flatMap((name) => filesAt(join(path, name)));
}
