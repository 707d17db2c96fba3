import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, extname, join, parse } from "node:path";
import { AssetHashType, DockerImage, FileSystem } from "aws-cdk-lib";
import { type AssetCode, Code } from "aws-cdk-lib/aws-lambda";
import type { IConstruct } from "constructs";
import type { BuildOptions } from "esbuild";
import { bundleRoot, packageRoot } from "../package-root";
import { SetupError } from "../setup-error";
import { buildOrKeep } from "./kept-bundles";

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
  return [".ts", ".mjs", ".js"].map((ending) => `${module}${ending}`).find(existsSync) ?? `${module}.ts`;
}

/** What an app's runs have built and no function has taken yet: options -> text. */
const builtAhead = new WeakMap<IConstruct, Map<string, Uint8Array>>();

/**
 * A file with what it uses and nothing else, as one index.js. The asset's hash is that of the result: the same code is the
 * same asset, wherever and whenever it is built.
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
          const build = (outfile: string) => writeFileSync(outfile, textOf(bundle, app, buildSync));
          const outfile = join(folder, "index.js");
          // What replaces a module may be a policy's file, with others around it.
          if (bundle.aliases === undefined) buildOrKeep(options, outfile, build);
          else build(outfile);
          return true;
        },
      },
    },
  });
}

/** The text that a run of this entry alone would write, from a run of all its app needs by these options. */
function textOf(bundle: BundleOptions, app: IConstruct, buildSync: typeof import("esbuild").buildSync): Uint8Array {
  const built = builtAhead.get(app) ?? new Map<string, Uint8Array>();
  builtAhead.set(app, built);
  const keyOf = (entry: string) => JSON.stringify(buildOptions({ ...bundle, entry }));
  if (!built.has(keyOf(bundle.entry))) {
    const entries = [...new Set([bundle.entry, ...(bundle.together ?? ownEntries(bundle))])];
    const entryPoints = entries.map((entry, index) => ({ in: entry, out: String(index) }));
    const { outputFiles } = buildSync({ ...buildOptions(bundle), entryPoints, outdir: packageRoot, write: false });
    for (const { path, contents } of outputFiles) built.set(keyOf(entries[Number(parse(path).name)] as string), contents);
  }
  const text = built.get(keyOf(bundle.entry)) as Uint8Array;
  // Taken once: files may have changed before the next.
  built.delete(keyOf(bundle.entry));
  return text;
}

/** The package's functions without a policy, of which most apps have most; none for an entry that is none of them. */
function ownEntries({ entry, aliases, define, keepNames }: BundleOptions): readonly string[] {
  const folder = join(bundleRoot, "lambda");
  if (dirname(entry) !== folder || aliases || define || keepNames) return [];
  const files = readdirSync(folder).filter((name) => extname(name) === extname(entry) && !name.endsWith(".d.ts"));
  return files.map((name) => join(folder, name)).filter((file) => !/"#(policy|gates)/.test(readFileSync(file, "utf8")));
}

/** The hash that the asset would have, without an app to put it into. */
export function bundleFingerprint(bundle: BundleOptions): string {
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-bundle-"));
  try {
    loadEsbuild().buildSync({ ...buildOptions(bundle), outfile: join(folder, "index.js") });
    return FileSystem.fingerprint(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Builds into a folder, beside other work. @returns the hash that the asset would have */
export async function writeBundle(bundle: BundleOptions, folder: string): Promise<string> {
  await loadEsbuild().build({ ...buildOptions(bundle), outfile: join(folder, "index.js"), logLevel: "silent" });
  return FileSystem.fingerprint(folder);
}

function buildOptions({ entry, aliases = {}, define = {}, keepNames = false }: BundleOptions) {
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
