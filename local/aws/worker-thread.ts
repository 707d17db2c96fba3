import { readFileSync } from "node:fs";
import { Worker, type WorkerOptions } from "node:worker_threads";
import { transformSync } from "esbuild";

const compiled = new Map<string, string>();

/**
 * Starts a thread from a TypeScript file. It is compiled here, so that what runs there meets plain Node, without the
 * loader that this process uses.
 */
export function startWorker(file: string, options: WorkerOptions): Worker {
  const code = compiled.get(file) ?? compile(file);
  compiled.set(file, code);
  return new Worker(code, { ...options, eval: true, execArgv: [] });
}

function compile(file: string): string {
  return transformSync(readFileSync(file, "utf8"), { loader: "ts", format: "cjs", target: "node20", sourcefile: file }).code;
}
