import {
  type AccessRun,
  confirmedRun,
  decideWorkerTurn,
  isAhead,
  isMany,
  isOwnRun,
  mayAct,
  mayBeGone,
  runsAhead,
} from "../../../features/expiry/run";
import { day, iso } from "../accounts/accounts";

const run: AccessRun = {
  at: iso(10),
  state: "done",
  ...{ toDisable: 30, toDelete: 12, inForce: 400, reminded: 0, disabled: 0, deleted: 0, skipped: 0 },
};
const waiting: AccessRun = { ...run, state: "waiting", why: "many" };
const jumped: AccessRun = { ...run, state: "waiting", why: "clock" };
const running: AccessRun = { ...run, state: "running" };
/** So many hours after the run began. */
const after = (hours: number, ms = 0) => new Date(day(10).getTime() + hours * 3_600_000 + ms);
const WEEK = 7 * 24;

it.each([
  ["three of three", 3, 3, false],
  ["four of eighty", 4, 80, false],
  ["four of fewer", 4, 79, true],
  ["twenty of four hundred", 20, 400, false],
  ["twenty-one of any number", 21, 10_000, true],
])("decides if %s accounts are so many at once that a person must confirm: %s, %s, %s", (_, accounts, inForce, expected) =>
  expect(isMany(accounts, inForce)).toBe(expected),
);

it.each([
  ["few", 20, run, true],
  ["many that nobody confirmed", 21, run, false],
  ["as many as were confirmed", 42, confirmedRun(waiting, "lee"), true],
  ["more than were confirmed", 43, confirmedRun(waiting, "lee"), false],
] as const)("decides if a run may disable and delete %s at once (%s)", (_, accounts, of, expected) =>
  expect(mayAct(accounts, of)).toBe(expected),
);

it.each([
  ["none, of none", 0, 0, run, true],
  ["two, of two", 2, 0, run, true],
  ["three, of three", 3, 0, run, false],
  ["three, of four", 3, 1, run, true],
  ["three, of three, in a confirmed run", 3, 0, confirmedRun(run, "lee"), true],
  ["many, of many more", 21, 300, run, false],
  ["many, in a confirmed run", 21, 300, confirmedRun(run, "lee"), true],
] as const)("decides if accounts count as gone: %s", (_, gone, found, of, expected) => expect(mayBeGone(gone, found, of)).toBe(expected));

it.each<[string, readonly AccessRun[], Date, ReturnType<typeof decideWorkerTurn>]>([
  ["begins where there was no run", [], day(10), { kind: "begin", jumped: false }],
  ["rests after a run", [run], after(20, -1), { kind: "rest" }],
  ["begins again twenty hours later", [run], after(20), { kind: "begin", jumped: false }],
  ["begins again a week later", [run], after(WEEK), { kind: "begin", jumped: false }],
  ["doubts the clock after a longer silence", [run], after(WEEK, 1), { kind: "begin", jumped: true }],
  ["goes on with a run", [running], after(WEEK), { kind: "go-on", run: running }],
  ["does not go on with a run from before a longer silence", [running], after(WEEK, 1), { kind: "begin", jumped: true }],
  ["waits for a day", [waiting], after(24, -1), { kind: "wait", run: waiting }],
  ["counts afresh after it", [waiting], after(24), { kind: "begin", jumped: false }],
  ["doubts the clock where nobody confirmed for longer than a week", [waiting], after(WEEK, 1), { kind: "begin", jumped: true }],
  ["still doubts the clock a day later", [jumped], after(24), { kind: "begin", jumped: true }],
  ["takes an hour ahead for now", [run], after(-1), { kind: "rest" }],
  ["does nothing while the clock is behind a run", [run], after(-1, -1), { kind: "behind" }],
  ["does nothing while the clock is behind a run that is under way", [{ ...running, why: "clock" }], after(-2), { kind: "behind" }],
  ["does nothing while the clock is behind a run that waits for its number", [waiting], after(-2), { kind: "behind" }],
  ["looks past a run that a wrong clock began", [jumped, { ...run, at: iso(9) }], after(-2), { kind: "begin", jumped: false }],
])("the worker %s", (_, runs, now, turn) => expect(decideWorkerTurn(runs, now)).toEqual(turn));

it("treats a run as begun by a wrong clock if its time is more than an hour ahead", () => {
  expect(isAhead(run, after(-1))).toBe(false);
  expect(isAhead(run, after(-1, -1))).toBe(true);
});

it.each<[string, readonly string[], boolean]>([
  ["what they ended early", ["arn:aws:sts::1:assumed-role/Ops/kim@contoso.com"], true],
  ["what they and somebody else ended early", ["kim@contoso.com", "lee@contoso.com"], false],
  ["what somebody else ended early", ["lee@contoso.com"], false],
  ["what nobody ended early", [], false],
])("decides if a person confirms their own run: %s", (_, names, expected) => {
  const enders = names.map((by) => ({ by }));
  expect(isOwnRun(enders, { by: "kim@contoso.com" })).toBe(expected);
});

it("records who lets a run continue", () =>
  expect(confirmedRun(waiting, "lee")).toEqual({ ...waiting, state: "running", confirmedBy: "lee" }));

it("lists the runs that lie more than an hour ahead", () => {
  const [soon, far] = [
    { ...run, at: iso(11) },
    { ...run, at: iso(20) },
  ];
  expect(runsAhead([far, soon, run], after(23))).toEqual([far]);
});
