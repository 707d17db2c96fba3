import { readFileSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import { withRelativePaths } from "./app-root";
import { SetupError } from "./errors";
import { packageRoot } from "./package-root";

/** True if this process already loads TypeScript: in the repository always, in an app not always. */
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
 * Returns the reason why a file of the app could not be loaded. It has the file, line and reason, if the error has them.
 * @param within path in which the faulty line is searched: the file, or the folder with the files that it imports
 */
export function whyNotLoaded(file: string, error: unknown, within = file): string {
  if (!(error instanceof Error)) return `${file}: ${String(error)}`;
  // Node lists every file on the way to the missing module, beginning with the one that imports it.
  const [message = "", importers = ""] = error.message
    .replace(/^Transform failed with \d+ errors?:\n/, "")
    .replace(": ERROR: ", ": ")
    .split("\nRequire stack:\n- ");
  const [importer = ""] = importers.split("\n");
  const place = (importer.startsWith(within) ? importPlace(importer, message) : undefined) ?? placeIn(within, error) ?? file;
  return `${message.includes(file) ? message : `${place}: ${message}`}${installHint(message)}`;
}

/** Returns the line of a file that imports a missing module. */
function importPlace(importer: string, message: string): string | undefined {
  const [, name = ""] = /^Cannot find (?:module|package) '([^']+)'/.exec(message) ?? [];
  const lines = readFileSync(importer, "utf8").split("\n");
  const index = lines.findIndex((line) => line.includes(`"${name}"`) || line.includes(`'${name}'`));
  return index < 0 ? undefined : `${importer}:${index + 1}`;
}

/** Returns the line at which an error was thrown, in a file or in the first file of a folder: `policy/before-create-user.ts:5:18`. */
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
 * Returns a hint with the command that installs the package that a message reports as missing. The message is from Node, TypeScript or
 * esbuild. Empty if the message names no package.
 */
export function installHint(message: string): string {
  const [, name] =
    /(?:Cannot find (?:module|package) '|Could not resolve ")((?:@[\w.-]+\/)?\w[\w.-]*)(?:\/[^'"]*)?['"]/.exec(message) ?? [];
  if (name === "entra-gatehouse") return /'entra-gatehouse\//.test(message) ? '\nA policy imports from "entra-gatehouse" alone.' : "";
  return name === undefined ? "" : `\nIs it a package that is not installed yet? Run "npm install ${name}".`;
}
