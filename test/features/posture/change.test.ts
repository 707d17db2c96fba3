import type { Row } from "../../../engine/sign-up/rule";
import { changedPosture, type PostureChange, type PostureFlaw, postureFlaw } from "../../../features/posture/change";

const now = new Date("2030-06-15T12:00:00.000Z");
const [minute, moment] = [60_000, 1];
const at = (ms: number) => new Date(now.getTime() + ms);
const close: PostureChange = { gate: "suppliers", state: "closed", reason: "bots", by: "oid-kim", name: "Kim", via: "console" };
const open: PostureChange = { gate: "suppliers", state: "open", by: "arn:kim", via: "command" };

it.each<[string, PostureChange, PostureFlaw | undefined]>([
  ["a close", close, undefined],
  ["a close without a reason", { ...close, reason: undefined } as never, "no-reason"],
  ["a close for spaces", { ...close, reason: "  " }, "no-reason"],
  ["a reason as long as may be", { ...close, reason: "x".repeat(300) }, undefined],
  ["a longer one", { ...close, reason: "x".repeat(301) }, "long-reason"],
  ["a longer one of an open gate", { ...open, reason: "x".repeat(301) }, "long-reason"],
  ["an end in a moment", { ...close, until: at(moment) }, undefined],
  ["an end now", { ...close, until: at(0) }, "until-past"],
  ["a beginning later", { ...close, from: at(minute) }, undefined],
  ["a beginning in the past", { ...close, from: at(-minute) }, undefined],
  ["an end after the beginning", { ...close, from: at(minute), until: at(minute + moment) }, undefined],
  ["an end at the beginning", { ...close, from: at(minute), until: at(minute) }, "until-before-from"],
  ["an end before the beginning", { ...close, from: at(minute), until: at(moment) }, "until-before-from"],
  ["the last end that can be read back", { ...close, until: new Date("2543-01-01T00:00:00.000Z") }, undefined],
  ["an end in a year that reads as Buddhist", { ...close, until: new Date("2543-01-01T00:00:00.001Z") }, "too-late"],
  ["an end after the years that ISO 8601 writes", { ...close, until: new Date("+010000-01-01T00:00:00.000Z") }, "too-late"],
  ["four hours into such a year", { ...close, from: new Date("2542-12-31T21:00:00.000Z") }, "too-late"],
  ["an open gate, without a reason", open, undefined],
  ["an open gate with an end", { ...open, until: at(minute) }, "open-has-no-time"],
  ["an open gate with a beginning", { ...open, from: at(minute) }, "open-has-no-time"],
])("explains the flaw in a change of a gate: %s", (_, change, flaw) => expect(postureFlaw(change, now)).toBe(flaw));

const key = { reference: "posture", id: "suppliers" };
const closed = { ...key, state: "closed", reason: "bots", by: "oid-kim", name: "Kim", via: "console", since: now.toISOString() };
const until = "2030-06-15T16:00:00.000Z";
const surge = { surgeWindow: "w-7", surgeSince: "2030-06-15T11:00:00.000Z", surgeUntil: "2030-06-15T15:00:00.000Z" };

it.each<[string, Row | undefined, PostureChange, object]>([
  ["a close, which ends in four hours", undefined, close, { ...closed, until, revision: 1 }],
  ["its reason without spaces around it", undefined, { ...close, reason: " bots " }, { ...closed, until, revision: 1 }],
  [
    "a close by a command, until it says so",
    { revision: 6 },
    { ...close, name: undefined, via: "command", until: at(minute) } as never,
    {
      ...key,
      state: "closed",
      reason: "bots",
      by: "oid-kim",
      via: "command",
      since: now.toISOString(),
      until: at(minute).toISOString(),
      revision: 7,
    },
  ],
  [
    "a beginning later, with four hours from then on",
    { revision: "6" },
    { ...close, from: at(minute) },
    { ...closed, from: at(minute).toISOString(), until: "2030-06-15T16:01:00.000Z", revision: 1 },
  ],
  ["a beginning now, which is none", undefined, { ...close, from: at(0) }, { ...closed, until, revision: 1 }],
  ["a beginning in the past, which is none", undefined, { ...close, from: at(-minute) }, { ...closed, until, revision: 1 }],
  [
    "an opening, which has no end and no reason",
    undefined,
    { ...open, reason: " " },
    { ...key, state: "open", by: "arn:kim", via: "command", since: now.toISOString(), revision: 1 },
  ],
  [
    "an opening, which ends a surge: its window sets the gate no second time",
    { ...closed, ...surge, revision: 1 },
    open,
    { ...key, state: "open", by: "arn:kim", via: "command", since: now.toISOString(), surgeWindow: "w-7", revision: 2 },
  ],
  ["a close during a surge, which counts again afterwards", { ...surge }, close, { ...closed, until, ...surge, revision: 1 }],
  [
    "a close that begins later: until then the surge counts",
    { ...surge },
    { ...close, from: at(minute) },
    { ...closed, from: at(minute).toISOString(), until: "2030-06-15T16:01:00.000Z", ...surge, revision: 1 },
  ],
  ["nothing of a surge that is no text", { surgeWindow: 7 }, close, { ...closed, until, revision: 1 }],
])("a change of a gate writes the gate's new row: %s", (_, before, change, row) =>
  expect(changedPosture(before, change, now)).toStrictEqual(row),
);
