import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, extname, join } from "node:path";
import { AssetHashType, DockerImage, FileSystem } from "aws-cdk-lib";
import { type AssetCode, Code } from "aws-cdk-lib/aws-lambda";
import type { IConstruct } from "constructs";
import type { BuildOptions, OutputFile } from "esbuild";
import { bundleRoot, packageRoot } from "../package-root";
import { SetupError } from "../setup-error";
import { writeSourceMap } from "./source-map";
import { withNamedSources } from "./source-names";

export interface BundleOptions {
  /** The file that exports `handler`: absolute, TypeScript or JavaScript. Of this package's own, `sourceFile` knows the path. */
  readonly entry: string;
  /**
   * Modules that stand for others in the bundle: name -> file.
   * @default none
   */
  readonly aliases?: Readonly<Record<string, string>>;
  /**
   * Expressions that the bundle replaces: expression -> JSON.
   * @default none
   */
  readonly define?: Readonly<Record<string, string>>;
  /**
   * Classes keep their names, by which logs tell errors of libraries apart. Makes the bundle a few percent larger.
   * @default false
   */
  readonly keepNames?: boolean;
  /**
   * Other entries that this app bundles by the same options: one run builds them all, and reads what they share once.
   * @default the package's functions without a policy, for one of them; otherwise none
   */
  readonly together?: readonly string[];
}

/** A module of this package: TypeScript in the repository, JavaScript where the package is installed. */
export function sourceFile(...path: readonly string[]): string {
  const module = join(bundleRoot, ...path);
  const found = [".ts", ".mjs", ".js"].map((ending) => `${module}${ending}`).find(existsSync);
  if (found === undefined) throw new Error(`There is no source of a function at ${module}.`);
  return found;
}

/** One entry's output. Only bundles with a policy's files have a source map. */
interface Built {
  readonly text: Uint8Array;
  readonly map: string | undefined;
}

/** Bundles of an app's runs that no function has taken yet, by options. */
const builtAhead = new WeakMap<IConstruct, Map<string, Built>>();

/**
 * A file with what it uses and nothing else, as one index.js. The asset's hash is that of the result: the same code is the
 * same asset, wherever and whenever it is built. A source map lies beside the asset's folder in the CDK's output.
 * @param app whose functions may share a run
 */
export function bundled(bundle: BundleOptions, app: IConstruct): AssetCode {
  const options = buildOptions(bundle);
  // Before the CDK calls, which wraps what fails in there.
  const { buildSync } = loadEsbuild();
  return Code.fromAsset(packageRoot, {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      image: DockerImage.fromRegistry("none: it is built on this machine"),
      // The CDK identifies a bundle by it.
      command: [JSON.stringify(options)],
      local: {
        tryBundle: (folder) => {
          writeBuilt(builtOf(bundle, app, buildSync), folder, (hash) => join(dirname(folder), `asset.${hash}`));
          return true;
        },
      },
    },
  });
}

/** Builds all entries of an app with these options in one run, and returns this entry's output. */
function builtOf(bundle: BundleOptions, app: IConstruct, buildSync: typeof import("esbuild").buildSync): Built {
  const ahead = builtAhead.get(app) ?? new Map<string, Built>();
  builtAhead.set(app, ahead);
  const keyOf = (entry: string) => JSON.stringify(buildOptions({ ...bundle, entry }));
  if (!ahead.has(keyOf(bundle.entry))) {
    const entries = [...new Set([bundle.entry, ...(bundle.together ?? ownEntries(bundle))])];
    const { outputFiles } = buildSync(runOptions(bundle, entries));
    for (const [index, entry] of entries.entries()) ahead.set(keyOf(entry), builtAs(String(index), outputFiles));
  }
  const built = ahead.get(keyOf(bundle.entry)) as Built;
  // Taken once: files may have changed before the next.
  ahead.delete(keyOf(bundle.entry));
  return built;
}

function runOptions(bundle: BundleOptions, entries: readonly string[]) {
  const entryPoints = entries.map((entry, index) => ({ in: entry, out: String(index) }));
  return { ...buildOptions(bundle), entryPoints, outdir: packageRoot, write: false } as const;
}

/** @param name of the entry in `runOptions` */
function builtAs(name: string, files: readonly OutputFile[]): Built {
  const file = (ending: string) => files.find(({ path }) => path === join(packageRoot, `${name}${ending}`));
  const map = file(".js.map");
  return { text: (file(".js") as OutputFile).contents, map: map && withNamedSources(map.text, packageRoot) };
}

/** @param placeOf where the source map is to be found beside @returns the hash that the asset would have */
function writeBuilt({ text, map }: Built, folder: string, placeOf: (hash: string) => string): string {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "index.js"), text);
  const hash = FileSystem.fingerprint(folder);
  if (map !== undefined) writeSourceMap(placeOf(hash), map);
  return hash;
}

/** The package's functions without a policy, of which most apps have most; none for an entry that is none of them. */
function ownEntries({ entry, aliases, define, keepNames }: BundleOptions): readonly string[] {
  if (aliases || define || keepNames) return [];
  const all = functionEntries(extname(entry));
  return all.includes(entry) ? all.filter((file) => !/"#(policy|gates)/.test(readFileSync(file, "utf8"))) : [];
}

/** The entries of functions: the files of `lambda/`, and `*.lambda` of features. */
function functionEntries(ending: string): readonly string[] {
  const filesIn = (...path: readonly string[]) => {
    const folder = join(bundleRoot, ...path);
    return readdirSync(folder).flatMap((name) => (name.endsWith(ending) ? [join(folder, name)] : []));
  };
  const features = readdirSync(join(bundleRoot, "features"), { withFileTypes: true }).filter((each) => each.isDirectory());
  return [
    ...filesIn("lambda").filter((file) => !file.endsWith(".d.ts")),
    ...features.flatMap(({ name }) => filesIn("features", name)).filter((file) => file.endsWith(`.lambda${ending}`)),
  ];
}

/** The hash that the asset would have, without an app to put it into. */
export function bundleFingerprint(bundle: BundleOptions): string {
  const scratch = mkdtempSync(join(tmpdir(), "gatehouse-bundle-"));
  const folder = join(scratch, "code");
  try {
    const { outputFiles } = loadEsbuild().buildSync(runOptions(bundle, [bundle.entry]));
    return writeBuilt(builtAs("0", outputFiles), folder, () => folder);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Builds into a folder, with the source map beside it, while other work goes on. @returns the hash that the asset would have */
export async function writeBundle(bundle: BundleOptions, folder: string): Promise<string> {
  const { outputFiles } = await loadEsbuild().build({ ...runOptions(bundle, [bundle.entry]), logLevel: "silent" });
  return writeBuilt(builtAs("0", outputFiles), folder, () => folder);
}

function buildOptions({ entry, aliases, define = {}, keepNames = false }: BundleOptions) {
  return {
    entryPoints: [entry],
    // A policy and the functions around it share one copy of the package.
    alias: { "entra-gatehouse": sourceFile("index"), ...aliases },
    define,
    absWorkingDir: packageRoot,
    bundle: true,
    platform: "node",
    target: "node24",
    mainFields: ["module", "main"],
    minify: true,
    keepNames,
    // The text stays the same to the byte. Only a policy's files are somebody's to look into.
    ...(aliases && ({ sourcemap: "external", sourcesContent: false } as const)),
    logLevel: "warning",
  } as const satisfies BuildOptions;
}

function loadEsbuild(): typeof import("esbuild") {
  try {
    return require("esbuild");
  } catch (error) {
    throw new SetupError('Gatehouse needs esbuild to bundle its functions: run "npm install --save-dev esbuild", then try again.', {
      cause: error,
    });
  }
}
