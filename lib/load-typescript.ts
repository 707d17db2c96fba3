import { readFileSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import { packageRoot, withRelativePaths } from "./app-root";
import { SetupError } from "./errors";

/** True if TypeScript files load: in the repository from the start, in an app after the first call of `loadTypeScript`. */
let isLoading = __filename.endsWith(".ts");

/** The file shares this package's loaded modules. tsx's own `require` has a separate cache, and would load some modules twice. */
export function loadTypeScript(file: string): unknown {
  if (!isLoading) require(join(packageRoot, "bin", "typescript.cjs"));
  isLoading = true;
  return require(file);
}

/**
 * Returns why the file did not load, with file and line if the error has them. @param within file or folder in which the faulty line is
 * searched
 */
export function explainLoadFailure(file: string, error: unknown, within = file): string {
  if (!(error instanceof Error)) return `${file}: ${String(error)}`;
  // If a module is missing, Node's message lists the files that led to it. The first one imports the module.
  const [message = "", importers = ""] = error.message
    .replace(/^Transform failed with \d+ errors?:\n/, "")
    .replace(": ERROR: ", ": ")
    .split("\nRequire stack:\n- ");
  const [importer = ""] = importers.split("\n");
  const place = (importer.startsWith(within) ? importPlace(importer, message) : undefined) ?? placeIn(within, error) ?? file;
  return `${message.includes(file) ? message : `${place}: ${message}`}${installHint(message)}`;
}

function importPlace(importer: string, message: string): string | undefined {
  const [, name = ""] = /^Cannot find (?:module|package) '([^']+)'/.exec(message) ?? [];
  const lines = readFileSync(importer, "utf8").split("\n");
  const index = lines.findIndex((line) => line.includes(`"${name}"`) || line.includes(`'${name}'`));
  return index < 0 ? undefined : `${importer}:${index + 1}`;
}

/** Returns where in a file or folder an error was thrown, as the stack trace first names it: `policy/before-create-user.ts:5:18`. */
export function placeIn(path: string, error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const line = (error.stack ?? "").split("\n").find((frame) => frame.includes(path));
  return line?.slice(line.indexOf(path)).match(/^.*?:\d+(:\d+)?/)?.[0];
}

/** Throws a SetupError with the place of the failure. @param file absolute path */
export function loadDefaultExport(file: string): unknown {
  try {
    return (loadTypeScript(file) as { default?: unknown }).default;
  } catch (error) {
    throw new SetupError(withRelativePaths(explainLoadFailure(file, error)), { cause: error });
  }
}

/** Returns where in the policy's folder a rule's error was thrown: `policy/before-create-user.ts:5:18`. */
export function failurePlace(steps: readonly { readonly file: string }[], error: unknown): string | undefined {
  const folders = new Set(steps.map(({ file }) => dirname(file) + sep));
  const [place] = [...folders].flatMap((folder) => placeIn(folder, error) ?? []);
  return place && withRelativePaths(place);
}

/**
 * Returns a hint with the command that installs a missing package, if a message of Node, TypeScript or esbuild names the package; otherwise
 * "". For `entra-gatehouse`, the hint tells what a policy may import.
 */
export function installHint(message: string): string {
  const [, name] =
    /(?:Cannot find (?:module|package) '|Could not resolve ")((?:@[\w.-]+\/)?\w[\w.-]*)(?:\/[^'"]*)?['"]/.exec(message) ?? [];
  if (name === "entra-gatehouse") return /'entra-gatehouse\//.test(message) ? '\nA policy imports from "entra-gatehouse" alone.' : "";
  return name === undefined ? "" : `\nIs it a package that is not installed yet? Run "npm install ${name}".`;
}
