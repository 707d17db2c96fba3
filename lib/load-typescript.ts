import { readFileSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import { withRelativePaths } from "./app-root";
import { SetupError } from "./errors";
import { packageRoot } from "./package-root";

/** True if this process can load TypeScript: in the repository from the start, in an app after the first call of `loadTypeScript`. */
let isLoading = __filename.endsWith(".ts");

/**
 * Loads a TypeScript file of the app, and returns its exports. The file shares this package's loaded modules. tsx's own `require` has a
 * separate cache, and would load some modules twice.
 */
export function loadTypeScript(file: string): unknown {
  if (!isLoading) require(join(packageRoot, "bin", "typescript.cjs"));
  isLoading = true;
  return require(file);
}

/**
 * Returns the reason why a file of the app could not be loaded, with the file and line if the error has them.
 * @param within path in which the faulty line is searched: the file, or the folder with the files that it imports
 */
export function whyNotLoaded(file: string, error: unknown, within = file): string {
  if (!(error instanceof Error)) return `${file}: ${String(error)}`;
  // If a module is missing, Node's message lists the files that led to it. The first file is the one that imports the module.
  const [message = "", importers = ""] = error.message
    .replace(/^Transform failed with \d+ errors?:\n/, "")
    .replace(": ERROR: ", ": ")
    .split("\nRequire stack:\n- ");
  const [importer = ""] = importers.split("\n");
  const place = (importer.startsWith(within) ? importPlace(importer, message) : undefined) ?? placeIn(within, error) ?? file;
  return `${message.includes(file) ? message : `${place}: ${message}`}${installHint(message)}`;
}

/** Returns the place at which a file imports a missing module, as path and line. Undefined if no line names the module. */
function importPlace(importer: string, message: string): string | undefined {
  const [, name = ""] = /^Cannot find (?:module|package) '([^']+)'/.exec(message) ?? [];
  const lines = readFileSync(importer, "utf8").split("\n");
  const index = lines.findIndex((line) => line.includes(`"${name}"`) || line.includes(`'${name}'`));
  return index < 0 ? undefined : `${importer}:${index + 1}`;
}

/**
 * Returns the place in a file or folder at which an error was thrown: `policy/before-create-user.ts:5:18`. If several lines of the stack
 * trace have the path, the first counts.
 */
export function placeIn(path: string, error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const line = (error.stack ?? "").split("\n").find((frame) => frame.includes(path));
  return line?.slice(line.indexOf(path)).match(/^.*?:\d+(:\d+)?/)?.[0];
}

/** Returns the default export of a file of the app. Throws a SetupError with the place of the failure. @param file absolute path */
export function loadDefaultExport(file: string): unknown {
  try {
    return (loadTypeScript(file) as { default?: unknown }).default;
  } catch (error) {
    throw new SetupError(withRelativePaths(whyNotLoaded(file, error)), { cause: error });
  }
}

/** Returns the line in the policy's folder at which a rule's error was thrown: `policy/before-create-user.ts:5:18`. */
export function failurePlace(steps: readonly { readonly file: string }[], error: unknown): string | undefined {
  const folders = new Set(steps.map(({ file }) => dirname(file) + sep));
  const [place] = [...folders].flatMap((folder) => placeIn(folder, error) ?? []);
  return place && withRelativePaths(place);
}

/**
 * If a message of Node, TypeScript or esbuild names a missing package, returns a hint with the command that installs the package. Otherwise
 * the hint is empty. For `entra-gatehouse`, the hint tells what a policy may import.
 */
export function installHint(message: string): string {
  const [, name] =
    /(?:Cannot find (?:module|package) '|Could not resolve ")((?:@[\w.-]+\/)?\w[\w.-]*)(?:\/[^'"]*)?['"]/.exec(message) ?? [];
  if (name === "entra-gatehouse") return /'entra-gatehouse\//.test(message) ? '\nA policy imports from "entra-gatehouse" alone.' : "";
  return name === undefined ? "" : `\nIs it a package that is not installed yet? Run "npm install ${name}".`;
}
