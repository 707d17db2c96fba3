// Loaded before a program. Writes the program's peak memory (KiB) and processor time (s) into the file in BENCH_USAGE_FILE.
const { writeFileSync } = require("node:fs");

const MICROSECONDS = 1_000_000;

process.on("exit", () => {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  writeFileSync(
    process.env.BENCH_USAGE_FILE,
    JSON.stringify({ peakKiB: maxRSS, cpuSeconds: (userCPUTime + systemCPUTime) / MICROSECONDS }),
  );
});
