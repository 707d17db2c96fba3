// A setup file of Vitest. Appends a line of JSON to the file in BENCH_SUITES_FILE for each suite: its path and the processor seconds that
// its worker took since the suite before it, with those of ended child processes.
import { appendFileSync, readFileSync } from "node:fs";

const MICROSECONDS = 1_000_000;
/** A Linux kernel gives times of processes in hundredths of a second. */
const TICKS = 100;
/** The fields of /proc/self/stat after the command's name that contain the times of ended children. */
const [CHILDREN_USER, CHILDREN_SYSTEM] = [13, 14];

function takeUsage() {
  const { user, system } = process.cpuUsage();
  const fields = readFileSync("/proc/self/stat", "utf8").split(") ").at(-1).split(" ");
  const childTicks = Number(fields[CHILDREN_USER]) + Number(fields[CHILDREN_SYSTEM]);
  return { own: (user + system) / MICROSECONDS, children: childTicks / TICKS };
}

// A worker runs this file again for each suite.
const key = Symbol.for("gatehouse.suite-usage");
globalThis[key] ??= { own: 0, children: 0 };

afterAll(() => {
  const [before, now] = [globalThis[key], takeUsage()];
  globalThis[key] = now;
  const line = { path: expect.getState().testPath, own: now.own - before.own, children: now.children - before.children };
  appendFileSync(process.env.BENCH_SUITES_FILE, `${JSON.stringify(line)}\n`);
});
