import { LONGEST_DEADLINE_MS } from "../../engine/sign-up/policy";

/** In milliseconds: in less, not even a connection is made; no step waits for longer. */
const TIMEOUT = { least: 250, most: LONGEST_DEADLINE_MS } as const;
/** 10 MiB: a function has room for a few at a time. */
const BYTES = { least: 1, most: 10_485_760 } as const;

/** What is wrong with the limits of a call outside, as the rest of a sentence that begins with who makes it. */
export function limitProblems({
  timeoutMs,
  maxBytes = 1,
}: {
  readonly timeoutMs?: unknown;
  readonly maxBytes?: unknown;
}): readonly string[] {
  return [...outOfBounds("timeoutMs", timeoutMs, TIMEOUT), ...outOfBounds("maxBytes", maxBytes, BYTES)];
}

function outOfBounds(
  option: string,
  value: unknown,
  { least, most }: { readonly least: number; readonly most: number },
): readonly string[] {
  if (typeof value === "number" && value >= least && value <= most) return [];
  return [`${option} is ${typeof value === "string" ? JSON.stringify(value) : value}; it must be a number from ${least} to ${most}.`];
}
