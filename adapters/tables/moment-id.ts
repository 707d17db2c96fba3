import { randomCode } from "../random-code";

/** An id that tells when something began, `20261121-020305123-k7qd`: UTC, and a random end. Ids are in the order of time. */
export function momentId(now: Date): string {
  const moment = now.toISOString().replace(/[-:.Z]/g, "");
  return `${moment.replace("T", "-")}-${randomCode(4).toLowerCase()}`;
}

export function isMomentId(text: string): boolean {
  return /^\d{8}-\d{9}-[a-z\d]{4}$/.test(text);
}
