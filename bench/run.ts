import { existsSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { join } from "node:path";
import { actCalls } from "./acts";
import { coldCalls } from "./cold-calls";
import { coldStart } from "./cold-start";
import { commandTimes } from "./command";
import { consolePages } from "./console";
import { engine } from "./engine";
import { importRows } from "./import";
import { pageTimes } from "./pages";
import { formatReport, type Report } from "./report";
import { startTimes } from "./start";
import { testTimes } from "./tests";
import { workerTimes } from "./workers";

const AGAINST = "--against";

type Benchmark = (size?: number, older?: string) => Promise<Report>;

const benchmarks: Readonly<Record<string, Benchmark>> = {
  acts: actCalls,
  "cold-calls": coldCalls,
  "cold-start": (_, older) => coldStart(older),
  command: commandTimes,
  console: consolePages,
  engine: () => engine(),
  import: importRows,
  pages: (_, older) => pageTimes(older),
  start: startTimes,
  tests: testTimes,
  workers: workerTimes,
};

/** Run only if they are named: the console takes a quarter of an hour, the tests take that for each run. */
const LONG: readonly string[] = ["console", "tests"];

/**
 * Runs the named benchmarks. If none is named, runs all but the longest two. `npm run bench -- import 1000000` runs one benchmark with its
 * size. With `--against FOLDER`, the benchmarks of acts, cold starts, commands, pages, starts, tests and workers also measure the older checkout there. Its
 * packages must be installed.
 */
async function main(given: readonly string[]): Promise<void> {
  const at = given.indexOf(AGAINST);
  const older = at < 0 ? undefined : given[at + 1];
  const args = given.filter((_, index) => at < 0 || (index !== at && index !== at + 1));
  const names = args.filter((each) => !/^\d+$/.test(each));
  const size = args.find((each) => /^\d+$/.test(each));
  const unknown = names.find((name) => !Object.hasOwn(benchmarks, name));
  if (at >= 0 && (older === undefined || !existsSync(join(older, "bench", "bundles.ts")))) {
    console.error(`${AGAINST} needs the folder of another checkout, with its packages installed.`);
    process.exitCode = 2;
    return;
  }
  if (unknown !== undefined) {
    console.error(`There is no benchmark "${unknown}". There are: ${Object.keys(benchmarks).join(", ")}.`);
    process.exitCode = 2;
    return;
  }
  console.log(`${availableParallelism()} cores (${cpus()[0]?.model.trim() || "unnamed"}), ${process.platform} ${process.arch}\n`);
  for (const name of names.length > 0 ? names : Object.keys(benchmarks).filter((each) => !LONG.includes(each)))
    console.log(formatReport(await (benchmarks[name] as Benchmark)(size === undefined ? undefined : Number(size), older)));
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
