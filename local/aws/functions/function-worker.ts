import { AsyncLocalStorage } from "node:async_hooks";
import { realpathSync } from "node:fs";
import type { SourceMap } from "node:module";
import { dirname } from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import { hasSourceMap, placeAtSource, sourceMapBeside } from "../../../lib/resources/source-map";
import type { FromFunction, FunctionSource, ToFunction } from "./function-thread";
import { type CallLog, recordCalls } from "./recorded-calls";

// This module runs in a thread for one function.

type Handler = (event: unknown, context: object) => Promise<unknown>;

const port = parentPort as NonNullable<typeof parentPort>;
const { file, handlerName, functionName, memoryMb } = workerData as FunctionSource;
const current = new AsyncLocalStorage<string>();
const calling = new AsyncLocalStorage<CallLog>();
const send = (message: FromFunction) => port.postMessage(message);

// Each output names its invocation, because several invocations run at a time.
for (const name of ["stdout", "stderr"] as const) {
  process[name].write = (chunk: string | Uint8Array, encoding?: unknown, callback?: unknown) => {
    send({ kind: "output", id: current.getStore(), text: typeof chunk === "string" ? chunk : Buffer.from(chunk).toString("utf8") });
    const finish = typeof encoding === "function" ? encoding : callback;
    if (typeof finish === "function") process.nextTick(finish as () => void);
    return true;
  };
}

recordCalls(calling);
nameSources(file);
const handler = (require(file) as Record<string, Handler>)[handlerName];
if (typeof handler !== "function") throw new Error(`The bundle exports no ${handlerName}.`);

port.on("message", ({ id, event, deadline }: ToFunction) => {
  const context = {
    awsRequestId: id,
    functionName,
    functionVersion: "$LATEST",
    invokedFunctionArn: process.env.GATEHOUSE_FUNCTION_ARN,
    memoryLimitInMB: String(memoryMb),
    logGroupName: `/aws/lambda/${functionName}`,
    logStreamName: "local",
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  };
  const log: CallLog = { begun: performance.now(), calls: [] };
  const work = () => calling.run(log, () => handler(JSON.parse(event), context));
  current.run(id, async () => {
    try {
      const result = JSON.stringify((await work()) ?? null);
      send({ kind: "result", id, result, inside: { ms: performance.now() - log.begun, calls: log.calls } });
    } catch (error) {
      const { name, message } = error instanceof Error ? error : { name: typeof error, message: String(error) };
      send({ kind: "failure", id, error: { name, message } });
    }
    // An open connection keeps the log of its invocation in memory, so the log is emptied.
    log.calls.length = 0;
  });
});

send({ kind: "loaded" });

/** Reads the source map for a trace alone: the console's takes 45 MB and half a second. */
function nameSources(file: string): void {
  if (!hasSourceMap(dirname(file))) return;
  let kept: WeakRef<SourceMap> | undefined;
  // `require` resolves links, so stack frames name the file by its real path.
  const code = realpathSync(file);
  Error.prepareStackTrace = (error, frames) => {
    const map = kept?.deref() ?? sourceMapBeside(dirname(file));
    kept = map && new WeakRef(map);
    const isMapped = (frame: NodeJS.CallSite) => map !== undefined && frame.getFileName() === code;
    const lines = frames.map((frame) => (isMapped(frame) ? placeAtSource(map as SourceMap, String(frame)) : String(frame)));
    return [String(error), ...lines.map((line) => `    at ${line}`)].join("\n");
  };
}
