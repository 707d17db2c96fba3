import type { ReadLine } from "./log-line";

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
  /** What cannot be told, in a sentence each: a log group that is gone. */
  readonly gaps: readonly string[];
  /** What stands-in did meanwhile bears no code: here it is taken by its time. */
  readonly standIns: ReadonlySet<string>;
  /** How long lines are kept, for whoever finds none. */
  readonly kept: string;
  /** How long to wait before another look, in milliseconds. */
  readonly everyMs: number;
}

export function inOrder(lines: readonly ReadLine[]): readonly ReadLine[] {
  const distinct = [...new Map(lines.map((line) => [line.key, line])).values()];
  return distinct.sort((one, other) => one.at - other.at);
}
