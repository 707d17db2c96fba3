import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { didYouMean } from "../../engine/problem-texts";
import { appRoot, packageRoot } from "../app-root";
import { ATTRIBUTES_FILE } from "../attributes-file";
import { PolicyError } from "../errors";
import { installHint } from "../load-typescript";
import { policyFeatures, stepFiles } from "./policy-folder";

const DEFAULTS = { target: "es2023", module: "preserve", moduleResolution: "bundler", strict: true };
const FIXED = { noEmit: true, composite: false, incremental: false, declaration: false, skipLibCheck: true };

/**
 * Compiles the steps' files and their imports with the app's tsconfig.json. Throws PolicyError, with file, line and reason, if the types
 * forbid a policy.
 * @param attributes file of the tenant's attributes, which may not exist
 */
export function checkPolicyTypes(folder: string, attributes: string = join(appRoot, ATTRIBUTES_FILE)): void {
  compile([folder], attributes);
}

/**
 * Compiles all policies together, so that the types of packages are read once. If a policy has a fault, compiles each policy alone, so that
 * the message is about one policy.
 */
export function checkTypesOfPolicies(folders: readonly string[]): void {
  const attributes = join(appRoot, ATTRIBUTES_FILE);
  if (folders.length > 1 && compiles(folders, attributes)) return;
  for (const folder of folders) compile([folder], attributes);
}

/** Messages of Node that name no line of the policy. For such faults, the compiler's message is clearer. */
const UNCLEAR = /is not (a function|a constructor|iterable)$|Cannot read propert|Package subpath|in JSON at/m;

/** Throws the error, or the compiler's error if the given one is unclear and the compiler finds a fault. */
export function throwClearer(error: unknown, folders: readonly string[]): never {
  if (error instanceof Error && UNCLEAR.test(error.message)) checkTypesOfPolicies(folders);
  throw error;
}

/** Loads policies. If they do not load, throws what `throwClearer` throws. */
export function loadClearly<T>(folders: readonly string[], load: () => T): T {
  try {
    return load();
  } catch (error) {
    return throwClearer(error, folders);
  }
}

/**
 * Loads the policies before it checks their types, because an error of loading says what to write. The compiler's error says only what is
 * wrong.
 */
export function loadTyped<T>(folders: readonly string[], load: () => T): T {
  const loadedValue = loadClearly(folders, load);
  checkTypesOfPolicies(folders);
  return loadedValue;
}

function compiles(folders: readonly string[], attributes: string): boolean {
  try {
    compile(folders, attributes);
    return true;
  } catch (error) {
    if (error instanceof PolicyError) return false;
    throw error;
  }
}

function compile(folders: readonly string[], attributes: string): void {
  const steps = folders.flatMap(stepFiles).map(({ file }) => file);
  const readByFeatures = new Set(policyFeatures.flatMap((feature) => steps.flatMap((file) => feature.files?.([], file) ?? [])));
  const files = [...steps, ...[...readByFeatures].filter((file) => file.endsWith(".ts")), ...(existsSync(attributes) ? [attributes] : [])];
  const scratch = mkdtempSync(join(tmpdir(), "gatehouse-types-"));
  try {
    const project = join(scratch, "tsconfig.json");
    writeFileSync(project, JSON.stringify({ ...settings(), files, include: [] }));
    execFileSync(process.execPath, [...compiler(), "--project", project, "--pretty", "false"], { cwd: appRoot, encoding: "utf8" });
  } catch (error) {
    const output = shortenErrors(((error as { stdout?: string }).stdout ?? "").trim());
    throw new PolicyError(output ? `${output}${installHint(output)}${misspelt(output, attributes)}` : String(error), { cause: error });
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** The message about a rule that does not fit the step. Its further lines contain only types. */
const MISPLACED = /error TS\d+: Type 'Rule<"([\w-]+)">' is not assignable to type 'PolicyRule<"([\w-]+)">'\.(?:\n .*)*/g;

function shortenErrors(output: string): string {
  const errors = output
    .replace(
      MISPLACED,
      (_, fits: string, step: string) => `A rule that answers ask or approval cannot stand in ${step}.ts: write it in ${fits}.ts.`,
    )
    .split(/\n(?! )/);
  const place = (error: string) => error.slice(0, error.indexOf(":"));
  // The compiler may report a second error for a missing return at the same place: TS7030.
  return errors.filter((each, index) => !each.includes(": error TS7030: ") || place(each) !== place(errors[index - 1] ?? "")).join("\n");
}

/** The message about an attribute that the tenant lacks. The compiler's message with a suggestion has another form and needs no hint. */
const noAttribute = /(?:type '"|and '|"is no attribute of the tenant": ")([\w-]+)(?:"' is not assignable|' does not exist|";)/gi;

function misspelt(output: string, attributes: string): string {
  const text = existsSync(attributes) ? readFileSync(attributes, "utf8") : "";
  const names = [...text.matchAll(/"([^"\n]+)"/g)].map(([, name = ""]) => name);
  const typedNames = [...output.matchAll(noAttribute)].map(([, name = ""]) => name).filter((name) => !names.includes(name));
  const lines = [...new Set(typedNames)].map((name) => {
    const hint = didYouMean(name, names);
    return hint === "" ? "" : `\nThe tenant has no attribute ${name}.${hint}`;
  });
  return lines.join("");
}

function settings(): object {
  const appConfig = join(appRoot, "tsconfig.json");
  const typeRoots = join(appRoot, "node_modules", "@types");
  const types = { typeRoots: [typeRoots], types: existsSync(join(typeRoots, "node")) ? ["node"] : [] };
  return existsSync(appConfig)
    ? { extends: appConfig, compilerOptions: { ...FIXED, ...types } }
    : { compilerOptions: { ...DEFAULTS, ...FIXED, ...types } };
}

/** Returns the compiler's path, then its arguments. The compiler is the app's, or this package's if the app has none. */
function compiler(): readonly string[] {
  const compilerPath = [appRoot, packageRoot].flatMap((folder) => {
    try {
      return [createRequire(join(folder, "package.json")).resolve("typescript/package.json")];
    } catch {
      return [];
    }
  })[0];
  if (compilerPath === undefined) throw new PolicyError("TypeScript is not installed, and no policy is used unchecked: run npm install.");
  const { version } = JSON.parse(readFileSync(compilerPath, "utf8")) as { version: string };
  // TypeScript 7 starts four checkers by default, and each reads the packages' types. One checker is enough for a few files.
  const checkers = Number.parseInt(version, 10) < 7 ? [] : ["--checkers", "1"];
  return [join(dirname(compilerPath), "bin", "tsc"), ...checkers];
}
