import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { AssetHashType, DockerImage, FileSystem } from "aws-cdk-lib";
import { type AssetCode, Code } from "aws-cdk-lib/aws-lambda";
import type { BuildOptions, Metafile, OutputFile } from "esbuild";
import { PolicyError, SetupError } from "../errors";
import { bundleRoot, KEPT_BUNDLES, packageRoot } from "../package-root";
import { hashContent, keepBundle, readKept } from "./kept-bundle";
import { assertBundleLoads, bundleError } from "./policy-bundle";
import { writeSourceMap } from "./source-map";
import { withNamedSources } from "./source-names";

/** The entry of a function, and what its bundle replaces. */
export interface BundleOptions {
  /** The file that exports `handler`: absolute, TypeScript or JavaScript. Of this package's own, `sourceFile` knows the path. */
  readonly entry: string;
  /**
   * Modules that stand for others in the bundle: name -> file.
   * @default none
   */
  readonly aliases?: Readonly<Record<string, string>>;
  /**
   * The file of the policy that it is made from. Its bundle has to load by itself.
   * @default none
   */
  readonly policy?: string;
  /**
   * Expressions that the bundle replaces: expression -> JSON.
   * @default none
   */
  readonly define?: Readonly<Record<string, string>>;
  /**
   * Classes keep their names, by which logs tell errors of libraries apart. Makes the bundle a third larger.
   * @default false
   */
  readonly keepNames?: boolean;
}

/** A module of this package: TypeScript in the repository, JavaScript where the package is installed. */
export function sourceFile(...path: readonly string[]): string {
  const module = join(bundleRoot, ...path);
  const foundFile = [".ts", ".mjs", ".js"].map((ending) => `${module}${ending}`).find(existsSync);
  if (foundFile === undefined) throw new Error(`There is no source of a function at ${module}.`);
  return foundFile;
}

const OUTPUT = "index.js";

/** A run's output. Only bundles with a policy's files have a source map. */
interface Built {
  readonly text: Uint8Array;
  readonly map: string | undefined;
}

interface Fresh extends Built {
  /** The files that it was built from, absolute. */
  readonly inputs: readonly string[];
}

/**
 * A file with what it uses and nothing else, as one index.js. The asset's hash is that of the result: the same code is the
 * same asset, wherever and whenever it is built. A source map lies beside the asset's folder in the CDK's output.
 */
export function buildBundle(bundle: BundleOptions): Bundled {
  // Before the CDK calls, which wraps what fails in there.
  loadEsbuild();
  let flaw: PolicyError | undefined;
  const code = Code.fromAsset(packageRoot, {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      image: DockerImage.fromRegistry("none: it is built on this machine"),
      // The CDK identifies a bundle by it.
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

/** A function's code. */
interface Bundled {
  readonly code: AssetCode;
  /** Why it could not be made: the CDK throws an error of its own, which only quotes this one. */
  flaw(): PolicyError | undefined;
}

/** Builds a bundle, or takes what an earlier run of an app built for `npm start` of the same files. One with a policy is built each time. */
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

/** Throws PolicyError where the fault is in a policy's files. */
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

/** @param placeOf where the source map is to be found beside @returns the hash that the asset would have */
function writeBuilt({ text, map }: Built, folder: string, placeOf: (hash: string) => string): string {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, OUTPUT), text);
  const hash = FileSystem.fingerprint(folder);
  if (map !== undefined) writeSourceMap(placeOf(hash), map);
  return hash;
}

/** The hash that the asset would have, without an app to put it into. */
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
 * Builds into a folder, with the source map beside it, while other work goes on. Throws PolicyError where the fault is in a policy's files.
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
    // A policy and the functions around it share one copy of the package.
    alias: { "entra-gatehouse": sourceFile("index"), "node:stream/web": sourceFile("adapters", "aws", "later-web-streams"), ...aliases },
    define,
    absWorkingDir: packageRoot,
    bundle: true,
    platform: "node",
    target: "node24",
    // Node 24 has them. As calls of RegExp they would be made at each start, and valibot's for emoji would stay though nothing uses it.
    supported: { "regexp-unicode-property-escapes": true },
    mainFields: ["module", "main"],
    minifyWhitespace: true,
    minifySyntax: true,
    // Not esbuild's `keepNames`, which names each function anew whenever the function around it is called.
    minifyIdentifiers: !keepNames,
    // The text stays the same to the byte. Only a policy's files are somebody's to look into.
    ...(aliases && ({ sourcemap: "external", sourcesContent: false } as const)),
    // `bundleError` tells what is wrong with a policy.
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
