import { appendFileSync, existsSync, statSync, truncateSync } from "node:fs";
import type { FunctionLog } from "../aws/functions/function-thread";
import type { Answered } from "../aws/gateway/gateway";
import type { ReloadReport } from "../reload/reload";

/** What the runner tells while it runs: names, codes and times, never what a person typed. */
export interface Reporter extends FunctionLog, ReloadReport {
  answered(answered: Answered): void;
  /** A failure of the runner's own, in a sentence. */
  trouble(sentence: string): void;
}

const MAX_LOG_BYTES = 10 * 1_024 * 1_024;

/**
 * @param print takes one line
 * @param logFile gets every line that a function writes; begun anew when a start finds it large
 * @param timeZone in which times are told
 */
export function reporter(print: (line: string) => void, logFile: string, timeZone: string): Reporter {
  if (existsSync(logFile) && statSync(logFile).size > MAX_LOG_BYTES) truncateSync(logFile);
  const clock = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium", timeZone });
  const say = (...columns: (string | undefined)[]) =>
    print([clock.format(new Date()), ...columns.filter((column) => column !== undefined && column !== "")].join("  "));

  return {
    answered(answered) {
      say(...answerColumns(answered));
    },
    output(label, lines) {
      appendFileSync(logFile, lines.map((line) => `${line}\n`).join(""), { mode: 0o600 });
      for (const line of lines) {
        const entry = readLine(line);
        if (entry === undefined) say(label, line);
        else if (!isMetric(entry) && entry.verdict === undefined) say(label, entry.level, entry.message);
      }
    },
    failure(label, why) {
      appendFileSync(logFile, `${label} ${why}\n`, { mode: 0o600 });
      say(label, "ERROR", why);
    },
    trouble(sentence) {
      say(sentence);
    },
    reloaded(files, durationMs) {
      say("reloaded", files.join(", "), `${durationMs} ms`);
    },
    repeated(label, { outcome, output }, durationMs) {
      const status = outcome.ok ? (outcome.value as { readonly statusCode?: number }).statusCode : 502;
      say("newest call again", ...decisionColumns(label, status ?? 502, output, durationMs));
    },
    kept(files, problem) {
      say("not reloaded", files.join(", "), "the policy before it goes on");
      for (const line of problem.split("\n")) print(`  ${line}`);
    },
  };
}

/** A function's structured log line, as far as it is told on. */
interface LogLine {
  /** Only metrics have it. */
  readonly _aws?: object;
  readonly level?: string;
  readonly message?: string;
  readonly verdict?: string;
  readonly rule?: string;
  readonly reasons?: readonly string[];
  readonly reference?: string;
  readonly failure?: { readonly why: string; readonly error?: string };
}

/** Undefined for what is not of the logger's making, such as a rule's own console.log. */
function readLine(line: string): LogLine | undefined {
  try {
    const parsed: unknown = JSON.parse(line);
    return typeof parsed === "object" && parsed !== null ? parsed : undefined;
  } catch {
    return undefined;
  }
}

/** Its members are numbers and dimensions, a verdict among them. */
function isMetric({ _aws }: LogLine): boolean {
  return _aws !== undefined;
}

function answerColumns({ route, status, responseType, requestId, durationMs, output }: Answered): (string | undefined)[] {
  const name = (route ?? "unknown path").replace(/^\//, "");
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
  const failure = line.failure && `failed: ${[line.failure.why, line.failure.error].filter(Boolean).join(", ")}`;
  return [name, line.verdict, line.rule, line.reasons?.join(", "), failure, duration, line.reference && `ref ${line.reference}`];
}
