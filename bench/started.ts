import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";

export interface Started {
  readonly readyMs: number;
  readonly apiUrl: string;
  readonly username: string;
  readonly password: string;
  readonly consoleUrl: string;
  readonly pid: number;
  end(): Promise<void>;
}

/** Starts a checkout's gate as `npm start` does, without npm. */
export async function startCheckout(root: string, data: string): Promise<Started> {
  const begunAt = performance.now();
  const args = [join(root, "scripts", "start.mjs"), "--json", "--port", "0", "--data", data];
  const child: ChildProcess = spawn(process.execPath, args, { cwd: root, stdio: ["ignore", "pipe", "ignore"] });
  const ended = once(child, "exit");
  const lines = createInterface({ input: child.stdout as NonNullable<typeof child.stdout> });
  const [line] = await Promise.race([
    once(lines, "line"),
    ended.then(([code]) => Promise.reject(new Error(`npm start in ${root} ended with ${code}.`))),
  ]);
  return {
    ...(JSON.parse(line) as Omit<Started, "readyMs" | "pid" | "end">),
    readyMs: performance.now() - begunAt,
    pid: child.pid as number,
    async end() {
      child.kill("SIGINT");
      await ended;
    },
  };
}

const KIB_PER_MIB = 1_024;

/** Returns the resident memory, in MiB, of a process and all that it has started. Reads /proc, which only Linux has. */
export function treeMemory(root: number): number {
  const parents = new Map<number, number>();
  for (const name of readdirSync("/proc")) {
    const status = /^\d+$/.test(name) ? readStatus(Number(name)) : "";
    const [, parent] = /^PPid:\s+(\d+)/m.exec(status) ?? [];
    if (parent !== undefined) parents.set(Number(name), Number(parent));
  }
  const isInTree = (pid: number | undefined): boolean => pid === root || (pid !== undefined && isInTree(parents.get(pid)));
  const resident = [...parents.keys()].filter(isInTree).map((pid) => Number(/^VmRSS:\s+(\d+)/m.exec(readStatus(pid))?.[1] ?? 0));
  return resident.reduce((sum, each) => sum + each, 0) / KIB_PER_MIB;
}

/** Empty once the process has ended. */
function readStatus(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/status`, "utf8");
  } catch {
    return "";
  }
}
