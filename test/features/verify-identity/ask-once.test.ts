import { recordId } from "../../../engine/sign-up/records";
import type { Context, RecordKey, Row } from "../../../engine/sign-up/rule";
import type { Put, Write } from "../../../engine/sign-up/verdict";
import { requestId, requestKey } from "../../../features/approvals/request";
import { askOnce, questionHash } from "../../../features/verify-identity/ask-once";
import { verifyIdentity } from "../../../features/verify-identity/rule";
import { ledger } from "../../engine/rules/memory-world";
import { refusal } from "../../engine/rules/refusal";
import { saidBy } from "../../engine/rules/said-by";
import { hashOf, NOW } from "../../engine/sign-up/people";
import { acme, kim, UNAVAILABLE, VERIFIED } from "./fakes";

const now = NOW.getTime();
/** As `questionHash` makes them. */
const Q = hashOf("question");
const row = ledger("identity/acme/kim");
const question = { fields: { first: "Minsu" }, question: Q, ledger: row, personId: "p", attemptsPerDay: 3 };
const callRow = (more: object, turn = 1): Row => ({
  ...row.key,
  turn,
  calls: JSON.stringify([{ reference: Q, attempt: "theirs", at: now, until: now + 5_000, ...more }]),
});

interface Scene {
  readonly remaining?: number;
  /** As each look finds it. */
  readonly rows?: readonly (Row | undefined)[];
  /** Whether a write's condition holds. @param count which one it is */
  readonly wins?: (count: number) => boolean;
  readonly verifier?: ReturnType<typeof acme>;
}

/** One question, on a clock whose timers ring at once if they are waits, and never if they are deadlines. */
async function asked({ remaining = 60_000, rows = [undefined], wins = () => true, verifier = acme() }: Scene) {
  const later = rows.slice(1);
  const waits: number[] = [];
  const written: Put[] = [];
  let running = 0;
  const clock = {
    now: () => now,
    startTimer(milliseconds: number, callback: () => void) {
      running += 1;
      if (milliseconds < 200) {
        waits.push(milliseconds);
        running -= 1;
        queueMicrotask(callback);
      }
      return () => {
        running -= 1;
      };
    },
  };
  const context = {
    records: { get: () => rows[0] },
    signal: new AbortController().signal,
    remainingMs: () => remaining,
    services: {
      clock,
      random: { uuid: () => "ours", fraction: () => 0.5 },
      read: async (keys: readonly RecordKey[]) => new Map(keys.map((key) => [recordId(key), later.shift()])),
      write: async (write: Write) => wins(written.push(write as Put)),
    },
  } as unknown as Context;
  const answer = await askOnce({ ...question, verifier }, context);
  return { answer, waits, written, running, calls: verifier.asked.length };
}

describe("a question to a vendor", () => {
  it("is written as reserved until one second after the function's time ends, then written with its outcome, and leaves no timer running", async () => {
    const { answer, written, running } = await asked({});
    expect(answer).toEqual(VERIFIED);
    expect(running).toBe(0);
    const reserved = { reference: Q, attempt: "ours", at: now };
    expect(written.map(({ item, condition }) => ({ condition, calls: JSON.parse(String(item.calls)) }))).toStrictEqual([
      { condition: "absent", calls: [{ ...reserved, until: now + 61_000 }] },
      { condition: { turn: now }, calls: [{ ...reserved, until: now + 600_000, outcome: VERIFIED }] },
    ]);
  });

  it("waits longer for a call that is asking the vendor than for a call that only wrote first", async () => {
    const answered = callRow({ outcome: VERIFIED });
    expect(await asked({ rows: [callRow({}), callRow({}), answered] })).toMatchObject({ answer: VERIFIED, waits: [150, 150], calls: 0 });
    expect(await asked({ wins: (count) => count > 1, rows: [undefined, answered] })).toMatchObject({
      answer: VERIFIED,
      waits: [20],
      calls: 0,
    });
  });

  it.each([
    { given: "a call", remaining: 500, rows: [undefined], calls: 1, isLate: false },
    { given: "a call", remaining: 499, rows: [undefined], calls: 0, isLate: true },
    { given: "another look", remaining: 250, rows: [callRow({}), callRow({ outcome: VERIFIED })], calls: 0, isLate: false },
    { given: "another look", remaining: 249, rows: [callRow({}), callRow({ outcome: VERIFIED })], calls: 0, isLate: true },
  ])(
    "has $remaining ms left for $given, makes $calls vendor calls, and counts as late: $isLate",
    async ({ remaining, rows, calls, isLate }) => {
      const late = { kind: "unavailable", upstreamFailure: { service: "acme", kind: "timeout" } };
      expect(await asked({ remaining, rows })).toMatchObject({ answer: isLate ? late : VERIFIED, calls });
    },
  );

  it("keeps an answer that cannot be saved, and adds the ledger's failure unless the vendor was unavailable", async () => {
    const lostAfter = async (said: typeof VERIFIED) => {
      const rows = [undefined, ...Array<Row>(9).fill(callRow({ attempt: "ours" }))];
      const { answer, written, waits } = await asked({ rows, wins: (count) => count === 1, verifier: acme(() => said) });
      return { answer, tries: written.length, waits };
    };
    expect(await lostAfter(VERIFIED)).toStrictEqual({
      answer: { ...VERIFIED, upstreamFailure: { service: "ledger", kind: "failed" } },
      tries: 6,
      waits: Array(5).fill(20),
    });
    expect(await lostAfter(UNAVAILABLE)).toMatchObject({ answer: UNAVAILABLE, tries: 6 });
  });

  it.each([
    { given: "codes", said: { vendorReference: "A-1", code: "x.y" }, kept: { vendorReference: "A-1", code: "x.y" } },
    { given: "a text", said: { vendorReference: "Kim Minsu", code: "no match" }, kept: {} },
    { given: "a number", said: { vendorReference: 4_711, code: 5 }, kept: {} },
    { given: "a long one", said: { vendorReference: "a".repeat(200), code: "a".repeat(201) }, kept: { vendorReference: "a".repeat(200) } },
  ])("keeps the vendor's codes and none of its texts: $given", async ({ said, kept }) => {
    const { answer } = await asked({ verifier: acme(() => ({ kind: "refuted", ...said }) as never) });
    expect(answer).toStrictEqual({ kind: "refuted", ...kept });
  });

  it("has the same key in any order of its fields", () => {
    const hash = (fields: Record<string, string>) => questionHash("acme", "kim", fields, hashOf);
    expect(new Set([hash({ a: "1", b: "2", c: "3" }), hash({ c: "3", b: "2", a: "1" }), hash({ b: "2", a: "1", c: "3" })]).size).toBe(1);
    expect(hash({ a: "1", b: "2" })).not.toBe(hash({ a: "2", b: "1" }));
  });
});

describe("the verdict on a vendor's answer", () => {
  const rule = verifyIdentity(acme(() => ({ ...UNAVAILABLE, code: "about Kim" }) as never));
  const [key = row] = rule.needs?.(kim(), hashOf, NOW) ?? [];
  const id = key.key.id;

  it("may rest on an earlier approval, whose request is read only if the policy asks for approval", () => {
    expect(rule.needs?.(kim(), hashOf, NOW)).toStrictEqual([key]);
    const asking = verifyIdentity(acme(), { review: "approval" });
    expect(asking.needs?.(kim(), hashOf, NOW)).toStrictEqual([key, requestKey(requestId(kim(), hashOf))]);
  });

  it("holds no code if the vendor gave no answer", async () =>
    expect((await saidBy(rule, kim())).evidence).toStrictEqual({ identity: "unavailable", vendor: "acme", ledger: id }));

  it("names the ledger row if the day's attempts are used up or the row cannot be read", async () => {
    const called = (index: number) => ({ reference: `${index}`, attempt: `${index}`, at: now, until: now });
    const calls = JSON.stringify([1, 2, 3].map(called));
    const services = { clock: { now: () => now }, random: { uuid: () => "ours" } } as never;
    expect(await saidBy(rule, kim(), { rows: [[key, { turn: 1, calls }]], services })).toStrictEqual({
      kind: "block",
      ...refusal("identity.too-many-attempts"),
      evidence: { ledger: id },
    });
    expect(await saidBy(rule, kim(), { rows: [[key, { turn: 1, calls: 5 }]], services })).toStrictEqual({
      kind: "block",
      ...refusal("identity.unavailable"),
      evidence: { ledger: id },
      upstreamFailure: { service: "ledger", kind: "unreadable" },
    });
  });

  it("fails if `unless` returns neither true nor false", async () =>
    await expect(saidBy(verifyIdentity(acme(), { unless: (() => "yes") as never }), kim())).rejects.toThrow(
      new TypeError('verifyIdentity: `unless` must return true or false; it returned "yes".'),
    ));
});
