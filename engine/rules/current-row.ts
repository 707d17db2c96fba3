import { expiryTime } from "../access-list/row";
import type { Row } from "../sign-up/rule";

/** True while a row that an operator keeps counts: its `expiresAt` is not over. One that cannot be read ends it. */
export function isCurrent({ expiresAt }: Row, now: Date): boolean {
  if (expiresAt === undefined) return true;
  const end = expiryTime(expiresAt);
  return end !== undefined && now.getTime() < end;
}
