import type { DecisionRecord } from "./record";

/** The name of this package's sources in source maps. */
export const OUR_SOURCES = "entra-gatehouse/";

/** Matches the position in the code in a line of a stack trace: `at x (/var/task/index.js:3:73412)`. */
export const IN_CODE = /[^\s(]*index\.js:(\d+):(\d+)/;

/**
 * Returns the first position in the app's own files, or else in a function's code, or else the first of all:
 * `policy/before-create-user.ts:5:18`, `index.js:3:73412`.
 */
export function placeThrown({ at }: Pick<NonNullable<DecisionRecord["thrown"]>, "at">): string | undefined {
  const places = at.map((line) => /([^\s(]+:\d+:\d+)\)?$/.exec(line)?.[1] ?? line);
  const isOthers = (place: string) => place.startsWith(OUR_SOURCES) || /(^|\/)node_modules\/|^node:/.test(place);
  const found =
    places.find((place) => !isOthers(place) && !IN_CODE.test(place)) ?? places.find((place) => IN_CODE.test(place)) ?? places[0];
  return found?.replace(IN_CODE, "index.js:$1:$2");
}
