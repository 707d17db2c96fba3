import { spawnSync } from "node:child_process";
import { dirname, join, relative, resolve, sep } from "node:path";
import type { BuildFailure, Message } from "esbuild";
import { OUR_SOURCES } from "../../adapters/report";
import { appRoot, bundleRoot, packageRoot } from "../app-root";
import { CDK_IMPORT, IMPORT_DATA, PolicyError } from "../errors";
import { installHint } from "../load-typescript";

/** A bundle evaluates the policy before it asks for variables. So an error about a missing variable shows that the policy has loaded. */
const LOADING = `
try { require(process.argv[1]); } catch (error) {
  if (!/^The environment variable \\w+ is missing\\.$/.test(error?.message)) {
    require("node:fs").writeSync(1, String(error?.message ?? error));
    process.exit(1);
  }
}
process.exit();`;
/** Loading takes about a second; the limit leaves time for a busy machine. */
const LOADING_MS = 180_000;

/**
 * Loads a bundle as its function does: without the app's folder, environment and packages. Throws PolicyError.
 * @param policy the policy file in the bundle
 */
export function assertBundleLoads(file: string, policy: string): void {
  // Windows needs this variable to start a process.
  const env = { SYSTEMROOT: process.env.SYSTEMROOT };
  const { status, stdout } = spawnSync(process.execPath, ["-e", LOADING, file], {
    env,
    cwd: dirname(file),
    encoding: "utf8",
    timeout: LOADING_MS,
  });
  if (status === 0) return;
  const says =
    status === null ? `It has not come to an end after ${LOADING_MS / 1_000} s.` : stdout.replaceAll(join(dirname(file), sep), "").trim();
  const hint = says.includes("ENOENT") ? `\n${IMPORT_DATA}` : installHint(says);
  throw new PolicyError(`${policy} does not load as a function: ${says}${/[.!?]$/.test(says) ? "" : "."}${hint}`);
}

/** Returns a PolicyError with one line for each flaw that has a place in a file. If no flaw has one, returns the error unchanged. */
export function bundleError(error: unknown): unknown {
  const locatedErrors = ((error as Partial<BuildFailure>).errors ?? []).filter(({ location }) => location !== null);
  return locatedErrors.length === 0 ? error : new PolicyError(locatedErrors.map(flawText).join("\n"), { cause: error });
}

function flawText({ text, location }: Message): string {
  const place = `${join(packageRoot, location?.file ?? "")}:${location?.line}`;
  if (text.includes('"entra-gatehouse/cdk"')) return `${place}: ${CDK_IMPORT}`;
  return `${place}: ${text}.${installHint(text)}`;
}

/** Paths in this repository from which functions are bundled: some folders and one file. */
const LAYERS = /^((adapters|console|engine|features|handlers|lambda|platform)\/|index\.ts$)/;

interface SourceMapText {
  readonly version: number;
  readonly sources: readonly string[];
  readonly mappings: string;
}

/**
 * Gives sources the same names on every machine. A source of this package is named by `OUR_SOURCES` and its path in the package, any other
 * source by its path from the app's folder.
 * @param folder folder to which the map's sources are relative
 */
export function withNamedSources(text: string, folder: string): string {
  const { version, sources, mappings } = JSON.parse(text) as SourceMapText;
  return JSON.stringify({ version, sources: sources.map((source) => sourceName(resolve(folder, source))), names: [], mappings });
}

function sourceName(file: string): string {
  const relativePath = posix(relative(bundleRoot, file));
  const isOurs = bundleRoot === packageRoot ? LAYERS.test(relativePath) : !relativePath.startsWith("../");
  return isOurs ? `${OUR_SOURCES}${relativePath}` : posix(relative(appRoot, file));
}

function posix(path: string): string {
  return path.replaceAll("\\", "/");
}
