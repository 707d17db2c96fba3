// This file is loaded before a program. It writes the program's peak memory, in KiB, and processor time, in seconds, into the file that
// BENCH_USAGE_FILE names.
const { writeFileSync } = require("node:fs");

const MICROSECONDS = 1_000_000;

process.on("exit", () => {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  writeFileSync(
    process.env.BENCH_USAGE_FILE,
    JSON.stringify({ peakKiB: maxRSS, cpuSeconds: (userCPUTime + systemCPUTime) / MICROSECONDS }),
  );
});
