import type { Row } from "../../sign-up/rule";

/** True if a row's set has neither this member nor room for it: taking a place in it would fail. */
export function isFull(row: Row | undefined, set: string, member: string, atMost: number): boolean {
  const members: unknown = row?.[set];
  return Array.isArray(members) && members.length >= atMost && !members.includes(member);
}
