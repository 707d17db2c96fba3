import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism, cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { packageRoot } from "../lib/app-root";
import { coldCalls } from "./cold-calls";
import { coldStart } from "./cold-start";
import { consolePages } from "./console";
import { engine } from "./engine";
import { importRows } from "./import";
import { pageTimes } from "./pages";
import { compareMedians, formatReport, type Report, tellProgress } from "./report";
import { startTimes } from "./start";
import { type Started, startCheckout } from "./started";
import { testTimes } from "./tests";
import { actCalls, workerTimes } from "./workers";

const DEFAULT_ROUNDS = 3;
const commands = ["--help", "list show --local", "why kim@contoso.com --local"];

/** Measures commands of the checkout. @param rounds runs of each command, after one that is not counted */
async function commandTimes(rounds = DEFAULT_ROUNDS, older?: string): Promise<Report> {
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-bench-"));
  const roots = older === undefined ? [packageRoot] : [packageRoot, older];
  const checkouts: { readonly root: string; readonly data: string; readonly started: Started }[] = [];
  try {
    for (const [index, root] of roots.entries()) {
      const data = join(folder, String(index));
      checkouts.push({ root, data, started: await startCheckout(root, data) });
    }
    const rows = commands.map((command) => {
      tellProgress(`command: ${command}`);
      const words = command.split(" ");
      const measured = checkouts.map((): number[] => []);
      for (let round = -1; round < rounds; round += 1)
        for (const [index, { root, data }] of checkouts.entries()) {
          const place = words.includes("--local") ? ["--data", data] : [];
          const seconds = processorSeconds(root, [join(root, "bin", "entra-gatehouse.mjs"), ...words, ...place], folder);
          if (round >= 0) measured[index]?.push(seconds);
        }
      return [command, measured] as const;
    });
    const nodeAlone = processorSeconds(packageRoot, ["--eval", "0"], folder);
    return {
      title: `Command: processor seconds in the repository, ${rounds} runs, Node ${process.version}`,
      tables: [[...compareMedians(rows, 2), ["node --eval 0", nodeAlone.toFixed(2)]]],
      notes: ["Medians. The first run after an edit, which compiles, is not counted."],
    };
  } finally {
    for (const { started } of checkouts) await started.end();
    rmSync(folder, { recursive: true, force: true });
  }
}

function processorSeconds(root: string, args: readonly string[], folder: string): number {
  const usageFile = join(folder, "usage");
  execFileSync(process.execPath, ["--require", join(__dirname, "usage.cjs"), ...args], {
    cwd: root,
    stdio: ["ignore", "ignore", "inherit"],
    env: { ...process.env, BENCH_USAGE_FILE: usageFile },
  });
  return (JSON.parse(readFileSync(usageFile, "utf8")) as { readonly cpuSeconds: number }).cpuSeconds;
}

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
