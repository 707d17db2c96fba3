import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packageRoot } from "../lib/app-root";
import { compareMedians, type Report, tellProgress } from "./report";
import { type Started, startCheckout } from "./started";

const DEFAULT_ROUNDS = 3;
const commands = ["--help", "list show --local", "why kim@contoso.com --local"];

/** Measures commands of the checkout. @param rounds runs of each command, after one that is not counted */
export async function commandTimes(rounds = DEFAULT_ROUNDS, older?: string): Promise<Report> {
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
