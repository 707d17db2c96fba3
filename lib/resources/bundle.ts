import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { AssetHashType, DockerImage, FileSystem } from "aws-cdk-lib";
import { type AssetCode, Code } from "aws-cdk-lib/aws-lambda";
import type { BuildOptions, Metafile, OutputFile } from "esbuild";
import * as v from "valibot";
import { bundleRoot, KEPT_BUNDLES, packageRoot } from "../app-root";
import { PolicyError, SetupError } from "../errors";
import { assertBundleLoads, bundleError, withNamedSources } from "./policy-bundle";
import { writeSourceMap } from "./source-map";

/** The entry of a function, and the replacements in its bundle. */
export interface BundleOptions {
  /**
   * Absolute path of the TypeScript or JavaScript file that exports `handler`. For a file of this package, `sourceFile` returns the path.
   */
  readonly entry: string;
  /** Modules that replace others: name -> file. @default none */
  readonly aliases?: Readonly<Record<string, string>>;
  /** The policy file, if the bundle has one. A bundle with a policy must load without the app's folder and packages. @default none */
  readonly policy?: string;
  /** Expressions that the build replaces: expression -> JSON. @default none */
  readonly define?: Readonly<Record<string, string>>;
  /**
   * True if classes keep their names, so that logs show which error of a library occurred. Makes the bundle a third larger.
   * @default false
   */
  readonly keepNames?: boolean;
}

/** Returns the path of a module: TypeScript in the repository, JavaScript in an installed package. */
export function sourceFile(...path: readonly string[]): string {
  const module = join(bundleRoot, ...path);
  const foundFile = [".ts", ".mjs", ".js"].map((ending) => `${module}${ending}`).find(existsSync);
  if (foundFile === undefined) throw new Error(`There is no source of a function at ${module}.`);
  return foundFile;
}

const OUTPUT = "index.js";

/** The result of a build. Only bundles with a policy's files have a source map. */
interface Built {
  readonly text: Uint8Array;
  readonly map: string | undefined;
}

interface Fresh extends Built {
  readonly inputs: readonly string[];
}

/** Bundles a file and its imports into one index.js. The asset's hash is that of the output, so the same code is always the same asset. */
export function buildBundle(bundle: BundleOptions): Bundled {
  // Loads esbuild before the CDK bundles, because the CDK would wrap the error of a missing esbuild.
  loadEsbuild();
  let flaw: PolicyError | undefined;
  const code = Code.fromAsset(packageRoot, {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      image: DockerImage.fromRegistry("none: it is built on this machine"),
      // `local` builds the bundle, so this command never runs. The CDK uses the command only to tell bundles apart.
      command: [JSON.stringify(buildOptions(bundle))],
      local: {
        tryBundle: (folder) => {
          try {
            writeBuilt(takeKept(bundle), folder, (hash) => join(dirname(folder), `asset.${hash}`));
            if (bundle.policy !== undefined) assertBundleLoads(join(folder, OUTPUT), bundle.policy);
          } catch (error) {
            if (error instanceof PolicyError) flaw = error;
            throw error;
          }
          return true;
        },
      },
    },
  });
  return { code, flaw: () => flaw };
}

interface Bundled {
  readonly code: AssetCode;
  /** The policy's fault, if it made the build fail: the CDK's own error only quotes it. */
  flaw(): PolicyError | undefined;
}

/** Returns a bundle that an earlier run of `npm start` built from the same files, or builds it. A bundle with a policy is always built. */
function takeKept(bundle: BundleOptions): Built {
  const folder = process.env[KEPT_BUNDLES];
  if (folder === undefined || bundle.aliases !== undefined) return builtSync(bundle);
  const file = join(folder, hashContent(JSON.stringify([loadEsbuild().version, buildOptions(bundle)])));
  const text = readKept(file);
  if (text !== undefined) return { text, map: undefined };
  const freshBundle = builtSync(bundle);
  keepBundle(file, freshBundle.text, freshBundle.inputs);
  return freshBundle;
}

function builtSync(bundle: BundleOptions): Fresh {
  try {
    return readOutput(loadEsbuild().buildSync(runOptions(bundle)));
  } catch (error) {
    throw explainFailure(bundle, error);
  }
}

function explainFailure({ aliases }: BundleOptions, error: unknown): unknown {
  return aliases === undefined ? error : bundleError(error);
}

function runOptions(bundle: BundleOptions) {
  return { ...buildOptions(bundle), outfile: join(packageRoot, OUTPUT), write: false, metafile: true } as const;
}

function readOutput({ outputFiles, metafile }: { readonly outputFiles: readonly OutputFile[]; readonly metafile: Metafile }): Fresh {
  const file = (ending: string) => outputFiles.find(({ path }) => path === join(packageRoot, `${OUTPUT}${ending}`));
  const map = file(".map");
  return {
    text: (file("") as OutputFile).contents,
    map: map && withNamedSources(map.text, packageRoot),
    inputs: Object.keys(metafile.inputs).map((input) => resolve(packageRoot, input)),
  };
}

/** @param placeOf returns the path beside which the source map is written @returns the hash that the asset would have */
function writeBuilt({ text, map }: Built, folder: string, placeOf: (hash: string) => string): string {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, OUTPUT), text);
  const hash = FileSystem.fingerprint(folder);
  if (map !== undefined) writeSourceMap(placeOf(hash), map);
  return hash;
}

/** Returns the hash that the bundle's asset would have. Needs no app. */
export function bundleFingerprint(bundle: BundleOptions): string {
  const scratch = mkdtempSync(join(tmpdir(), "gatehouse-bundle-"));
  const folder = join(scratch, "code");
  try {
    return writeBuilt(builtSync(bundle), folder, () => folder);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/**
 * Builds the bundle into the folder, and its source map beside the folder, without blocking. Throws PolicyError if the fault is in a
 * policy's files.
 * @returns the hash that the asset would have
 */
export async function writeBundle(bundle: BundleOptions, folder: string): Promise<string> {
  const buildResult = await loadEsbuild()
    .build(runOptions(bundle))
    .catch((error) => {
      throw explainFailure(bundle, error);
    });
  return writeBuilt(readOutput(buildResult), folder, () => folder);
}

function buildOptions({ entry, aliases, define = {}, keepNames = false }: BundleOptions) {
  return {
    entryPoints: [entry],
    // A policy and its function share one copy of the package.
    alias: { "entra-gatehouse": sourceFile("index"), "node:stream/web": sourceFile("adapters", "aws", "later-web-streams"), ...aliases },
    define,
    absWorkingDir: packageRoot,
    bundle: true,
    platform: "node",
    target: "node24",
    // Node 24 supports Unicode property escapes. Without this line, esbuild would write such expressions as calls of RegExp, which slow
    // each start and stay in the bundle even if nothing uses them.
    supported: { "regexp-unicode-property-escapes": true },
    mainFields: ["module", "main"],
    minifyWhitespace: true,
    minifySyntax: true,
    // esbuild's own `keepNames` is not used, because it names an inner function again at each call of the outer function.
    minifyIdentifiers: !keepNames,
    // Only a policy's bundle has a source map: a person who reads a stack trace looks for the policy's files. The map is external, so the
    // code's bytes do not change.
    ...(aliases && ({ sourcemap: "external", sourcesContent: false } as const)),
    // With a policy, esbuild prints nothing, because `bundleError` reports the policy's faults.
    logLevel: aliases === undefined ? "warning" : "silent",
  } as const satisfies BuildOptions;
}

function loadEsbuild(): typeof import("esbuild") {
  // esbuild is a Go program. Less frequent garbage collection saves a seventh of a first start (decision 0161).
  process.env.GOGC ??= "400";
  try {
    return require("esbuild");
  } catch (error) {
    throw new SetupError('Gatehouse needs esbuild to bundle its functions: run "npm install --save-dev esbuild", then try again.', {
      cause: error,
    });
  }
}

const keptBundle = v.object({ text: v.string(), inputs: v.record(v.string(), v.string()) });

function hashContent(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

function readKept(file: string): Uint8Array | undefined {
  try {
    const { text, inputs } = v.parse(keptBundle, JSON.parse(readFileSync(file, "utf8")));
    const isUnchanged = Object.entries(inputs).every(([input, hash]) => hashContent(readFileSync(input)) === hash);
    return isUnchanged ? Buffer.from(text) : undefined;
  } catch {
    return undefined;
  }
}

function keepBundle(file: string, text: Uint8Array, inputs: readonly string[]): void {
  try {
    const hashes = Object.fromEntries(inputs.map((input) => [input, hashContent(readFileSync(input))]));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(`${file}.${process.pid}`, JSON.stringify({ text: Buffer.from(text).toString("utf8"), inputs: hashes }));
    renameSync(`${file}.${process.pid}`, file);
  } catch {}
}
