import { randomInt } from "node:crypto";
import { CHANGE_SET_DAYS } from "../change-set";

const MS_PER_SECOND = 1_000;
const SECONDS_PER_DAY = 86_400;
/** Without the letters and digits that are mistaken for others. */
const ID_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz";

/** An id that tells when the set began. */
export function changeSetId(now: Date): string {
  const [day, time] = now
    .toISOString()
    .replace(/[-:.Z]/g, "")
    .split("T");
  const end = Array.from({ length: 4 }, () => ID_ALPHABET[randomInt(ID_ALPHABET.length)]).join("");
  return `${day}-${time}-${end}`;
}

/** When a set that begins now has been kept for long enough, in epoch seconds. */
export function expiryOf(now: Date): number {
  return Math.floor(now.getTime() / MS_PER_SECOND) + CHANGE_SET_DAYS * SECONDS_PER_DAY;
}
