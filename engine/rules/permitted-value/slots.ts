import type { Row } from "../../sign-up/rule";

/** Who has a place in a row's set. */
export function holdersOf(row: Row | undefined, set: string): readonly string[] {
  const members: unknown = row?.[set];
  return Array.isArray(members) ? members.filter((member) => typeof member === "string") : [];
}

/** True if a row's set has neither this member nor room for it: taking a place in it would fail. */
export function isFull(row: Row | undefined, set: string, member: string, atMost: number): boolean {
  const members = holdersOf(row, set);
  return members.length >= atMost && !members.includes(member);
}
