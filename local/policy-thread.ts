import { basename, join } from "node:path";
import { Worker } from "node:worker_threads";
import { packageRoot } from "../lib/package-root";

/**
 * The thread loads policies as they are saved now, even if this process has loaded earlier versions.
 * @param module absolute path, without extension
 */
export function startPolicyThread(module: string, workerData: unknown): Worker {
  const options = { workerData, stdout: true, stderr: true, execArgv: [], name: basename(module), env: withoutOwnVariables() };
  if (__filename.endsWith(".js")) return new Worker(`${module}.js`, options);
  return new Worker(loading(`${module}.ts`), { ...options, eval: true });
}

const bundles = new Map<string, string>();

/** Returns code that loads a module and its imports as one bundle, because compiling the files one by one takes several times as long. */
function loading(file: string): string {
  const bundle = bundles.get(file) ?? bundlePolicy(file);
  bundles.set(file, bundle);
  // The module has the file's path, so that the package's folder and its dependencies are found.
  return `
    require(${JSON.stringify(require.resolve("tsx/cjs"))});
    const Module = require("node:module");
    const filename = ${JSON.stringify(file)};
    const paths = Module._nodeModulePaths(require("node:path").dirname(filename));
    Object.assign(new Module(filename), { filename, paths })._compile(${JSON.stringify(bundle)}, filename);`;
}

/** Bundles a module with the package. The policies then import the package from this bundle. */
function bundlePolicy(file: string): string {
  const { buildSync } = require("esbuild") as typeof import("esbuild");
  const index = JSON.stringify(join(packageRoot, "index.ts"));
  const contents = `
    const filename = ${index};
    require.cache[filename] = Object.assign(new (require("node:module"))(filename), { exports: require(${index}), filename, loaded: true });
    require(${JSON.stringify(file)});`;
  const { outputFiles } = buildSync({
    stdin: { contents, resolveDir: packageRoot },
    bundle: true,
    packages: "external",
    platform: "node",
    format: "cjs",
    target: "node20",
    sourcemap: "inline",
    sourcesContent: false,
    write: false,
    outfile: `${file}.js`,
  });
  return outputFiles[0]?.text ?? "";
}

/** Variables of this process that loading a policy needs. */
const NEEDED = /^(CI|GATEHOUSE_.*|HOME|JEST_.*|NODE_.*|PATH|SYSTEMROOT|TE?MP|TMPDIR|TSX_.*|TZ|USERPROFILE|ESBUILD_.*)$/i;

/** A function in AWS has none of the developer's own variables, so no case may depend on one. */
function withoutOwnVariables(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => NEEDED.test(name)));
}
