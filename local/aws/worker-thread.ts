import { Worker, type WorkerOptions } from "node:worker_threads";
import { buildSync } from "esbuild";

const compiled = new Map<string, string>();

/**
 * Starts a thread from one of our modules, named without its extension. Compiles TypeScript here, so that the thread runs plain Node
 * without this process's loader.
 */
export function startWorker(module: string, options: WorkerOptions): Worker {
  if (__filename.endsWith(".js")) return new Worker(`${module}.js`, { ...options, execArgv: [] });
  const file = `${module}.ts`;
  const code = compiled.get(file) ?? compile(file);
  compiled.set(file, code);
  return new Worker(code, { ...options, eval: true, execArgv: [] });
}

function compile(file: string): string {
  const settings = { bundle: true, platform: "node", packages: "external", format: "cjs", target: "node20", write: false } as const;
  return buildSync({ ...settings, entryPoints: [file] }).outputFiles[0]?.text ?? "";
}
