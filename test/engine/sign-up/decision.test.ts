import { decide } from "../../../engine/sign-up/engine";
import { refusal, UNAVAILABLE, UpstreamError } from "../../../engine/sign-up/failure";
import { beforeCreateUser } from "../../../engine/sign-up/policy";
import { makeRule } from "../../../engine/sign-up/rule";
import type { Step } from "../../../engine/sign-up/sign-up";
import type { AnyVerdict } from "../../../engine/sign-up/verdict";
import { stopwatch } from "../../support/stopwatch";
import { CONTINUE, effect, hanging, invalid, key, person, saying, world } from "./people";

describe("a call that fails before any rule is asked", () => {
  it.each<{ step: Step; answer: object }>([
    { step: "after-sign-in", answer: { kind: "block", reason: "request.email" } },
    { step: "before-create-user", answer: { kind: "block", reason: "request.email" } },
    { step: "before-sending-token", answer: { kind: "continue", attributes: {} } },
  ])("is answered at $step with $answer, and has an empty trace", ({ step, answer }) =>
    expect(refusal("request.email", step)).toEqual({ answer, trace: [], replayed: [] }),
  );
});

const CLOSED = { kind: "block", reason: UNAVAILABLE };
const first = saying("first", CONTINUE);
const cyclic: Record<string, unknown> = {};
cyclic.self = cyclic;

describe("a faulty rule", () => {
  it.each<{ does: string; decide: () => unknown; why?: string }>([
    { does: "throws", decide: () => JSON.parse("{") },
    {
      does: "throws what is no error",
      decide: () => {
        throw undefined;
      },
    },
    { does: "rejects", decide: () => Promise.reject(new Error("no")) },
    { does: "rejects with nothing", decide: () => Promise.reject() },
    { does: "never answers", decide: () => new Promise(() => undefined), why: "deadline" },
    { does: "answers undefined", decide: () => undefined },
    { does: "answers null", decide: () => null },
    { does: "answers true", decide: () => true },
    { does: "answers a word", decide: () => "continue" },
    { does: "answers a function", decide: () => () => CONTINUE },
    { does: "answers another kind", decide: () => ({ kind: "allow" }) },
    { does: "answers a kind in another case", decide: () => ({ kind: "Continue" }) },
    { does: "answers a list", decide: () => [CONTINUE] },
    { does: "finds no problem in particular", decide: () => ({ kind: "invalid", problems: [] }) },
    { does: "finds problems that are no list", decide: () => ({ kind: "invalid", problems: "city" }) },
    { does: "finds a problem that is none", decide: () => ({ kind: "invalid", problems: [null] }) },
    { does: "finds a problem without a reason", decide: () => ({ kind: "invalid", problems: [{ attribute: "city" }] }) },
    { does: "blocks without a reason", decide: () => ({ kind: "block" }) },
    { does: "blocks with a reason that is no text", decide: () => ({ kind: "block", reason: { code: "x" } }) },
    { does: "sets attributes that are a list", decide: () => ({ kind: "continue", attributes: ["x"] }) },
    { does: "sets attributes that are a text", decide: () => ({ kind: "continue", attributes: "x" }) },
    { does: "sets attributes that are yet to come", decide: () => ({ kind: "continue", attributes: Promise.resolve({}) }) },
    { does: "sets an attribute to null", decide: () => ({ kind: "continue", attributes: { city: null } }) },
    { does: "sets an attribute to undefined", decide: () => ({ kind: "continue", attributes: { city: undefined } }) },
    { does: "sets an attribute to a function", decide: () => ({ kind: "continue", attributes: { city: () => "x" } }) },
    { does: "sets an attribute to no number", decide: () => ({ kind: "continue", attributes: { extension_Seats: Number.NaN } }) },
    { does: "sets an attribute that JSON lacks", decide: () => ({ kind: "continue", attributes: { extension_Seats: 1n } }) },
    { does: "sets an attribute that has no end", decide: () => ({ kind: "continue", attributes: { city: cyclic } }) },
    { does: "has effects that are no list", decide: () => ({ kind: "continue", effects: "x" }) },
    { does: "has an effect that is none", decide: () => ({ kind: "continue", effects: [null] }) },
    { does: "has a write without a row", decide: () => ({ kind: "continue", effects: [{ ...effect("x"), item: undefined }] }) },
    {
      does: "takes a place without a key",
      decide: () => ({ kind: "continue", effects: [{ table: "ledger", slots: "people", holder: "a", atMost: 1, onConflict: CONTINUE }] }),
    },
    {
      does: "takes a place without saying what losing it means",
      decide: () => ({
        kind: "continue",
        effects: [{ table: "ledger", key: { id: "x" }, slots: "people", holder: "a", atMost: 1, always: true }],
      }),
    },
    {
      does: "cannot ask the system it needs",
      decide: () => {
        throw new UpstreamError({ service: "vendor", kind: "timeout" });
      },
    },
  ])(
    "that $does fails closed, and the trace contains its name and the earlier rules' answers",
    async ({ decide: decision, why = "rule" }) => {
      const write = vi.fn(async () => true);
      const broken = makeRule({ name: "broken", decide: decision as () => AnyVerdict as () => typeof CONTINUE });
      const policy = beforeCreateUser([first, broken, saying("late", CONTINUE)]);
      const outcome = await decide(policy, person(), world({ write, remainingMs: 460 }));
      expect(outcome).toMatchObject({ answer: CLOSED, decidedBy: "broken", failure: { why, rule: "broken" } });
      expect(outcome.trace.map(({ rule, said }) => `${rule}: ${said}`)).toEqual(["first: continue", "broken: failed"]);
      expect(write).not.toHaveBeenCalled();
    },
  );

  it.each<{ does: string; prepare?: () => unknown; needs?: () => unknown }>([
    { does: "throws while it prepares", prepare: () => JSON.parse("{") },
    { does: "prepares asynchronously", prepare: async () => ({ city: "x" }) },
    { does: "prepares a text", prepare: () => "x" },
    { does: "prepares null", prepare: () => null },
    { does: "prepares an attribute that JSON lacks", prepare: () => ({ city: Symbol("x") }) },
    { does: "throws while it says its needs", needs: () => JSON.parse("{") },
    { does: "needs something yet to come", needs: async () => [key("x")] },
    { does: "needs a text", needs: () => "x" },
    { does: "needs nothing in particular", needs: () => [null] },
    { does: "needs a row without a key", needs: () => [{ table: "accessList" }] },
  ])("that $does fails closed before any row is read, and the decision names the rule", async ({ does: _, ...parts }) => {
    const read = vi.fn(async () => new Map());
    const broken = { ...makeRule({ name: "broken" }), ...parts } as ReturnType<typeof makeRule>;
    const outcome = await decide(beforeCreateUser([first, broken]), person(), world({ read }));
    expect(outcome).toMatchObject({ answer: CLOSED, decidedBy: "broken", failure: { why: "rule", rule: "broken" } });
    expect(read).not.toHaveBeenCalled();
  });

  it("that fails after a problem was found still blocks, and the record keeps the problem", async () => {
    const broken = makeRule({ name: "broken", decide: () => JSON.parse("{") });
    const outcome = await decide(beforeCreateUser([saying("strict", invalid("city")), broken]), person(), world());
    expect(outcome).toMatchObject({
      answer: CLOSED,
      trace: [
        { rule: "strict", said: "invalid", reasons: ["attribute.invalid"] },
        { rule: "broken", said: "failed" },
      ],
    });
  });

  it("that tries to change the sign-up in place fails closed", async () => {
    const meddling = makeRule({
      name: "meddling",
      decide: (signUp) => {
        (signUp.attributes as Record<string, unknown>).city = "elsewhere";
        return CONTINUE;
      },
    });
    const signUp = person();
    expect(await decide(beforeCreateUser([meddling]), signUp, world())).toMatchObject({ answer: CLOSED, decidedBy: "meddling" });
    expect(signUp.attributes.city).toBe("seoul");
  });
});

describe("a faulty read", () => {
  const reading = makeRule({ name: "reading", needs: () => [key("x")], decide: () => CONTINUE });
  const prepared = makeRule({ name: "prepared", prepare: () => ({ city: "x" }) });

  it.each([
    { does: "rejects", read: () => Promise.reject(new Error("throttled")), why: "read" },
    {
      does: "throws",
      read: () => {
        throw new Error("no credentials");
      },
      why: "read",
    },
    { does: "never answers", read: () => new Promise<never>(() => undefined), why: "deadline" },
  ])("that $does fails closed before any rule decides", async ({ read, why }) => {
    const outcome = await decide(beforeCreateUser([prepared, reading]), person(), world({ read, remainingMs: 460 }));
    expect(outcome).toMatchObject({ answer: CLOSED, trace: [], failure: { why } });
  });
});

describe("the deadline of a decision", () => {
  it("is shared by all rules", async () => {
    const slow = (name: string) =>
      makeRule({ name, decide: () => new Promise<typeof CONTINUE>((resolve) => setTimeout(() => resolve(CONTINUE), 80)) });
    const elapsed = stopwatch();
    const outcome = await decide(beforeCreateUser([slow("a"), slow("b"), slow("c"), slow("d")]), person(), world({ remainingMs: 600 }));
    expect(outcome).toMatchObject({ answer: CLOSED, failure: { why: "deadline" } });
    expect(outcome.trace.map(({ said }) => said).slice(-2)).toEqual(["continue", "failed"]);
    expect(elapsed()).toBeLessThan(500);
  });

  it("aborts the signal that rules get", async () => {
    let signal: AbortSignal | undefined;
    const listening = makeRule({
      name: "listening",
      decide: (_, context) => {
        signal = context.signal;
        return new Promise<never>(() => undefined);
      },
    });
    await decide(beforeCreateUser([listening]), person(), world({ remainingMs: 450 }));
    expect(signal?.aborted).toBe(true);
  });

  it.each([0, -5_000, 399])("with %d ms left fails closed without asking a rule", async (remainingMs) => {
    const decideRule = vi.fn(() => CONTINUE);
    const outcome = await decide(beforeCreateUser([makeRule({ name: "asked", decide: decideRule })]), person(), world({ remainingMs }));
    expect(outcome).toMatchObject({ answer: CLOSED, failure: { why: "deadline" } });
    expect(decideRule).not.toHaveBeenCalled();
  });

  it("leaves no timer behind", async () => {
    vi.useFakeTimers();
    try {
      await decide(beforeCreateUser([first]), person(), world());
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  it("makes the sign-up fail closed if a write never ends", async () => {
    const writing = saying("writing", { kind: "continue", effects: [effect("x")] });
    const elapsed = stopwatch();
    const outcome = await decide(
      beforeCreateUser([writing]),
      person(),
      world({ write: () => new Promise<never>(() => undefined), remainingMs: 500 }),
    );
    expect(outcome).toMatchObject({ answer: CLOSED, decidedBy: "writing", failure: { why: "deadline", rule: "writing" } });
    expect(elapsed()).toBeLessThan(500);
  });

  it("leaves time for the answer if a rule hangs", async () => {
    const elapsed = stopwatch();
    await decide(beforeCreateUser([hanging]), person(), world({ remainingMs: 600 }));
    expect(elapsed()).toBeLessThan(400);
  });
});
