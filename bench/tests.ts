import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { packageRoot } from "../lib/app-root";
import { compareMedians, type Report, tellProgress } from "./report";
import { treeMemory } from "./started";

const DEFAULT_ROUNDS = 3;
const SAMPLE_MS = 500;
const SUITES_SHOWN = 40;
/** A Linux kernel gives times of processes in hundredths of a second. */
const TICKS = 100;

const figures = ["processor seconds", "seconds", "MiB at most, of all processes"] as const;

interface Run {
  readonly whole: readonly [processor: number, seconds: number, mebibytes: number];
  readonly suites: ReadonlyMap<string, { readonly processor: number; readonly tests: number }>;
  /** Each failed test, and each suite that could not run. */
  readonly failed: readonly string[];
}

/**
 * Measures `npm test`. Beside an older checkout, this one runs the suites that stand in both, and then its others apart.
 * @param rounds runs of each checkout
 */
export async function testTimes(rounds = DEFAULT_ROUNDS, older?: string): Promise<Report> {
  const ours = listSuites(packageRoot);
  const both = older === undefined ? ours : ours.filter((suite) => existsSync(join(older, suite)));
  const added = ours.filter((suite) => !both.includes(suite));
  const plans = [
    { root: packageRoot, suites: both },
    ...(older === undefined ? [] : [{ root: older, suites: both }]),
    ...(added.length === 0 ? [] : [{ root: packageRoot, suites: added }]),
  ];
  const measured = plans.map((): Run[] => []);
  for (let round = 0; round < rounds; round += 1)
    for (const [index, { root, suites }] of plans.entries()) {
      tellProgress(`tests: round ${round + 1} of ${rounds}, ${suites.length} suites in ${root}`);
      measured[index]?.push(await runSuites(root, suites));
    }

  const beside = older === undefined ? measured.slice(0, 1) : measured.slice(0, 2);
  const wholes = figures.map((figure, index) => [figure, beside.map((runs) => runs.map(({ whole }) => whole[index] as number))] as const);
  const bySuite = both.map((suite) => {
    const runs = beside.map((all) => all.map(({ suites }) => suites.get(suite)?.processor ?? 0));
    return [`${suite} (${beside.map(([first]) => first?.suites.get(suite)?.tests ?? 0).join(", ")} tests)`, runs] as const;
  });
  const longest = bySuite.sort(([, [a = []]], [, [b = []]]) => Math.max(...b) - Math.max(...a)).slice(0, SUITES_SHOWN);
  const apart = measured.slice(beside.length).flatMap((runs) => [
    compareMedians(
      figures.map((figure, index) => [`${added.length} suites added: ${figure}`, [runs.map(({ whole }) => whole[index] as number)]]),
      0,
    ),
  ]);
  const failed = measured.flat().flatMap((run) => run.failed);
  return {
    title: `Tests: npm test, ${rounds} rounds, ${both.length} suites${older === undefined ? "" : " that stand in both"}`,
    tables: [compareMedians(wholes, 0), ...apart, compareMedians(longest, 1)],
    notes: [
      "Medians. By suite: processor seconds of its worker and of child processes that ended, with loading what no suite before it loaded.",
      ...(failed.length > 0 ? [`${failed.length} tests failed: these numbers are not to be believed.`, ...failed] : []),
    ],
  };
}

function listSuites(root: string): readonly string[] {
  const files = readdirSync(join(root, "test"), { recursive: true, withFileTypes: true });
  return files
    .filter((file) => file.name.endsWith(".test.ts"))
    .map((file) => relative(root, join(file.parentPath, file.name)))
    .filter((path) => !path.includes("node_modules") && !path.startsWith(join("test", "aws")))
    .sort();
}

/** Runs `npm test` of a checkout, with the named suites alone. The checks of the sources run too. */
async function runSuites(root: string, suites: readonly string[]): Promise<Run> {
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-bench-"));
  try {
    const [config, usage, results] = [join(folder, "vitest.config.mjs"), join(folder, "suites"), join(folder, "results.json")];
    const settings = `{ ...config, root: ${JSON.stringify(root)}, test: { ...config.test, setupFiles: [...config.test.setupFiles, ${JSON.stringify(join(__dirname, "suite-usage.mjs"))}] } }`;
    writeFileSync(
      config,
      `import config from ${JSON.stringify(pathToFileURL(join(root, "vitest.config.mjs")))};\nexport default ${settings};\n`,
    );
    writeFileSync(usage, "");
    const [begunAt, processorBefore] = [performance.now(), childSeconds()];
    const options = ["--config", config, "--reporter=json", `--outputFile=${results}`];
    const child = spawn(process.execPath, [join("scripts", "test.mjs"), ...options, ...suites.map((suite) => join(root, suite))], {
      cwd: root,
      stdio: ["ignore", "ignore", "inherit"],
      // As npm sets it: the checks call tools of the packages by name.
      env: { ...process.env, PATH: `${join(root, "node_modules", ".bin")}${delimiter}${process.env.PATH}`, BENCH_SUITES_FILE: usage },
    });
    let peak = 0;
    const sampling = setInterval(() => {
      peak = Math.max(peak, treeMemory(child.pid as number));
    }, SAMPLE_MS);
    await once(child, "exit");
    clearInterval(sampling);
    const whole = [childSeconds() - processorBefore, (performance.now() - begunAt) / 1_000, peak] as const;
    return { whole, ...readResults(root, usage, results) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Returns the processor seconds of all processes that this one started and that have ended. Reads /proc, which only Linux has. */
function childSeconds(): number {
  const [, fields = ""] = readFileSync("/proc/self/stat", "utf8").split(") ");
  const [user, system] = fields.split(" ").slice(13, 15).map(Number);
  return ((user ?? 0) + (system ?? 0)) / TICKS;
}

function readResults(root: string, usage: string, results: string): Pick<Run, "suites" | "failed"> {
  interface Results {
    readonly testResults: readonly {
      readonly name: string;
      readonly status: string;
      readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
    }[];
  }
  const { testResults } = JSON.parse(readFileSync(results, "utf8")) as Results;
  const lines = readFileSync(usage, "utf8").trimEnd().split("\n");
  const used = lines.map((line) => JSON.parse(line) as { readonly path: string; readonly own: number; readonly children: number });
  const suites = testResults.map(({ name, assertionResults }) => {
    const usages = used.filter(({ path }) => path === name);
    const processor = usages.reduce((sum, { own, children }) => sum + own + children, 0);
    return [relative(root, name), { processor, tests: assertionResults.length }] as const;
  });
  const failed = testResults.flatMap(({ name, status, assertionResults }) => {
    const path = relative(root, name);
    const tests = assertionResults.filter((test) => test.status === "failed").map(({ fullName }) => `${path}: ${fullName}`);
    return tests.length === 0 && status === "failed" ? [path] : tests;
  });
  return { suites: new Map(suites), failed };
}
