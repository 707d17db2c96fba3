import { basename } from "node:path";
import { Worker } from "node:worker_threads";

/**
 * Starts a thread that loads policies as they are now, whatever this process has loaded. In the repository it loads
 * TypeScript, as this process does; the installed package is compiled.
 * @param module without its ending, absolute
 */
export function startPolicyThread(module: string, workerData: unknown): Worker {
  const options = { workerData, stdout: true, stderr: true, execArgv: [], name: basename(module), env: withoutOwnVariables() };
  if (__filename.endsWith(".js")) return new Worker(`${module}.js`, options);
  const code = [require.resolve("tsx/cjs"), `${module}.ts`].map((path) => `require(${JSON.stringify(path)});`).join("\n");
  return new Worker(code, { ...options, eval: true });
}

/** What loading a policy needs of this process's variables. */
const NEEDED = /^(CI|GATEHOUSE_.*|HOME|JEST_.*|NODE_.*|PATH|SYSTEMROOT|TE?MP|TMPDIR|TSX_.*|TZ|USERPROFILE|ESBUILD_.*)$/i;

/** A function in AWS has no variable of the developer's: neither has a policy while it is tried, or its cases would pass by them. */
function withoutOwnVariables(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => NEEDED.test(name)));
}
