import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { delimiter, join, sep } from "node:path";

/** npm's list of installed packages. */
const INSTALLED = join("node_modules", ".package-lock.json");

/**
 * Folders that neither the CDK app nor the functions' bundles read. For node_modules, `INSTALLED` is hashed instead. Folders whose name
 * begins with a dot are left out too.
 */
const leftOut = new Set(["cdk.out", "coverage", "dist", "docs", "node_modules", "test"]);

/** Variables that cannot change an app or a policy. */
const OF_THE_SESSION = new RegExp(
  [
    "^(_|COLOR|COLORTERM|COLUMNS|DBUS_.*|DISPLAY|EDITOR|GATEHOUSE_(?:PASSWORD|USERNAME)|GOGC|GPG_.*|INIT_CWD|INVOCATION_ID|ITERM_.*",
    "JOURNAL_STREAM|KONSOLE_.*|LINES|LOGNAME|NODE|OLDPWD|PWD|SESSION_MANAGER|SHLVL|SSH_.*|STY|TEMP|TERM.*|TMP|TMPDIR|TMUX.*|VSCODE_.*|VTE_.*|WINDOWID",
    "WINDOWPATH|WT_.*|XDG_.*|npm_.*)$",
  ].join("|"),
);

/**
 * Hashes all inputs of the repository's CDK app.
 * @param policy the policy's folder, absolute
 * @returns undefined if other files may matter: the policy is outside the repository, or npm's list of installed packages is missing
 */
export function synthInputs(root: string, policy: string, env: NodeJS.ProcessEnv = process.env): string | undefined {
  const installedFolder = join(root, INSTALLED);
  if (!policy.startsWith(`${root}${sep}`) || !existsSync(installedFolder)) return undefined;
  const variables = Object.entries(env)
    .filter(([name]) => !OF_THE_SESSION.test(name))
    .map(([name, value = ""]) => [name, name.toUpperCase() === "PATH" ? removeNpmFolders(value) : value] as const);
  const settings = [process.version, policy, variables.sort(([a], [b]) => (a < b ? -1 : 1))];
  return hashInputs([installedFolder, ...filesThatCount(root, policy)], settings);
}

/** Removes the folders that npm puts in front of the terminal's own PATH. Each nested script adds these folders again. */
function removeNpmFolders(path: string): string {
  const isNpms = (folder: string) => /[\\/](node_modules[\\/]\.bin|node-gyp-bin)$/.test(folder);
  return path
    .split(delimiter)
    .filter((folder) => !isNpms(folder))
    .join(delimiter);
}

function hashInputs(files: readonly string[], settings: unknown): string {
  const hash = createHash("sha256").update(JSON.stringify(settings));
  for (const file of files) {
    const content = readFileSync(file);
    hash.update(`\n${file} ${content.length}\n`).update(content);
  }
  return hash.digest("hex");
}

/**
 * Lists the files on which the result depends, in a fixed order. @param policy a folder whose files are listed too, wherever the folder is
 */
export function filesThatCount(root: string, policy?: string): readonly string[] {
  const rootFiles = readdirSync(root)
    .filter((name) => !name.startsWith(".") && !leftOut.has(name))
    .map((name) => join(root, name));
  return [...new Set([...rootFiles, ...(policy === undefined ? [] : [policy])].flatMap(filesAt))].sort();
}

function filesAt(path: string): readonly string[] {
  const stat = statSync(path, { throwIfNoEntry: false });
  // Sockets, pipes and broken links are left out.
  if (stat?.isFile()) return [path];
  if (!stat?.isDirectory()) return [];
  return readdirSync(path)
    .filter((name) => !name.startsWith(".") && name !== "node_modules")
    .flatMap((name) => filesAt(join(path, name)));
}
