import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { Worker, type WorkerOptions } from "node:worker_threads";
import { isWarmingCall } from "../../../adapters/aws/own-calls";
import { packageRoot } from "../../../lib/app-root";
import type { RecordedCall } from "./recorded-calls";

export interface Invocation {
  readonly outcome: InvocationOutcome;
  readonly output: readonly string[];
  /** Present if the function returned a result. */
  readonly inside?: Inside;
}

export interface Inside {
  readonly ms: number;
  readonly calls: readonly RecordedCall[];
}

export type InvocationOutcome =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly why: "error" | "crash" | "timeout"; readonly error: FunctionError };

export interface FunctionError {
  readonly name: string;
  /** May quote what a person typed: never log it. */
  readonly message: string;
}

/** Receives all output, also from outside an invocation, and the failures that Lambda itself would log. */
export interface FunctionLog {
  /** @param label the function's name in the template, without the digits that make it unique */
  output(label: string, lines: readonly string[]): void;
  failure(label: string, why: string): void;
}

export interface LocalFunction {
  readonly name: string;
  /**
   * Loads the bundle, and keeps it loaded, because somebody waits for the answers. Never rejects: a bundle that does not load fails each
   * invocation.
   */
  load(): Promise<void>;
  /** Never rejects. */
  invoke(event: unknown): Promise<Invocation>;
  close(): Promise<void>;
}

export interface RenewableFunction extends LocalFunction {
  /** The newest call that does more than warm the function, and its time, in epoch milliseconds. */
  readonly last: { readonly event: unknown; readonly at: number } | undefined;
  /** Calls under way end with the earlier code. @param env variables that change with the code */
  renew(file: string, env: Readonly<Record<string, string>>): Promise<void>;
}

export interface FunctionSource {
  readonly file: string;
  readonly handlerName: string;
  readonly functionName: string;
  readonly memoryMb: number;
}

export interface ToFunction {
  readonly id: string;
  /** JSON. */
  readonly event: string;
  /** Epoch milliseconds. */
  readonly deadline: number;
}

export type FromFunction =
  | { readonly kind: "loaded" }
  | { readonly kind: "output"; readonly id: string | undefined; readonly text: string }
  | { readonly kind: "result"; readonly id: string; readonly result: string; readonly inside: Inside }
  | { readonly kind: "failure"; readonly id: string; readonly error: FunctionError };

export interface FunctionOptions {
  readonly label: string;
  readonly source: FunctionSource;
  readonly timeoutMs: number;
  /** The function's reserved concurrency. Further calls wait here; Lambda would try an event again later. @default no limit */
  readonly mostAtOnce?: number | undefined;
  readonly env: Readonly<Record<string, string>>;
  /** Milliseconds without a call after which the thread of a function ends that was never loaded ahead of its calls. @default never */
  readonly idleMs?: number | undefined;
  readonly log: FunctionLog;
}

/** All invocations share one thread. If the thread has crashed or hangs, the next call starts a new one. */
export function threadedFunction(initialOptions: FunctionOptions): RenewableFunction {
  let options = initialOptions;
  let environment: Environment | undefined;
  let last: RenewableFunction["last"];
  let isClosed = false;
  const inTurn = takeTurns(options.mostAtOnce);
  const living = () => {
    if (environment === undefined || environment.retired) environment = new Environment(options);
    return environment;
  };
  return {
    name: options.source.functionName,
    load() {
      options = { ...options, idleMs: undefined };
      return living().loaded;
    },
    get last() {
      return last;
    },
    invoke(event) {
      if (!isWarmingCall(event)) last = { event, at: Date.now() };
      return inTurn(async () => (isClosed ? neverBegun : await living().invoke(event)));
    },
    async renew(file, env) {
      options = { ...options, source: { ...options.source, file }, env: { ...options.env, ...env } };
      const [before, after] = [environment, new Environment(options)];
      await after.loaded;
      environment = after;
      before?.retire();
    },
    async close() {
      isClosed = true;
      await environment?.close();
    },
  };
}

const neverBegun: Invocation = {
  outcome: { ok: false, why: "crash", error: { name: "Runtime.ExitError", message: "It is closed." } },
  output: [],
};

/** Returns a function that runs at most `most` actions at once, in the order of their calls. */
function takeTurns(most = Number.POSITIVE_INFINITY): <T>(act: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (act) => {
    if (running < most) running += 1;
    // An action that ends gives its turn to the next one, so `running` stays the same.
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await act();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}

interface Pending {
  readonly resolve: (invocation: Invocation) => void;
  readonly timer: NodeJS.Timeout;
  readonly output: string[];
}

/** A thread with a loaded bundle: Lambda's execution environment. */
class Environment {
  readonly loaded: Promise<void>;
  /** True if the thread receives no new invocations. */
  retired = false;
  private readonly worker: Worker;
  private readonly pending = new Map<string, Pending>();
  private onLoaded = () => {};
  private idle: NodeJS.Timeout | undefined;
  private isLoaded = false;

  constructor(private readonly options: FunctionOptions) {
    this.worker = startWorker({
      name: options.source.functionName,
      workerData: options.source,
      env: { ...options.env },
      // The memory is the thread's own: a function that exceeds it ends only itself, as in AWS.
      resourceLimits: { maxOldGenerationSizeMb: options.source.memoryMb },
      stdout: true,
      stderr: true,
    });
    this.loaded = new Promise((resolve) => {
      this.onLoaded = resolve;
      this.worker.on("exit", () => resolve());
    });
    this.worker.on("message", (message: FromFunction) => this.receive(message));
    for (const stream of [this.worker.stdout, this.worker.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => options.log.output(options.label, splitLines(text)));
    }
    this.worker.on("error", (error: Partial<FunctionError> | null) => {
      this.crash({ name: error?.name ?? typeof error, message: error?.message ?? "" });
    });
    this.worker.on("exit", () => this.crash({ name: "Runtime.ExitError", message: "It ended its process." }));
  }

  invoke(event: unknown): Promise<Invocation> {
    const id = randomUUID();
    const { timeoutMs } = this.options;
    clearTimeout(this.idle);
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.timeOut(id), timeoutMs);
      this.pending.set(id, { resolve, timer, output: [] });
      const message: ToFunction = { id, event: JSON.stringify(event), deadline: Date.now() + timeoutMs };
      this.worker.postMessage(message);
    });
  }

  retire(): void {
    this.retired = true;
    if (this.pending.size === 0) void this.worker.terminate();
  }

  async close(): Promise<void> {
    this.retired = true;
    await this.worker.terminate();
  }

  private receive(message: FromFunction): void {
    switch (message.kind) {
      case "loaded":
        this.isLoaded = true;
        this.onLoaded();
        return;
      case "output": {
        const lines = splitLines(message.text);
        if (message.id !== undefined) this.pending.get(message.id)?.output.push(...lines);
        this.options.log.output(this.options.label, lines);
        return;
      }
      case "result":
        this.settle(message.id, { ok: true, value: JSON.parse(message.result) }, message.inside);
        return;
      case "failure":
        this.settle(message.id, { ok: false, why: "error", error: message.error });
        return;
    }
  }

  private settle(id: string, outcome: InvocationOutcome, inside?: Inside): void {
    const pending = this.pending.get(id);
    if (pending === undefined) return;
    this.pending.delete(id);
    clearTimeout(pending.timer);
    pending.resolve({ outcome, output: pending.output, inside });
    if (this.pending.size > 0) return;
    if (this.retired) void this.worker.terminate();
    else if (this.options.idleMs !== undefined) this.idle = setTimeout(() => this.retire(), this.options.idleMs).unref();
  }

  /** The thread ends once its other invocations have ended. */
  private timeOut(id: string): void {
    this.retired = true;
    const why = `Task timed out after ${(this.options.timeoutMs / 1_000).toFixed(2)} seconds`;
    this.options.log.failure(this.options.label, why);
    this.settle(id, { ok: false, why: "timeout", error: { name: "Sandbox.Timedout", message: why } });
  }

  /**
   * If the function was still loading, logs the error's message: the function has received no person's data yet. Otherwise logs only the
   * error's name, because the message may quote a person.
   */
  private crash({ name, message }: FunctionError): void {
    if (!this.retired) this.options.log.failure(this.options.label, this.isLoaded ? `crashed: ${name}` : `does not load: ${message}`);
    this.retired = true;
    for (const id of [...this.pending.keys()]) this.settle(id, { ok: false, why: "crash", error: { name, message } });
  }
}

/** Starts the thread without the loader of other files: a function's bundle is JavaScript. */
function startWorker(options: WorkerOptions): Worker {
  const module = join(__dirname, "function-worker");
  if (__filename.endsWith(".js")) return new Worker(`${module}.js`, { ...options, execArgv: [] });
  const [loader, source] = [join(packageRoot, "bin", "own-sources.cjs"), `${module}.ts`].map((file) => JSON.stringify(file));
  const lines = [
    // Else esbuild, if the source is not compiled yet, would leave a process of its own in each thread.
    'process.env.ESBUILD_WORKER_THREADS = "0";',
    `require("node:module")._extensions[".ts"] = require(${loader}).loadOwnSource;`,
    `require(${source});`,
    "delete process.env.ESBUILD_WORKER_THREADS;",
  ];
  return new Worker(lines.join("\n"), { ...options, eval: true, execArgv: [] });
}

function splitLines(text: string): string[] {
  return text.split("\n").filter((line) => line !== "");
}
