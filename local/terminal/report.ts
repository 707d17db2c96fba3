import { appendFileSync, existsSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";
import { findThrownPlace } from "../../adapters/report";
import { parseJsonObject } from "../../engine/json";
import type { FunctionLog } from "../aws/functions/function-thread";
import type { Answered } from "../aws/gateway/gateway";
import type { ReloadReport } from "../reload/reload";

/** Prints names, codes, times and the gate's own texts, never a person's input. Repeated lines about a reference are printed once. */
export interface Reporter extends FunctionLog, ReloadReport {
  answered(answeredCall: Answered): void;
  /** Prints a failure of the runner itself, one sentence. */
  trouble(sentence: string): void;
}

/** @param keep receives every line of a function or a stand-in, and the gateway's answers */
export function reporter(print: (line: string) => void, keep: (lines: readonly KeptLine[]) => void, timeZone: string): Reporter {
  const clock = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium", timeZone });
  const say = (...columns: (string | undefined)[]) =>
    print([clock.format(new Date()), ...columns.filter((column) => column !== undefined && column !== "")].join("  "));
  const printedLines = new Set<string>();

  return {
    answered(answeredCall) {
      keep([callLine(answeredCall)]);
      say(...answerColumns(answeredCall));
    },
    output(label, lines) {
      const entries = lines.map((line) => ({ line, entry: readLine(line) }));
      const now = new Date().toISOString();
      keep(entries.map(({ line, entry }) => ({ at: entry?.timestamp ?? now, from: label, line: entry ?? line })));
      for (const { line, entry } of entries) {
        if (entry === undefined) say(label, line);
        else if (!isMetric(entry) && entry.verdict === undefined && isNew(printedLines, entry))
          say(label, entry.level, entry.message, reasonText(entry));
      }
    },
    failure(label, why) {
      keep([{ at: new Date().toISOString(), from: label, line: { level: "ERROR", message: why } }]);
      say(label, "ERROR", why);
    },
    trouble(sentence) {
      say(sentence);
    },
    reloaded(files, durationMs, warnings) {
      say("reloaded", files.join(", "), `${durationMs} ms`);
      for (const warning of warnings) print(`  Warning: ${warning}`);
    },
    repeated(label, { outcome, output }, durationMs) {
      const status = outcome.ok ? (outcome.value as { readonly statusCode?: number }).statusCode : 502;
      say("latest request again", ...decisionColumns(label, status ?? 502, output, durationMs));
      const text = outcome.ok ? textIn(outcome.value) : undefined;
      if (text !== undefined) print(`  ${text}`);
    },
    kept(files, problem) {
      say("not reloaded", files.join(", "), "the earlier policy stays in use");
      for (const line of problem.split("\n")) print(`  ${line}`);
    },
  };
}

interface LogLine {
  /** Metrics, in a line of their own or in a line of the logger. */
  readonly _aws?: object;
  readonly timestamp?: string;
  readonly level?: string;
  readonly message?: string;
  readonly verdict?: string;
  readonly rule?: string;
  readonly reasons?: readonly string[];
  readonly reference?: string;
  readonly failure?: { readonly why?: string; readonly error?: string; readonly code?: string; readonly at?: readonly string[] };
  /** A code, or a sentence about settings. */
  readonly why?: string;
  readonly reason?: string;
  readonly error?: string;
  readonly problem?: string;
}

const MOST_REMEMBERED = 10_000;

function isNew(printedLines: Set<string>, { reference, level, message }: LogLine): boolean {
  if (reference === undefined) return true;
  const line = [reference, level, message].join(" ");
  if (printedLines.has(line)) return false;
  if (printedLines.size >= MOST_REMEMBERED) printedLines.clear();
  printedLines.add(line);
  return true;
}

function textIn(value: unknown): string | undefined {
  const { userMessage, data } = JSON.parse((value as { readonly body?: string }).body ?? "{}") as {
    readonly userMessage?: string;
    readonly data?: { readonly actions?: readonly { readonly message?: string }[] };
  };
  return userMessage ?? data?.actions?.[0]?.message;
}

/** Formats a call as API Gateway's access log does. */
function callLine({ route, status, responseType, requestId, durationMs }: Answered): KeptLine {
  const arrivalTime = Date.now() - durationMs;
  const line = { requestId, time: arrivalTime, route: route ?? "unknown path", status, responseType, latencyMs: durationMs };
  return { at: new Date(arrivalTime).toISOString(), from: "gateway", line };
}

/** "TypeError ECONNREFUSED, worker.ts:12:3": why the work of a warning or error failed. */
function reasonText({ level, failure, why, reason, error, problem }: LogLine): string | undefined {
  if (level !== "WARN" && level !== "ERROR") return undefined;
  const thrown = failure && (failure.why ?? [failure.error, failure.code].filter(Boolean).join(" "));
  const place = failure?.why === undefined && failure?.at !== undefined ? findThrownPlace({ at: failure.at }) : undefined;
  return [reason, why, problem, error, thrown, place].filter((each) => typeof each === "string" && each !== "").join(", ");
}

/** Reads a line of the logger. Returns undefined for any other, such as a rule's own console.log. */
function readLine(line: string): LogLine | undefined {
  return parseJsonObject(line);
}

/** True for a line of metrics: numbers and dimensions only. The logger's lines have a level. */
function isMetric({ _aws, level }: LogLine): boolean {
  return _aws !== undefined && level === undefined;
}

function answerColumns({ route, status, responseType, requestId, durationMs, output }: Answered): (string | undefined)[] {
  const name = route === undefined ? "a call to a path that no route has" : route.replace(/^\//, "");
  const duration = `${durationMs} ms`;
  if (responseType !== undefined) {
    return status === 200
      ? [name, "static block page", responseType, duration, `ref ${requestId}`]
      : [name, String(status), responseType, duration];
  }
  return decisionColumns(name, status, output, durationMs);
}

function decisionColumns(name: string, status: number, output: readonly string[], durationMs: number): (string | undefined)[] {
  const duration = `${durationMs} ms`;
  const line = output.map(readLine).find((entry) => entry?.verdict !== undefined && !isMetric(entry));
  if (line === undefined) return [name, String(status), duration];
  const { why, error, at = [] } = line.failure ?? {};
  const failure = line.failure && `failed: ${[why, error, why === "rule" && findThrownPlace({ at })].filter(Boolean).join(", ")}`;
  return [name, line.verdict, line.rule, line.reasons?.join(", "), failure, duration, line.reference && `ref ${line.reference}`];
}

export interface KeptLine {
  /** ISO 8601, UTC. */
  readonly at: string;
  /** The source of the line: a function, `gateway`, or a stand-in's name. */
  readonly from: string;
  /** The logger's JSON, or plain text. */
  readonly line: unknown;
}

/** Returns the log files of a data folder, the older one first: at most two of ten megabytes. */
export function logFilesIn(data: string): readonly [string, string] {
  return [join(data, "log.1.jsonl"), join(data, "log.jsonl")];
}

const MAX_BYTES = 10 * 1_024 * 1_024;

/** Returns a function that writes lines to files that only the owner can read: docs/logs.md. */
export function logKeeper(data: string, maxBytes = MAX_BYTES): (lines: readonly KeptLine[]) => void {
  const [older, file] = logFilesIn(data);
  let bytes = existsSync(file) ? statSync(file).size : 0;
  return (lines) => {
    if (lines.length === 0) return;
    if (bytes > maxBytes) {
      renameSync(file, older);
      bytes = 0;
    }
    const text = lines.map((line) => `${JSON.stringify(line)}\n`).join("");
    appendFileSync(file, text, { mode: 0o600 });
    bytes += Buffer.byteLength(text);
  };
}
