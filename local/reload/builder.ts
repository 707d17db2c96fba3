import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import { packageRoot } from "../../lib/app-root";
import type { ServedPolicy } from "../../lib/stage";
import { clockLimit } from "../policies/job-threads";

export interface BuildOrder {
  readonly functions: readonly ServedPolicy[];
  /** Folder of this build. Each function gets a subfolder, numbered by its place in the list. */
  readonly outDir: string;
}

export interface LimitedOrder extends BuildOrder {
  /** Processor time for the build. */
  readonly limitMs: number;
}

export type BuildResult =
  | {
      readonly ok: true;
      readonly functions: readonly BuiltFunction[];
      /** Likely mistakes in the policy, one sentence each. */
      readonly warnings: readonly string[];
    }
  /** The reason why the policy cannot be used, with file and line. */
  | { readonly ok: false; readonly problem: string };

export interface BuiltFunction {
  /** Absolute path of index.js. */
  readonly file: string;
  readonly version: string;
  /** Resources that the rules use now and did not use at the start, in words. */
  readonly missing: readonly string[];
  /** Absolute paths of the files that features read for the step, such as texts. */
  readonly texts: readonly string[];
}

/** Processor time of a build. A policy that takes longer is in an endless loop. */
const LIMIT_MS = 20_000;

interface BuildLimits {
  /** @default startProcess */
  readonly begin?: () => ChildProcess;
  /** Limit of processor time, in milliseconds. @default 20000 */
  readonly limitMs?: number;
  /** Limit of time by the clock, in milliseconds. It ends the build of a policy that only waits. @default fifteen times `limitMs` */
  readonly clockMs?: number;
}

export interface Builder {
  /** Builds one policy at a time. Never rejects. */
  build(order: BuildOrder): Promise<BuildResult>;
  close(): void;
}

/** Each build uses a process that was started in advance. */
export function policyBuilder({ begin = startProcess, limitMs = LIMIT_MS, clockMs = clockLimit(limitMs) }: BuildLimits = {}): Builder {
  let spare = begin();
  return {
    async build(order) {
      // The process may have ended already, for example because a file that it loads was only half saved.
      const usedBuilder = spare.connected ? spare : begin();
      const result = await resultFrom(usedBuilder, { ...order, limitMs }, clockMs);
      usedBuilder.kill("SIGKILL");
      spare = begin();
      return result;
    },
    close: () => void spare.kill("SIGKILL"),
  };
}

function startProcess(): ChildProcess {
  const isTypeScript = __filename.endsWith(".ts");
  const child = fork(join(__dirname, `policy-build-worker.${isTypeScript ? "ts" : "js"}`), [], {
    execArgv: isTypeScript ? ["--require", join(packageRoot, "bin", "typescript.cjs")] : [],
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  // The child process must not keep this process alive.
  child.unref();
  child.channel?.unref();
  return child;
}

async function resultFrom(child: ChildProcess, order: LimitedOrder, clockMs: number): Promise<BuildResult> {
  let errors = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
  });
  const timer = setTimeout(() => child.kill("SIGKILL"), clockMs);
  try {
    const result = new Promise<BuildResult>((resolve) => {
      child.on("message", (message: BuildResult) => resolve(message));
      child.on("error", ({ message: problem }) => resolve({ ok: false, problem }));
      child.on("exit", (_, signal) => {
        const why =
          signal === null ? "it ends its process." : `after ${clockMs / 1_000} s it has not come to an end. What does it wait for?`;
        resolve({ ok: false, problem: errors.trim() || `The policy cannot be loaded: ${why}` });
      });
    });
    child.send(order);
    return await result;
  } finally {
    clearTimeout(timer);
  }
}
