import fc from "fast-check";
import { system } from "../../../adapters/system";
import type { Decision } from "../../../engine/sign-up/decision";
import { decide } from "../../../engine/sign-up/engine";
import { beforeCreateUser } from "../../../engine/sign-up/policy";
import { countingRows } from "../../../features/counting-rows";
import { questionReference } from "../../../features/verify-identity/ask-once";
import { verifyIdentity } from "../../../features/verify-identity/rule";
import { hashOf } from "../../engine/sign-up/people";
import { acme, hang, kim, memoryLedger, REFUTED, UNAVAILABLE, VERIFIED } from "./fakes";

// Kim signs up again and again, on several function instances, some of which die in the middle; half before midnight.

const START = Date.parse("2026-03-01T23:48:00Z");
const MS_PER_DAY = 24 * 60 * 60_000;
const RUNS = 400;
/** What the engine keeps back of a deadline, and how long a lease outlasts it. */
const ENGINE_MS = 400;
const LEASE_MARGIN_MS = 1_000;
/** How long an answer stands. */
const REMEMBERED_MS = 10 * 60_000;
/** What the rule keeps back from the vendor. */
const SETTLE_MS = 300;

const outcomes = { verified: VERIFIED, refuted: REFUTED, unavailable: UNAVAILABLE };

/** One call of Entra's, on an instance of its own. Times in milliseconds. */
interface Visit {
  readonly at: number;
  readonly surname: string;
  readonly deadlineMs: number;
  readonly vendor: { readonly says: keyof typeof outcomes; readonly after: number };
  /** The instance dies at this step of its way: before or after a read, a write, a question or an answer. */
  readonly diesAt?: number;
  /** How long the table takes, each way, in turn. */
  readonly delays: readonly number[];
}

const visit: fc.Arbitrary<Visit> = fc.record(
  {
    at: fc
      .record({ minute: fc.oneof(fc.constant(0), fc.nat(24)), rest: fc.oneof(fc.nat(40), fc.nat(10_000)) })
      .map(({ minute, rest }) => minute * 60_000 + rest),
    surname: fc.oneof({ arbitrary: fc.constant("a"), weight: 2 }, { arbitrary: fc.constantFrom("b", "c", "d"), weight: 1 }),
    deadlineMs: fc.constantFrom(2_000, 8_000),
    vendor: fc.record({
      says: fc.constantFrom("verified", "verified", "refuted", "unavailable"),
      after: fc.oneof(fc.nat(500), fc.nat(9_000)),
    }),
    diesAt: fc.nat(9),
    delays: fc.array(fc.nat(30), { minLength: 1, maxLength: 7 }),
  },
  { requiredKeys: ["at", "surname", "deadlineMs", "vendor", "delays"] },
);

interface Question {
  readonly reference: string;
  readonly asked: number;
  /** When its reservation ends by itself. */
  readonly leaseEnd: number;
  /** When its asker knew the outcome, or gave up. */
  readonly known: number;
  readonly says: keyof typeof outcomes;
  /** The attempt it counts as, and the day of that. */
  readonly slot: string;
  readonly day: number;
}

interface Visited {
  readonly visit: Visit;
  readonly died: boolean;
  /** The ledger has heard what became of the question. */
  readonly settled: boolean;
  readonly ended: number;
  readonly decision: Decision;
  readonly question?: Question;
}

const sleep = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

function instance(ledger: ReturnType<typeof memoryLedger>, attemptsPerDay: number) {
  return async (visit: Visit): Promise<Visited> => {
    await sleep(visit.at);
    const arrived = Date.now();
    let events = 0;
    let died = false;
    let settled = false;
    let question: Question | undefined;
    const step = () => {
      died ||= events++ === visit.diesAt;
      return died ? hang() : undefined;
    };
    const slowly = async <T>(work: () => Promise<T>): Promise<T> => {
      await step();
      await sleep(visit.delays[events % visit.delays.length] as number);
      const result = await work();
      await step();
      await sleep(visit.delays[events % visit.delays.length] as number);
      return result;
    };
    const reserved = () => {
      const calls = [...ledger.rows.values()].flatMap(({ calls }) => JSON.parse(String(calls)));
      return calls.find((call) => questionReference(call.reference) === verifier.asked[0]?.reference && call.outcome === undefined);
    };
    const verifier = acme(async () => {
      const { says, after } = visit.vendor;
      const [asked] = verifier.asked;
      const { reference, at } = reserved();
      const givesUp = arrived + visit.deadlineMs - ENGINE_MS - SETTLE_MS;
      question = {
        reference: asked?.reference ?? "",
        asked: Date.now(),
        leaseEnd: arrived + visit.deadlineMs - ENGINE_MS + LEASE_MARGIN_MS,
        known: Math.min(Date.now() + after, givesUp),
        says,
        slot: `${reference}@${at}`,
        day: Math.floor(at / MS_PER_DAY),
      };
      await step();
      await sleep(after);
      await step();
      return outcomes[says];
    });
    const decision = await decide(beforeCreateUser([verifyIdentity(verifier, { attemptsPerDay })]), kim(visit.surname), {
      read: (keys) => slowly(() => ledger.read(keys, new AbortController().signal)),
      write: (write) =>
        slowly(async () => {
          const written = await ledger.write(write, new AbortController().signal);
          settled ||= written && question !== undefined;
          return written;
        }),
      secret: hang,
      hashOf,
      ...system,
      counts: countingRows,
      now: new Date(),
      remainingMs: visit.deadlineMs,
    });
    if (!died) expect(verifier.asked.length).toBeLessThanOrEqual(1);
    return { visit, died, settled, ended: Date.now(), decision, ...(question && { question }) };
  };
}

async function play(visits: readonly Visit[], attemptsPerDay: number): Promise<readonly Visited[]> {
  vi.useFakeTimers({ now: START });
  try {
    let over = false;
    const all = Promise.all(visits.map(instance(memoryLedger(), attemptsPerDay))).finally(() => {
      over = true;
    });
    all.catch(() => undefined);
    while (!over) await vi.advanceTimersToNextTimerAsync();
    return await all;
  } finally {
    vi.useRealTimers();
  }
}

const identityOf = ({ decision }: Visited) => decision.trace[0]?.evidence?.identity;
/** When the same question may be asked again. */
function askableFrom(visited: Visited & { readonly question: Question }): number {
  const { leaseEnd, known } = visited.question;
  if (!visited.settled) return leaseEnd;
  return identityOf(visited) === "unavailable" ? known : known + REMEMBERED_MS;
}

it("instances ask a vendor once per question and window, within the daily limit, and admit only verified people", async () => {
  const seen = { questions: 0, reused: 0, takenOver: 0, exhausted: 0 };
  await fc.assert(
    fc.asyncProperty(fc.array(visit, { minLength: 2, maxLength: 8 }), fc.integer({ min: 1, max: 3 }), async (visits, attemptsPerDay) => {
      const visited = await play(visits, attemptsPerDay);
      const asking = visited
        .flatMap((each) => (each.question === undefined ? [] : [{ ...each, question: each.question }]))
        .sort((a, b) => a.question.asked - b.question.asked);

      // Once a question and window.
      for (const [index, later] of asking.entries()) {
        const before = asking.slice(0, index).findLast(({ question }) => question.reference === later.question.reference);
        if (before === undefined) continue;
        expect(later.question.asked).toBeGreaterThanOrEqual(askableFrom(before));
        if (before.question.slot === later.question.slot) {
          expect(before.settled).toBe(false);
          seen.takenOver++;
        }
      }

      // Never more than the day allows, those without outcome excepted.
      const slots = new Map(asking.map((each) => [each.question.slot, each]));
      for (const day of new Set(asking.map(({ question }) => question.day))) {
        const counted = [...slots.values()].filter(
          (each) => each.question.day === day && (!each.settled || identityOf(each) !== "unavailable"),
        );
        expect(counted.length).toBeLessThanOrEqual(attemptsPerDay);
      }

      for (const each of visited.filter(({ died }) => !died)) {
        // In time, and without a failure of ours.
        expect(each.decision.failure).toBeUndefined();
        expect(each.ended - START - each.visit.at).toBeLessThan(each.visit.deadlineMs);
        // Verified for this very input, and lately.
        if (each.decision.answer.kind !== "continue") continue;
        const sources = asking.filter(
          ({ question, visit: { surname, at, deadlineMs } }) =>
            question.says === "verified" &&
            surname === each.visit.surname &&
            question.known <= each.ended &&
            each.ended - question.known <= REMEMBERED_MS + deadlineMs + each.visit.deadlineMs &&
            at <= each.ended,
        );
        expect(sources).not.toHaveLength(0);
        if (each.question === undefined) seen.reused++;
      }
      seen.questions += asking.length;
      seen.exhausted += visited.filter(({ decision: { answer } }) => "reason" in answer && answer.reason.endsWith("attempts")).length;
    }),
    { numRuns: RUNS },
  );
  // What is to be shown has happened.
  for (const count of Object.values(seen)) expect(count).toBeGreaterThan(10);
});
