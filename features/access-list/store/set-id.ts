import { randomCode } from "../../../adapters/random-code";
import { MS_PER_DAY } from "../../../engine/sign-up/time";
import { CHANGE_SET_DAYS } from "../change-set";

/** An id that tells when the set began. */
export function changeSetId(now: Date): string {
  const moment = now.toISOString().replace(/[-:.Z]/g, "");
  return `${moment.replace("T", "-")}-${randomCode(4).toLowerCase()}`;
}

/** When a set that begins now has been kept for long enough, in epoch seconds. */
export function expiryOf(now: Date): number {
  return Math.floor((now.getTime() + CHANGE_SET_DAYS * MS_PER_DAY) / 1_000);
}
