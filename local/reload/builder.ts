import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import { packageRoot } from "../../lib/package-root";
import type { ServedPolicy } from "../../lib/sign-up/step-bundle";

/** A request to build the functions of the saved policy. */
export interface BuildOrder {
  readonly functions: readonly ServedPolicy[];
  /** Folder of this build. Each function gets a subfolder, numbered by its place in the list. */
  readonly outDir: string;
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
  /** index.js, absolute. */
  readonly file: string;
  readonly version: string;
  /** Resources, in words, that the rules use now and did not at the start. */
  readonly missing: readonly string[];
  /** The files of its texts, absolute. */
  readonly texts: readonly string[];
}

/** A policy that takes longer is in an endless loop. */
const LONGEST_BUILD_MS = 15_000;

/** Builds a policy's functions. */
export interface Builder {
  /** Never rejects. Builds one at a time. */
  build(order: BuildOrder): Promise<BuildResult>;
  close(): void;
}

/** Each build uses a process that was started in advance. @param begin starts a process; a test starts its own and waits longer */
export function policyBuilder(begin: () => ChildProcess = startProcess, longestMs = LONGEST_BUILD_MS): Builder {
  let spare = begin();
  return {
    async build(order) {
      // The process may have ended early: a file that it loads may have been half saved.
      const used = spare.connected ? spare : begin();
      const result = await resultFrom(used, order, longestMs);
      used.kill("SIGKILL");
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
  // The process must not delay the end of this one.
  child.unref();
  child.channel?.unref();
  return child;
}

async function resultFrom(child: ChildProcess, order: BuildOrder, longestMs: number): Promise<BuildResult> {
  let errors = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
  });
  const timer = setTimeout(() => child.kill("SIGKILL"), longestMs);
  try {
    const result = new Promise<BuildResult>((resolve) => {
      child.on("message", (message: BuildResult) => resolve(message));
      child.on("error", ({ message: problem }) => resolve({ ok: false, problem }));
      child.on("exit", (_, signal) => {
        const why = signal === null ? "it ends its process" : "it does not come to an end";
        resolve({ ok: false, problem: errors.trim() || `The policy cannot be loaded: ${why}.` });
      });
    });
    child.send(order);
    return await result;
  } finally {
    clearTimeout(timer);
  }
}
