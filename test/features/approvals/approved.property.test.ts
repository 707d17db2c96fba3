import fc from "fast-check";
import { decide } from "../../../engine/sign-up/engine";
import { recordId } from "../../../engine/sign-up/records";
import type { Row } from "../../../engine/sign-up/rule";
import { makeRule } from "../../../engine/sign-up/rule";
import type { Attributes, SignUp } from "../../../engine/sign-up/sign-up";
import type { Put, Write } from "../../../engine/sign-up/verdict";
import { type ApprovalRequest, readRequest, requestId, requestKey } from "../../../features/approvals/request";
import { approve, deny, reopen } from "../../../features/approvals/transitions";
import { beforeCreateUser, requestApproval } from "../../../index";
import { hashOf, NOW, world } from "../../engine/sign-up/people";
import { runs } from "../../support/runs";
import { APP, alice, DAY, kim, MINUTE } from "./requests";

// Approved is what gets in: whatever a person types after the approval, and whatever the rules make of it. The oracle
// writes down what the approver had before them, and knows nothing of passes.

const numRuns = runs(100, 2_000);
const REPEAT_MS = 10 * MINUTE;

const typed = fc.record(
  {
    displayName: fc.constantFrom("Kim", "Lee"),
    jobTitle: fc.constantFrom("Intern", "Global Administrator", "refused"),
    extension_Tier: fc.constantFrom("gold", "silver"),
    extension_Desk: fc.constantFrom(1, 2),
  },
  { requiredKeys: ["displayName"] },
);

/** What a source asserts of the person from now on. */
const asserted = fc.record({ costCentre: fc.constantFrom("A", "B"), jobTitle: fc.constantFrom("Intern", "Boss") }, { requiredKeys: [] });

const event = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant("sign-up" as const), typed, long: fc.boolean() }) },
  { weight: 6, arbitrary: fc.constant({ do: "repeat" as const }) },
  { weight: 5, arbitrary: fc.constant({ do: "approve" as const }) },
  { weight: 1, arbitrary: fc.constantFrom({ do: "deny" as const }, { do: "reopen" as const }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("assert" as const), asserted }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("wait" as const), ms: fc.constantFrom(MINUTE, REPEAT_MS, DAY, 8 * DAY) }) },
);
type Event = typeof event extends fc.Arbitrary<infer E> ? E : never;

/** As Entra sends it: custom attributes by their long names, or short ones where no app is told. */
function callOf(attributes: Attributes, long: boolean): SignUp {
  const { longNames: _, ...bare } = kim;
  return long && attributes.extension_Tier !== undefined ? { ...kim, attributes } : { ...bare, attributes };
}

/** Custom attributes by their short names, whichever way they came. */
function shortly(attributes: Attributes): Attributes {
  return Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name.replace(`_${APP}`, ""), value]));
}

class Desk {
  now = NOW.getTime();
  asserted: Attributes = {};
  row: ApprovalRequest | undefined;
  /** What an approver said yes to, by the moment they did; once used, by which call and when. */
  approved: { readonly content: Attributes; usedBy?: string; usedAt?: number } | undefined;
  last: SignUp | undefined;
  continued = 0;

  private get policy() {
    const source = makeRule({ name: "source", reads: [], sets: ["*"], decide: () => ({ kind: "continue", attributes: this.asserted }) });
    const check = makeRule({
      name: "check",
      sets: [],
      decide: ({ attributes }) => (attributes.jobTitle === "refused" ? { kind: "block", reason: "refused" } : { kind: "continue" }),
    });
    const approval = requestApproval({ then: "continue", askAgainAfter: "0d" });
    return beforeCreateUser([source, check, approval], { trust: ["mail", "google.com"] });
  }

  async call(signUp: SignUp): Promise<void> {
    this.last = signUp;
    const key = recordId(requestKey(requestId(signUp, hashOf)));
    const outside = world({
      now: new Date(this.now),
      remainingMs: 60_000,
      read: async () => new Map(this.row === undefined ? [] : [[key, this.row as unknown as Row]]),
      write: async (write: Write) => {
        const { item, condition } = write as Put;
        const holds = condition === "absent" ? this.row === undefined : this.row?.turn === condition.turn;
        if (holds) this.row = readRequest(JSON.parse(JSON.stringify(item)) as Row);
        return holds;
      },
    });
    const { answer, failure } = await decide(this.policy, signUp, outside);
    expect(failure).toBeUndefined();
    if (answer.kind === "continue") this.letIn(signUp, { ...signUp.attributes, ...answer.attributes });
  }

  private letIn(signUp: SignUp, attributes: Attributes): void {
    this.continued++;
    const { longNames: _, ...claims } = signUp;
    const call = JSON.stringify(claims);
    const { approved } = this;
    expect(approved).toBeDefined();
    if (approved === undefined) return;
    expect(shortly(attributes)).toEqual(shortly(approved.content));
    if (approved.usedAt === undefined) Object.assign(approved, { usedBy: call, usedAt: this.now });
    expect(call).toBe(approved.usedBy);
    expect(this.now - (approved.usedAt ?? 0)).toBeLessThan(REPEAT_MS);
  }

  say(verb: "approve" | "deny" | "reopen"): void {
    const outcome = { approve, deny, reopen }[verb](this.row, { by: alice }, new Date(this.now));
    if (!outcome.ok) return;
    this.row = outcome.request;
    this.approved = verb === "approve" ? { content: outcome.request.attributes } : undefined;
  }
}

async function play(desk: Desk, events: readonly Event[]): Promise<void> {
  for (const each of events) {
    if (each.do === "sign-up") await desk.call(callOf(each.typed, each.long));
    else if (each.do === "repeat") {
      if (desk.last !== undefined) await desk.call(desk.last);
    } else if (each.do === "assert") desk.asserted = each.asserted;
    else if (each.do === "wait") desk.now += each.ms;
    else desk.say(each.do);
  }
}

it("an approval lets in one call with the approved values, whatever is typed afterwards", async () => {
  let continued = 0;
  let overwritten = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(event, { minLength: 4, maxLength: 30 }), async (events) => {
      const desk = new Desk();
      await play(desk, events);
      continued += desk.continued;
      // Nobody is shut out: approved once more, the same sign-up gets in.
      desk.now += 31 * DAY;
      const again = callOf({ displayName: "Kim", jobTitle: "Intern" }, false);
      await desk.call(again);
      desk.say("approve");
      const before = desk.continued;
      await desk.call({ ...again, attributes: { ...again.attributes, displayName: "Lee" } });
      expect(desk.continued).toBe(before + 1);
      overwritten++;
    }),
    { numRuns },
  );
  expect(continued).toBeGreaterThan(numRuns / 10);
  expect(overwritten).toBe(numRuns);
});
