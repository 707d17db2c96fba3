import { availableParallelism, cpus } from "node:os";
import { coldCalls } from "./cold-calls";
import { coldStart } from "./cold-start";
import { consolePages } from "./console";
import { engine } from "./engine";
import { importRows } from "./import";
import { pageTimes } from "./pages";
import { formatReport, type Report } from "./report";

const benchmarks: Readonly<Record<string, (size?: number) => Promise<Report>>> = {
  "cold-calls": coldCalls,
  "cold-start": () => coldStart(),
  console: consolePages,
  engine: () => engine(),
  import: importRows,
  pages: () => pageTimes(process.env.GATEHOUSE_BENCH_BASE),
};

/** Takes a quarter of an hour, so it runs only by its name. */
const LONG = "console";

/** `npm run bench`, or `npm run bench -- import 1000000` for one benchmark and its size. Prints the report on stdout. */
async function main(args: readonly string[]): Promise<void> {
  const asked = args.filter((each) => !/^\d+$/.test(each));
  const size = args.find((each) => /^\d+$/.test(each));
  const unknown = asked.find((name) => !Object.hasOwn(benchmarks, name));
  if (unknown !== undefined) {
    console.error(`There is no benchmark "${unknown}". There are: ${Object.keys(benchmarks).join(", ")}.`);
    process.exitCode = 2;
    return;
  }
  console.log(`${availableParallelism()} cores (${cpus()[0]?.model.trim() || "unnamed"}), ${process.platform} ${process.arch}\n`);
  for (const name of asked.length > 0 ? asked : Object.keys(benchmarks).filter((each) => each !== LONG))
    console.log(
      formatReport(await (benchmarks[name] as (size?: number) => Promise<Report>)(size === undefined ? undefined : Number(size))),
    );
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
