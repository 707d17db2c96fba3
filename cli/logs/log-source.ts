import { existsSync, readFileSync, statSync } from "node:fs";
import type { Instance } from "../../local/data/instance";
import { type KeptLine, logFilesIn } from "../../local/terminal/log-file";
import { type ReadLine, readLine } from "./log-line";

/** Which lines are wanted. */
export interface WantedLines {
  /** Epoch milliseconds. */
  readonly from: number;
  readonly to: number;
  /** Only lines that bear one of these: codes, ids. @default all lines */
  readonly bearing?: readonly string[];
  /** Only what follows a decision, days later perhaps: mail, accounts, events. @default all */
  readonly followingUp?: boolean;
}

/** Where a deployment's lines are. */
export interface LogSource {
  /** The oldest first. */
  lines(wanted: WantedLines): Promise<readonly ReadLine[]>;
  /** What cannot be read, in a sentence each: a log group that is gone. */
  readonly gaps: readonly string[];
  /** What stand-ins did meanwhile has no code: it is matched by its time. */
  readonly standIns: ReadonlySet<string>;
  /** How long lines are kept, for people who find none. */
  readonly kept: string;
  /** How long to wait before another look, in milliseconds. */
  readonly everyMs: number;
}

export function inOrder(lines: readonly ReadLine[]): readonly ReadLine[] {
  const distinct = [...new Map(lines.map((line) => [line.key, line])).values()];
  return distinct.sort((one, other) => one.at - other.at);
}

const EVERY_MS = 500;

/** What a running npm start keeps: its log, and the events it published. */
export function localSource({ data, eventsFile, endpoints }: Pick<Instance, "data" | "eventsFile" | "endpoints">): LogSource {
  const files = [...logFilesIn(data).map((file) => readerOf(file, keptLine)), readerOf(eventsFile, eventOf)];
  return {
    lines: async ({ from, to, bearing }) =>
      inOrder(
        files
          .flatMap((read) => read())
          .filter(({ at, ids }) => at >= from && at <= to && (bearing === undefined || ids.some((id) => bearing.includes(id)))),
      ),
    gaps: [],
    standIns: new Set([...Object.keys(endpoints), "mail"]),
    kept: "npm start keeps the last ten to twenty megabytes of lines",
    everyMs: EVERY_MS,
  };
}

type Read = (text: string) => ReadLine | undefined;

/** Reads a file again if its size has changed. */
function readerOf(file: string, read: Read): () => readonly ReadLine[] {
  let size = -1;
  let lines: readonly ReadLine[] = [];
  return () => {
    const now = existsSync(file) ? statSync(file).size : 0;
    if (now === size) return lines;
    size = now;
    const texts = now === 0 ? [] : readFileSync(file, "utf8").split("\n");
    lines = texts.flatMap((text) => (text === "" ? [] : (read(text) ?? [])));
    return lines;
  };
}

/** Half a line is being written: the next look has it whole. */
function keptLine(text: string): ReadLine | undefined {
  try {
    const { at, from, line } = JSON.parse(text) as KeptLine;
    return readLine(from, typeof line === "string" ? line : JSON.stringify(line), Date.parse(at), text);
  } catch {
    return undefined;
  }
}

function eventOf(text: string): ReadLine | undefined {
  const line = readLine("event", text, 0, text);
  return line?.from === "event" && line.at > 0 ? line : undefined;
}
