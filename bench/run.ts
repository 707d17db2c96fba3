import { availableParallelism, cpus } from "node:os";
import { coldStart } from "./cold-start";
import { engine } from "./engine";
import { printed, type Report } from "./report";
import { throughput } from "./throughput";

const benchmarks: Readonly<Record<string, () => Promise<Report>>> = { "cold-start": coldStart, engine, throughput };

/** `npm run bench`, or `npm run bench -- cold-start` for that one alone. The report goes to stdout. */
async function main(asked: readonly string[]): Promise<void> {
  const unknown = asked.find((name) => !Object.hasOwn(benchmarks, name));
  if (unknown !== undefined) {
    console.error(`There is no benchmark "${unknown}". There are: ${Object.keys(benchmarks).join(", ")}.`);
    process.exitCode = 2;
    return;
  }
  console.log(`${availableParallelism()} cores (${cpus()[0]?.model.trim() || "unnamed"}), ${process.platform} ${process.arch}\n`);
  for (const name of asked.length > 0 ? asked : Object.keys(benchmarks))
    console.log(printed(await (benchmarks[name] as () => Promise<Report>)()));
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
