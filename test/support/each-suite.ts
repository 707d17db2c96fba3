import Module, { findSourceMap } from "node:module";
import { join } from "node:path";
import fc from "fast-check";
import * as gatehouse from "../../index";
import { packageRoot } from "../../lib/app-root";
import { removePolicyFolders } from "./policy-folder";

// The same input at each run: what a property finds by luck must not fail a change that has nothing to do with it. With
// TEST_RUNS, which is for finding, each run has its own.
fc.configureGlobal(process.env.TEST_RUNS === undefined ? { seed: 1 } : {});

// Suites share a process: each leaves it as it was.
const { env } = process;
// A start takes what another one built with the same variables: these alone differ from worker to worker.
delete env.VITEST_POOL_ID;
delete env.VITEST_WORKER_ID;
const before = { ...env };
const { Date: clock } = globalThis;
const onRejection = process.listeners("unhandledRejection");
afterAll(() => {
  vi.useRealTimers();
  // Cases replace both for good: without Vitest's listeners, no other suite would fail by a promise that nobody awaits.
  globalThis.Date = clock;
  clock.prototype.constructor = clock;
  process.removeAllListeners("unhandledRejection");
  for (const listener of onRejection) process.on("unhandledRejection", listener);
  removePolicyFolders();
  process.env = env;
  for (const name of Object.keys(env)) if (!(name in before)) delete env[name];
  Object.assign(env, before);
});

// Node loads a policy's folder, as it does for the command. The policy and the suite share this package.
const index = join(packageRoot, "index.ts");
require.cache[index] ??= Object.assign(new Module(index), { exports: gatehouse, filename: index, loaded: true });

// Vitest knows the lines of what it loads itself; those of a policy Node knows.
const { prepareStackTrace } = Error;
if (prepareStackTrace !== undefined && !("knowsPolicies" in prepareStackTrace)) {
  const prepare = (error: Error, frames: NodeJS.CallSite[]) =>
    String(prepareStackTrace(error, frames)).replace(
      /(\/[^\s():]+\.tsx?):(\d+):(\d+)/g,
      (place, file: string, line: string, column: string) => {
        const entry = findSourceMap(file)?.findEntry(Number(line) - 1, Number(column) - 1);
        return entry !== undefined && "originalLine" in entry ? `${file}:${entry.originalLine + 1}:${entry.originalColumn + 1}` : place;
      },
    );
  Error.prepareStackTrace = Object.assign(prepare, { knowsPolicies: true });
}
