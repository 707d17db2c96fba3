import type { Decider } from "../../../engine/audited-change";
import type { DecisionAction, TransitionResult } from "../../../features/approvals/change";
import { predictDecision, type Seen } from "../../../features/approvals/deciding";
import { invitePerson } from "../../../features/approvals/invite-person";
import type { ApprovalRequest, ApprovalState, OnApproval, Stage, Stored } from "../../../features/approvals/request";
import { asks, beginFirstStage, escalate, listAskedNow, reassign, remindApprovers } from "../../../features/approvals/stages";
import { stateAt } from "../../../features/approvals/state-at";
import { claim, complete, expire, fail, release, strip, submit, usePass, waive } from "../../../features/approvals/transitions";
import { accept, extend, resend, revokeInvitation } from "../../../features/invitations/invitation";
import { hashOf, NOW } from "../../engine/sign-up/people";
import { account, asking, DAY, failure, HOUR, kim } from "./requests";

// Every state that a request can get into, whoever does whatever in whichever order: walked, not sampled.

const SECURITY = { roles: ["Security"] };
/** Ways to come, by what each is called; the word before the dot is the person. */
const ways: Readonly<Record<string, Decider>> = {
  "ann.session": { objectId: "id-ann", names: ["ann@contoso.com"], addresses: ["ann@contoso.com"], ...SECURITY },
  "ann.mail": { names: ["ann@contoso.com"], addresses: ["ann@contoso.com"] },
  "bea.session": { objectId: "id-bea", names: ["bea@contoso.com"], addresses: ["bea@contoso.com"], ...SECURITY },
  "bea.tagged": { names: ["bea+two@contoso.com"], addresses: ["bea+two@contoso.com"], ...SECURITY },
  "dan.session": { objectId: "id-dan", names: ["dan@contoso.com"], addresses: ["dan@contoso.com"] },
  "lee.session": { objectId: "id-lee", names: ["lee@contoso.com"], addresses: ["lee@contoso.com"], roles: ["Partners", "Security"] },
  "kim.session": { objectId: "id-kim", names: ["kim+work@contoso.com"], addresses: ["kim+work@contoso.com"], ...SECURITY },
  "eve.session": { objectId: "id-eve", names: ["eve@contoso.com"], addresses: ["eve@contoso.com"] },
};
/** Who is meant by the names in a row, written down once more. */
const meant: Readonly<Record<string, readonly string[]>> = {
  "ann@contoso.com": ["ann"],
  "role:Partners": ["lee"],
  "role:Security": ["ann", "bea", "lee"],
  "dan@contoso.com": ["dan"],
  "eve@contoso.com": ["eve"],
};
const delegates: Readonly<Record<string, string>> = { dan: "ann@contoso.com", ann: "dan@contoso.com" };
const personOf = (way: string) => way.split(".")[0] ?? "";
const personAt = (address: string) => address.split("@")[0] ?? "";

const twoStages: readonly Stage[] = [
  { by: ["ann@contoso.com"], need: 1, orElse: ["role:Partners"], withinMinutes: 48 * 60 },
  { by: ["role:Security", "ann@contoso.com"], need: 2 },
];

/** Where everything is: the row, the time, and whether ann and dan stand in for each other. */
interface World {
  readonly row: Stored;
  readonly now: Date;
  readonly delegated: boolean;
}
interface Move {
  readonly name: string;
  readonly go: (world: World) => World | TransitionResult;
}

const say = { by: { kind: "cli", name: "operator" } } as const;
const wait = (days: number): Move => ({
  name: `wait ${days} days`,
  go: (world) => ({ ...world, now: new Date(world.now.getTime() + days * DAY) }),
});
const move = (name: string, change: (row: Stored, now: Date) => TransitionResult): Move => ({
  name,
  go: ({ row, now }) => change(row, now),
});

function deciderOf(way: string, { delegated }: World): Decider {
  const standsInFor = delegates[personOf(way)];
  return { ...ways[way], names: ways[way]?.names ?? [], ...(delegated && standsInFor !== undefined && { standsInFor: [standsInFor] }) };
}

function decides(verb: DecisionAction, way: string, world: World, row: ApprovalRequest, seen: Seen = row): TransitionResult {
  const outcome = predictDecision(verb, row, { by: { kind: "console", name: way }, decider: deciderOf(way, world), seen }, world.now);
  return outcome.ok ? outcome : { ok: false, why: "unknown" };
}

const unknown: TransitionResult = { ok: false, why: "unknown" };
const deciding = (who: readonly string[]): readonly Move[] =>
  who.flatMap((way) =>
    (["approve", "deny"] as const).map((verb) => ({
      name: `${way} ${verb}`,
      go: (world: World) => (world.row === undefined ? unknown : decides(verb, way, world, world.row)),
    })),
  );
const operator = (verb: DecisionAction): Move => ({
  name: verb,
  go: ({ row, now }) => {
    const outcome = row === undefined ? undefined : predictDecision(verb, row, say, now);
    return outcome?.ok ? outcome : unknown;
  },
});
const asked = (onApproval: OnApproval, stages: readonly Stage[]): Move =>
  move("ask", (row, now) =>
    submit(row, asking({ onApproval, answerWithinDays: 4, askAgainAfterDays: 30, ...beginFirstStage(stages, false, now) }), now),
  );
const often: readonly Move[] = [operator("reopen"), move("expire", expire), move("strip", strip), wait(3), wait(40)];

/** What tells two worlds apart: times count from now on, and what nothing depends on is left out. */
function keyOf({ row, now, delegated }: World): string {
  if (row === undefined) return "nothing";
  const left = (at: string | undefined) => at && Math.max(0, Date.parse(at) - now.getTime());
  const since = Math.min(40 * DAY, now.getTime() - Date.parse(row.changedAt));
  const { state, stages, asked, decision, attempts, invitation, strippedAt, lease } = row;
  const votes = state === "pending" ? stages?.votes.map((vote) => [vote.stage, vote.by.name, vote.for]) : undefined;
  const ends = [state === "pending" && row.answerBy, row.passUntil, row.escalatesAt, row.mayAskAgainAt, row.retryAt, lease?.until];
  const facts = [delegated, state, strippedAt !== undefined, state === "pending" ? 0 : since, state === "pending" && stages?.running];
  const more = [asked, votes, ends.map((at) => left(at || undefined)), attempts, decision?.verdict, invitation?.usedBy, row.account?.id];
  return JSON.stringify([facts, more]);
}

interface Step {
  readonly from: World;
  readonly move: Move;
  readonly to: World;
}

/** Every world that the moves lead to, and how one leads to the next. */
function walk(moves: readonly Move[], look: (step: Step) => void) {
  const start: World = { row: undefined, now: NOW, delegated: false };
  const worlds = new Map([[keyOf(start), start]]);
  const edges: (readonly [from: string, to: string, move: string])[] = [];
  for (const [key, from] of worlds) {
    for (const each of moves) {
      const done = each.go(from);
      if ("ok" in done && !done.ok) continue;
      const to = "ok" in done ? { ...from, row: done.request } : done;
      // Of two writers who read the same row the second always loses.
      if ("ok" in done) {
        expect(done.condition).toEqual(from.row === undefined ? "absent" : { turn: from.row.turn });
        expect(to.row?.turn).toBe((from.row?.turn ?? 0) + 1);
      }
      look({ from, move: each, to });
      const next = keyOf(to);
      edges.push([key, next, each.name]);
      if (!worlds.has(next)) worlds.set(next, to);
    }
  }
  return { worlds, edges };
}

/** Worlds from which no sequence of these moves comes to an end. */
function stuck({ worlds, edges }: ReturnType<typeof walk>, without: RegExp): readonly string[] {
  const ends: readonly ApprovalState[] = ["denied", "expired", "admitted", "provisioned"];
  const before = new Map<string, string[]>();
  for (const [from, to, name] of edges) if (!without.test(name)) before.set(to, [...(before.get(to) ?? []), from]);
  const good = new Set([...worlds].flatMap(([key, { row, now }]) => (row === undefined || ends.includes(stateAt(row, now)) ? [key] : [])));
  for (const key of good) for (const each of before.get(key) ?? []) good.add(each);
  return [...worlds.keys()].filter((key) => !good.has(key));
}

/** How many worlds there are in each state. */
function counted({ worlds, edges }: ReturnType<typeof walk>) {
  const states: Record<string, number> = {};
  for (const { row } of worlds.values()) states[row?.state ?? "none"] = (states[row?.state ?? "none"] ?? 0) + 1;
  return { states, edges: edges.length };
}

function expectPromises({ from, move: { name }, to }: Step): void {
  const [before, after] = [from.row, to.row];
  const [way = "", verb] = name.split(" ");
  if (before?.stages === undefined || after?.stages === undefined || !(way in ways)) return;
  const person = personOf(way);
  expect(person).not.toBe("kim");
  if (before.state !== "pending") return;
  const named = listAskedNow(before, from.now).flatMap((each) => meant[each] ?? []);
  const delegator = from.delegated ? personAt(delegates[person] ?? "") : "";
  expect(named.includes(person) || named.includes(delegator)).toBe(true);
  const spent = before.stages.votes.flatMap((vote) => [personOf(vote.by.name), personAt(vote.for ?? "")]);
  expect(spent).not.toContain(person);
  if (verb === "deny") return void expect(after.state).toBe("denied");
  const { running, list, votes } = after.stages;
  expect(votes.slice(0, -1)).toEqual(before.stages.votes);
  expect(votes.at(-1)).toMatchObject({ stage: before.stages.running, by: { name: way } });
  const persons = votes.flatMap((vote) => [personOf(vote.by.name), ...(vote.for === undefined ? [] : [personAt(vote.for)])]);
  expect(new Set(persons).size).toBe(persons.length);
  const full = list.map(({ need }, index) => votes.filter(({ stage }) => stage === index).length >= need);
  // The stages before the running one are complete; the running one is not, unless the request is approved.
  expect(full.map((each, index) => each || index >= running)).not.toContain(false);
  expect(after.state).toBe(full.every(Boolean) ? "approved" : "pending");
  if (after.state === "pending") expect(full[running]).toBe(false);
}

/** What each world owes, whatever led to it. */
function expectFair(world: World): void {
  const { row, now } = world;
  if (row === undefined) return;
  const way = Object.keys(ways).find((each) => asks(row, deciderOf(each, world), now));
  for (const running of [undefined, 0, 1, 2]) {
    if (way === undefined || row.stages === undefined || running === row.stages.running) continue;
    const seen = running === undefined ? {} : { stages: { running } };
    for (const verb of ["approve", "deny"] as const) expect(decides(verb, way, world, row, seen).ok).toBe(false);
  }
  const unseen = row.decision?.verdict === "approved" && { stages: row.stages, decision: { at: "2020-01-01T00:00:00.000Z" } };
  if (unseen) for (const verb of ["deny", "reopen"] as const) expect(decides(verb, "eve.session", world, row, unseen).ok).toBe(false);
}

describe("every possible sequence of changes of a request", () => {
  it("passes two stages in order, only with votes of different people who are asked, and never gets stuck", () => {
    const walked = walk(
      [
        asked("continue", twoStages),
        ...deciding(Object.keys(ways)),
        { name: "delegate", go: (world) => ({ ...world, delegated: !world.delegated }) },
        move("escalate", escalate),
        move("remind", (row, now) => remindApprovers(row, say, now)),
        move("reassign to eve and dan", (row, now) => reassign(row, say, ["eve@contoso.com", "dan@contoso.com"], now)),
        move("reassign to kim", (row, now) => reassign(row, say, [kim.email], now)),
        move("sign up", (row, now) => usePass(row, "call", now)),
        ...often,
      ],
      expectPromises,
    );
    for (const world of walked.worlds.values()) expectFair(world);
    // Whoever is asked can end it, or an operator can ask somebody who can: nobody has to wait for the time to be over.
    expect(stuck(walked, /^(wait|expire)/)).toEqual([]);
    expect(new Set(walked.edges.map(([, , name]) => name))).not.toContain("reassign to kim");
    expect(counted(walked)).toMatchInlineSnapshot(`
      {
        "edges": 5270,
        "states": {
          "admitted": 40,
          "approved": 30,
          "denied": 40,
          "expired": 116,
          "none": 1,
          "pending": 510,
        },
      }
    `);
  });

  it("makes an account only after approval, and leaves no request unfinished", () => {
    const lease = { holder: "worker", leaseMs: HOUR };
    const walked = walk(
      [
        asked("provision", [{ by: ["role:Security"], need: 1 }]),
        ...deciding(["ann.session", "bea.session", "kim.session"]),
        operator("retry"),
        move("claim", (row, now) => claim(row, lease, now)),
        move("complete", (row, now) => complete(row, lease.holder, account, now)),
        move("fail", (row, now) => fail(row, lease.holder, failure, now)),
        // The worker fails such a request after its last try.
        move("release", (row, now) =>
          (row?.attempts ?? 0) > 1 ? unknown : release(row, lease.holder, new Date(now.getTime() + HOUR), now),
        ),
        move("waive", waive),
        ...often,
      ],
      (step) => {
        expectPromises(step);
        if (step.to.row?.state === "provisioning") expect(step.to.row.decision?.verdict).toBe("approved");
      },
    );
    for (const world of walked.worlds.values()) expectFair(world);
    expect(stuck(walked, /^expire/)).toEqual([]);
    expect(counted(walked)).toMatchInlineSnapshot(`
      {
        "edges": 3097,
        "states": {
          "admitted": 300,
          "approved": 75,
          "denied": 90,
          "expired": 18,
          "failed": 60,
          "none": 1,
          "pending": 3,
          "provisioned": 60,
          "provisioning": 87,
        },
      }
    `);
  });

  it("lets one account use an invitation once, and only before it is withdrawn", () => {
    const sending = { ...say, code: "K7QD9MXD", days: 4 };
    const walked = walk(
      [
        move("invite", (row, now) => invitePerson(row, { email: kim.email, sponsor: "ann@contoso.com" }, sending, hashOf, now)),
        move("resend", (row, now) => resend(row, sending, now)),
        move("extend", (row, now) => extend(row, say, new Date(now.getTime() + 4 * DAY), now)),
        move("revoke", (row, now) => revokeInvitation(row, say, now)),
        move("accept", (row, now) => accept(row, "call", "account", now)),
        ...often,
      ],
      ({ from, move: { name }, to }) => {
        if (name !== "accept") return;
        expect(from.row && stateAt(from.row, from.now)).toBe("approved");
        expect([from.row?.decision?.verdict, to.row?.state]).toEqual(["approved", "admitted"]);
      },
    );
    expect(stuck(walked, /^expire/)).toEqual([]);
    expect(counted(walked)).toMatchInlineSnapshot(`
      {
        "edges": 701,
        "states": {
          "admitted": 30,
          "approved": 30,
          "denied": 60,
          "expired": 32,
          "none": 1,
        },
      }
    `);
  });
});
