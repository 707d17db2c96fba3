import { setTimeout as sleep } from "node:timers/promises";
import { decide } from "../../../engine/sign-up/engine";
import { UNAVAILABLE, UpstreamError } from "../../../engine/sign-up/failure";
import { afterSignIn } from "../../../engine/sign-up/policy";
import type { ActiveLastRule, Ports } from "../../../engine/sign-up/ports";
import { recordId } from "../../../engine/sign-up/records";
import { type Context, makeRule, type RecordKey, type Rule, type Use } from "../../../engine/sign-up/rule";
import type { SignUp } from "../../../engine/sign-up/sign-up";
import type { AnyVerdict } from "../../../engine/sign-up/verdict";
import { shadow } from "../../../features/shadow/rule";
import { decideFully } from "../../../features/shadow/shadows";
import { anyPolicy } from "../../support/any-policy";
import { fakeClock } from "./fake-clock";
import { block, CONTINUE, effect, invalid, key, NOW, person, saying, world } from "./people";

const words = (decision: Awaited<ReturnType<typeof decide>>) => decision.trace.map(({ rule, said }) => `${rule}: ${said}`);

describe("the order of a step", () => {
  it("prepares with every rule, reads once, then decides in order", async () => {
    const seen: string[] = [];
    const rule = (name: string) =>
      makeRule({
        name,
        prepare: () => {
          seen.push(`prepare ${name}`);
          return {};
        },
        needs: () => {
          seen.push(`needs ${name}`);
          return [key(name)];
        },
        decide: () => {
          seen.push(`decide ${name}`);
          return CONTINUE;
        },
      });
    const read = async () => {
      seen.push("read");
      return new Map();
    };
    await decide(anyPolicy([rule("a"), rule("b")]), person(), world({ read }));
    expect(seen).toEqual(["prepare a", "prepare b", "needs a", "needs b", "read", "decide a", "decide b"]);
  });

  it("reads each row once, however many rules need it and however they spell its key", async () => {
    const asked: (readonly RecordKey[])[] = [];
    const read = async (keys: readonly RecordKey[]) => {
      asked.push(keys);
      return new Map();
    };
    const needing = (name: string, ...keys: RecordKey[]) => makeRule({ name, needs: () => keys });
    const policy = anyPolicy([needing("a", key("x"), key("y"), key("x")), needing("b", key("y"), key("z"))]);
    await decide(policy, person(), world({ read }));
    expect(asked).toEqual([[key("x"), key("y"), key("z")]]);
  });

  it("reads nothing if no rule needs a row", async () => {
    const read = vi.fn();
    await decide(anyPolicy([saying("a", CONTINUE)]), person(), world({ read }));
    expect(read).not.toHaveBeenCalled();
  });

  it("gives the prepared attributes of all rules to each rule's needs", async () => {
    const read = vi.fn(async () => new Map());
    const needing = makeRule({ name: "needing", needs: ({ attributes }) => [key(String(attributes.city))] });
    const setting = makeRule({ name: "setting", prepare: () => ({ city: "Busan" }) });
    await decide(anyPolicy([needing, setting]), person(), world({ read }));
    expect(read).toHaveBeenCalledWith([key("Busan")], expect.anything(), []);
  });

  it("gives a rule any row that some rule needed, and refuses other rows", async () => {
    const reader = makeRule({
      name: "reader",
      needs: () => [key("x")],
      decide: (_, { records }) => (records.get(key("x"))?.effect === "deny" ? block("found") : CONTINUE),
    });
    const found = new Map([[JSON.stringify(["accessList", ["entry", "x"]]), { entry: "x", effect: "deny" }]]);
    expect(await decide(anyPolicy([reader]), person(), world({ read: async () => found }))).toMatchObject({
      answer: { reason: "found" },
    });
    const greedy = makeRule({ name: "greedy", decide: (_, { records }) => (records.get(key("unread")) ? block("x") : CONTINUE) });
    expect(await decide(anyPolicy([greedy]), person(), world())).toMatchObject({
      answer: { kind: "block", reason: UNAVAILABLE },
      failure: { why: "rule", rule: "greedy" },
    });
  });
});

describe("an extra row read with the rules' rows", () => {
  const rows = new Map([key("a"), key("b")].map((each) => [recordId(each), each.key]));
  const needing = makeRule({ name: "needing", needs: () => [key("b")] });
  const throwing = { ...saying("throwing", CONTINUE), prepare: () => JSON.parse("{") };

  it.each<{ given: string; rules: readonly Rule[]; lookup: readonly RecordKey[]; replayed: readonly object[] }>([
    { given: "one is there", rules: [needing], lookup: [key("a")], replayed: [{ entry: "a" }] },
    { given: "the first is not there", rules: [needing], lookup: [key("none"), key("a")], replayed: [{ entry: "a" }] },
    { given: "no rule needs anything", rules: [saying("open", CONTINUE) as Rule], lookup: [key("a")], replayed: [{ entry: "a" }] },
    { given: "there are none", rules: [needing], lookup: [], replayed: [] },
    { given: "nothing comes to be read", rules: [throwing as Rule], lookup: [key("a")], replayed: [] },
  ])("is kept with the decision if it was read: $given", async ({ rules, lookup, replayed }) => {
    const decision = await decide(anyPolicy(rules as [Rule]), person(), world({ read: async () => rows, replayLookup: lookup }));
    expect(decision.replayed).toEqual(replayed);
  });
});

describe("a decision", () => {
  it.each([
    { that: "nobody made", rules: [saying("open", CONTINUE)], decision: { answer: { kind: "continue", attributes: {} } } },
    { that: "a rule made", rules: [saying("closed", block("no"))], decision: { answer: block("no"), decidedBy: "closed" } },
  ])("that $that contains only the necessary members", async ({ rules, decision }) => {
    const { trace: _, ...rest } = await decide(anyPolicy(rules as [Rule]), person(), world());
    expect(rest).toStrictEqual({ ...decision, replayed: [] });
  });

  it.each([{ rules: [] }, { rules: [saying("closed", block("no"))] }])("leaves no timer behind: $rules", async ({ rules }) => {
    const clock = fakeClock();
    await decide({ ...anyPolicy([saying("open", CONTINUE)]), rules }, person(), world({ clock }));
    expect(clock.running).toBe(0);
  });

  it("admits no person by a policy without a rule", async () => {
    const error = new TypeError("A policy without a rule would let everyone in.");
    expect(await decide({ ...anyPolicy([saying("open", CONTINUE)]), rules: [] }, person(), world())).toStrictEqual({
      answer: { kind: "block", reason: UNAVAILABLE },
      trace: [],
      replayed: [],
      failure: { why: "rule", error },
    });
  });
});

describe("the combination of rules' answers", () => {
  it.each([
    { given: "all continue", rules: [saying("a", CONTINUE), saying("b", CONTINUE)], answer: { kind: "continue" }, by: undefined },
    {
      given: "two find problems",
      rules: [saying("a", invalid("city")), saying("b", CONTINUE), saying("c", invalid("surname", "state"))],
      answer: { kind: "invalid", problems: invalid("city", "surname", "state").problems },
      by: "a",
    },
    {
      given: "a block follows a problem",
      rules: [saying("a", invalid("city")), saying("b", block("no"))],
      answer: { kind: "block", reason: "no" },
      by: "b",
    },
    { given: "a block comes first", rules: [saying("a", block("no")), saying("b", block("other"))], answer: block("no"), by: "a" },
  ])("$given: $answer.kind", async ({ rules, answer, by }) => {
    const decision = await decide(anyPolicy(rules as unknown as [(typeof rules)[0]]), person(), world());
    expect(decision.answer).toMatchObject(answer);
    expect(decision.decidedBy).toBe(by);
  });

  it("ends at a block, and asks no later rule", async () => {
    const late = vi.fn(() => CONTINUE);
    const decision = await decide(anyPolicy([saying("a", block("no")), makeRule({ name: "late", decide: late })]), person(), world());
    expect(late).not.toHaveBeenCalled();
    expect(words(decision)).toEqual(["a: block"]);
  });

  const table: Use = { table: "accessList", access: "read" };
  it.each<{ uses: readonly Use[]; runs: boolean }>([
    { uses: [table, { service: "vendor" }], runs: false },
    { uses: [{ secret: "vendor-key" }, table], runs: false },
    { uses: [table], runs: true },
    { uses: [], runs: true },
  ])("asks a rule after a problem only if the rule makes no call outside: uses $uses, asked $runs", async ({ uses, runs }) => {
    const calling = vi.fn(() => CONTINUE);
    const policy = anyPolicy([saying("a", invalid("city")), makeRule({ name: "calling", uses, decide: calling })]);
    const decision = await decide(policy, person(), world());
    expect(calling).toHaveBeenCalledTimes(runs ? 1 : 0);
    expect(words(decision)).toEqual(["a: invalid", runs ? "calling: continue" : "calling: skipped"]);
  });

  it("passes findings and attributes to later rules, and only to those", async () => {
    const seen: [SignUp["attributes"], Context["findings"]][] = [];
    const look = (name: string) =>
      makeRule({
        name,
        reads: [],
        decide: ({ attributes }, { findings }) => {
          seen.push([attributes, findings]);
          return CONTINUE;
        },
      });
    const finding = saying("finding", { kind: "continue", findings: { listed: "allow" }, attributes: { city: "Busan" } });
    await decide(anyPolicy([look("before"), finding, look("after")]), person({ attributes: { city: "seoul" } }), world());
    expect(seen).toEqual([
      [{ city: "seoul" }, {}],
      [{ city: "Busan" }, { listed: "allow" }],
    ]);
  });

  it("gives each rule the same time and a signal of the same deadline", async () => {
    const contexts: Context[] = [];
    const look = (name: string) =>
      makeRule({
        name,
        decide: (_, context) => {
          contexts.push(context);
          return CONTINUE;
        },
      });
    await decide(anyPolicy([look("a"), look("b")]), person(), world());
    expect(contexts.map(({ now }) => now)).toEqual([NOW, NOW]);
    expect(contexts[0]?.signal).toBe(contexts[1]?.signal);
  });

  it("gives each rule its own Date: changing it affects no other rule", async () => {
    const seen: string[] = [];
    const meddling = (name: string) =>
      makeRule({
        name,
        decide: (_, { now }) => {
          seen.push(now.toISOString());
          now.setFullYear(1970);
          return CONTINUE;
        },
      });
    const ports = world();
    await decideFully(anyPolicy([meddling("a"), shadow(meddling("b")), meddling("c")]), person(), ports);
    expect(seen).toEqual(Array(3).fill(NOW.toISOString()));
    expect(ports.now.toISOString()).toBe("2026-03-01T12:00:00.000Z");
  });

  it("gives each rule its remaining time, which is below the total and decreases", async () => {
    const left: number[] = [];
    const look = makeRule({
      name: "look",
      decide: async (_, { remainingMs }) => {
        left.push(remainingMs());
        await sleep(30);
        left.push(remainingMs());
        return CONTINUE;
      },
    });
    await decide(anyPolicy([look]), person(), world({ remainingMs: 60_400 }));
    const [before = 0, after = 0] = left;
    expect(before).toBeGreaterThan(50_000);
    expect(before).toBeLessThanOrEqual(60_000);
    expect(before - after).toBeGreaterThanOrEqual(25);
  });

  it("gives a rule past the deadline a remaining time of zero", async () => {
    let context: Context | undefined;
    const late = makeRule({
      name: "late",
      decide: async (_, given) => {
        context = given;
        return await new Promise<never>(() => undefined);
      },
    });
    await decide(anyPolicy([late]), person(), world({ remainingMs: 420 }));
    await sleep(20);
    expect(context?.remainingMs()).toBe(0);
  });
});

describe("a rule's access to services", () => {
  const write = effect("x", { condition: { turn: 1 } });
  const row = { entry: "x", turn: 1 };
  const found = new Map([[recordId(key("x")), row]]);
  const acting = (act: (context: Context) => Promise<unknown>, seen: unknown[]) =>
    makeRule({
      name: "acting",
      uses: [{ service: "vendor" }],
      decide: async (_, context) => {
        seen.push(await act(context));
        return CONTINUE;
      },
    });

  it.each<{ what: string; act: (context: Context) => Promise<unknown>; asked: readonly unknown[]; answer: unknown }>([
    {
      what: "rows as they stand",
      act: ({ services, signal }) => services.read([key("x")], signal),
      asked: ["read", [key("x")], expect.any(AbortSignal)],
      answer: found,
    },
    {
      what: "one conditional write",
      act: ({ services, signal }) => services.write(write, signal),
      asked: ["write", write, expect.any(AbortSignal)],
      answer: false,
    },
    { what: "a secret", act: ({ services }) => services.secret("vendor-key"), asked: ["secret", "vendor-key"], answer: "s3cret" },
  ])("includes $what", async ({ act, asked, answer }) => {
    const asks: unknown[] = [];
    const seen: unknown[] = [];
    const outside = world({
      read: async (...args) => {
        asks.push(["read", ...args]);
        return found;
      },
      write: async (...args) => {
        asks.push(["write", ...args]);
        return false;
      },
      secret: async (...args) => {
        asks.push(["secret", ...args]);
        return "s3cret";
      },
    });
    const decision = await decide(anyPolicy([acting(act, seen)]), person(), outside);
    expect(decision).toMatchObject({ answer: { kind: "continue" } });
    expect(asks).toEqual([asked]);
    expect(seen).toEqual([answer]);
  });

  it.each<{ what: string; act: (context: Context) => Promise<unknown> }>([
    { what: "a read", act: ({ services, signal }) => services.read([key("x")], signal) },
    { what: "a write", act: ({ services, signal }) => services.write(write, signal) },
  ])("makes the rule fail closed if $what fails", async ({ act }) => {
    const failing = () => Promise.reject(new Error("throttled"));
    const decision = await decide(anyPolicy([acting(act, [])]), person(), world({ read: failing, write: failing }));
    expect(decision).toMatchObject({ answer: { kind: "block", reason: UNAVAILABLE }, failure: { why: "rule", rule: "acting" } });
  });
});

describe("a failed call outside", () => {
  const upstreamFailure = { service: "vendor", kind: "failed", status: 503 } as const;

  it.each<{ verdict: AnyVerdict; said: string }>([
    { verdict: { kind: "continue", upstreamFailure }, said: "continue" },
    { verdict: { ...block("no"), upstreamFailure }, said: "block" },
    { verdict: { ...invalid("city"), upstreamFailure }, said: "invalid" },
  ])("that a rule handles is recorded with the rule's answer: $said", async ({ verdict, said }) => {
    const decision = await decide(anyPolicy([saying("asking", verdict), saying("after", CONTINUE)]), person(), world());
    expect(decision.trace[0]).toMatchObject({ rule: "asking", said, upstreamFailure });
    expect(decision.trace[1] ?? {}).not.toHaveProperty("upstreamFailure");
    expect(decision).not.toHaveProperty("failure");
    expect(JSON.stringify(decision.answer)).not.toContain("vendor");
  });

  it.each<{ does: string; fail: () => never | Promise<never> }>([
    {
      does: "throws",
      fail: () => {
        throw new UpstreamError(upstreamFailure);
      },
    },
    { does: "rejects with", fail: () => Promise.reject(new UpstreamError(upstreamFailure, { cause: new Error("kim@contoso.com") })) },
  ])("that a rule $does is recorded, and the rule fails closed", async ({ fail }) => {
    const decision = await decide(anyPolicy([makeRule({ name: "asking", decide: fail })]), person(), world());
    expect(decision).toMatchObject({
      answer: { kind: "block", reason: UNAVAILABLE },
      decidedBy: "asking",
      trace: [{ rule: "asking", said: "failed", upstreamFailure }],
      failure: { why: "rule", rule: "asking" },
    });
    expect(JSON.stringify(decision.trace)).not.toContain("kim");
  });

  it("is not recorded if the rule fails by itself", async () => {
    const decision = await decide(anyPolicy([makeRule({ name: "broken", decide: () => JSON.parse("{") })]), person(), world());
    expect(decision.trace).toEqual([{ rule: "broken", said: "failed" }]);
  });

  it("has an error with system, kind and status, and nothing else", () => {
    expect(String(new UpstreamError(upstreamFailure))).toBe("UpstreamError: vendor: failed (503)");
    expect(String(new UpstreamError({ service: "vendor", kind: "timeout" }))).toBe("UpstreamError: vendor: timeout");
  });
});

describe("the attributes in an answer", () => {
  const assign = (name: string, attributes: SignUp["attributes"]) => makeRule({ name, prepare: () => attributes });

  it.each([
    { given: "one is changed", set: { city: "Busan" }, answered: { city: "Busan" } },
    { given: "one is set to what it was", set: { city: "seoul" }, answered: {} },
    { given: "one is new", set: { country: "KR" }, answered: { country: "KR" } },
    { given: "a number replaces its own spelling", set: { extension_Seats: 25 }, answered: { extension_Seats: 25 } },
    { given: "false is set", set: { extension_News: false }, answered: { extension_News: false } },
  ])("are only the changes if $given: $answered", async ({ set, answered }) => {
    const signUp = person({ attributes: { city: "seoul", extension_Seats: "25" } });
    const decision = await decide(anyPolicy([assign("a", set as unknown as SignUp["attributes"])]), signUp, world());
    expect(decision.answer).toEqual({ kind: "continue", attributes: answered });
  });

  it("are listed in the trace of the rule that changed them, and no other", async () => {
    const { trace } = await decide(anyPolicy([assign("same", { city: "seoul" }), assign("other", { city: "Busan" })]), person(), world());
    expect(trace).toEqual([
      { rule: "same", said: "continue" },
      { rule: "other", said: "continue", set: ["city"] },
    ]);
  });

  it("omit a change that a later rule reverted", async () => {
    const policy = anyPolicy([assign("there", { city: "Busan" }), assign("back", { city: "seoul" })]);
    expect((await decide(policy, person(), world())).answer).toEqual({ kind: "continue", attributes: {} });
  });

  it.each(["email", "identities", "ui_locales", "version", "action", "status", "userMessage", "code"])(
    "never contain %s: a rule that sets it fails closed",
    async (name) => {
      const prepared = anyPolicy([assign("setting", { [name]: "x" })]);
      const decided = anyPolicy([saying("setting", { kind: "continue", attributes: { [name]: "x" } })]);
      for (const policy of [prepared, decided]) {
        expect(await decide(policy, person(), world())).toMatchObject({
          answer: { kind: "block", reason: UNAVAILABLE },
          decidedBy: "setting",
          failure: { error: new TypeError(`A rule cannot set "${name}": only Entra may.`) },
        });
      }
    },
  );
});

describe("a rule with rows that depend on an earlier rule's value", () => {
  const row = (city: string) => ({ entry: city, effect: "allow" });
  const looking = makeRule({
    name: "looking",
    needs: ({ attributes }) => [key(String(attributes.city))],
    decide: ({ attributes }, { records }) => ({
      kind: "continue",
      findings: { saw: String(records.get(key(String(attributes.city)))?.entry) },
    }),
  });
  const setting = (city: string) => saying("setting", { kind: "continue", attributes: { city } });
  const reading = () =>
    vi.fn(async (keys: readonly RecordKey[]) => new Map(keys.map((each) => [recordId(each), row(String(each.key.entry))])));

  it("gets these rows by a second read", async () => {
    const read = reading();
    const { answer, trace: said } = await decide(anyPolicy([setting("busan"), looking]), person(), world({ read }));
    expect(answer).toEqual({ kind: "continue", attributes: { city: "busan" } });
    expect(said[1]?.findings).toEqual({ saw: "busan" });
    expect(read.mock.calls.map(([keys]) => keys)).toEqual([[key("seoul")], [key("busan")]]);
  });

  it("causes no second read if the rows are the same", async () => {
    const read = reading();
    await decide(anyPolicy([saying("setting", { kind: "continue", attributes: { state: "x" } }), looking]), person(), world({ read }));
    expect(read).toHaveBeenCalledTimes(1);
  });

  it("gets these rows if it is in shadow", async () => {
    const { trace: said } = await decideFully(anyPolicy([setting("busan"), shadow(looking)]), person(), world({ read: reading() }));
    expect(said[1]).toMatchObject({ shadow: true, said: "continue", findings: { saw: "busan" } });
  });

  it.each([
    { given: "fails", late: () => Promise.reject(new Error("throttled")), why: "read" },
    { given: "hangs", late: () => new Promise<never>(() => undefined), why: "deadline" },
  ])("stops the sign-up if the second read $given", async ({ late, why }) => {
    let count = 0;
    const read: Ports["read"] = async () => (count++ === 0 ? new Map() : late());
    const decision = await decide(anyPolicy([setting("busan"), looking]), person(), world({ read, remainingMs: 500 }));
    expect(decision).toMatchObject({
      answer: { kind: "block", reason: UNAVAILABLE },
      decidedBy: "looking",
      failure: { why, rule: "looking" },
    });
    expect(words(decision)).toEqual(["setting: continue", "looking: failed"]);
  });
});

describe("after sign-in", () => {
  it("an invalid verdict fails closed, even if it evades the types", async () => {
    const policy = afterSignIn([saying("sly", invalid("city")) as unknown as Rule]);
    expect(await decide(policy, person({ step: "after-sign-in" }), world())).toMatchObject({
      answer: { kind: "block", reason: UNAVAILABLE },
      decidedBy: "sly",
    });
  });
});

it("a decision is made a tenth of a second before its time ends, even if a write hangs", async () => {
  const clock = fakeClock();
  const write = () => new Promise<never>(() => undefined);
  const policy = anyPolicy([saying("writing", { kind: "continue", effects: [effect("x")] })]);
  let answered: Awaited<ReturnType<typeof decide>> | undefined;
  const deciding = decide(policy, person(), world({ clock, write, remainingMs: 1_400 })).then((decision) => {
    answered = decision;
  });
  await sleep(0);
  clock.advance(1_299);
  await sleep(0);
  expect(answered).toBeUndefined();
  clock.advance(1);
  await deciding;
  expect(answered).toMatchObject({ answer: { kind: "block", reason: UNAVAILABLE }, failure: { why: "deadline", rule: "writing" } });
});

describe("a sign-up with a trace of its person", () => {
  const [sent, maybe, another] = ["kim", "lee", "park"].map((name) => person({ email: `${name}@contoso.com` })) as [SignUp, SignUp, SignUp];

  it.each([
    { turnsOut: sent, as: "it came", prepared: ["kim", "lee"], reads: [["kim", "lee"]] },
    { turnsOut: maybe, as: "the trace says that it may be", prepared: ["kim", "lee"], reads: [["kim", "lee"]] },
    { turnsOut: another, as: "nobody foresaw", prepared: ["kim", "lee", "park"], reads: [["kim", "lee"], ["park"]] },
  ])(
    "is prepared once per possible person, and only an unforeseen person causes a second read: $as",
    async ({ turnsOut, prepared, reads }) => {
      const nameOf = (text: unknown) => String(text).split("@", 1)[0];
      const forms: unknown[] = [];
      const asked: unknown[] = [];
      const rule = makeRule({
        name: "needing",
        prepare: ({ email }) => {
          forms.push(nameOf(email));
          return {};
        },
        needs: ({ email }) => [key(email)],
        decide: ({ email }, { records }) => block(String(records.get(key(email))?.found)),
      });
      const read = async (keys: readonly RecordKey[]) => {
        asked.push(keys.map((each) => nameOf(each.key.entry)));
        return new Map(keys.map((each) => [recordId(each), { ...each.key, found: nameOf(each.key.entry) }]));
      };
      const tracing = () => ({ keys: [], likely: maybe, identify: async () => ({ signUp: turnsOut }) });
      const decision = await decide(anyPolicy([rule]), sent, world({ read, beginSearch: tracing }));
      expect(decision.answer).toEqual(block(nameOf(turnsOut.email) as string));
      expect(forms).toEqual(prepared);
      expect(asked).toEqual(reads);
    },
  );
});

describe("the last rule of a gate that is not open", () => {
  const LAST_RULE = "gate";
  const recorded = { posture: "closed" } as const;
  const closing = (changes: Partial<ActiveLastRule> = {}): ActiveLastRule => ({
    name: LAST_RULE,
    recorded,
    decide: () => block("closed"),
    isCertain: () => false,
    adjustFindings: (_, findings) => findings,
    ...changes,
  });
  const waiting = { ...block("later"), deferred: true } as const;

  it.each<{ given: string; says: readonly AnyVerdict[]; last?: Partial<ActiveLastRule>; answer: object; by?: string; asked?: number }>([
    { given: "all rules let go on", says: [CONTINUE], answer: block("closed"), by: LAST_RULE },
    { given: "it lets go on itself", says: [CONTINUE], last: { decide: () => CONTINUE }, answer: { kind: "continue", attributes: {} } },
    { given: "a rule has blocked", says: [block("no")], answer: block("no"), by: "r0" },
    { given: "a rule has accepted for later", says: [waiting], answer: block("closed"), by: LAST_RULE },
    { given: "a rule has found a problem", says: [invalid("city")], answer: block("closed"), by: LAST_RULE },
    {
      given: "it is certain from the start",
      says: [CONTINUE, CONTINUE],
      last: { isCertain: () => true },
      answer: block("closed"),
      by: LAST_RULE,
      asked: 0,
    },
  ])(
    "decides last, unless another rule blocks or its own answer is certain from the start: $given",
    async ({ says, last, answer, by, asked = says.length }) => {
      const rules = says.map((each, index) => saying(`r${index}`, each));
      const read = vi.fn(async () => new Map([[recordId(key("gate")), { state: "closed" }]]));
      const activate = vi.fn(() => closing(last));
      const decision = await decide(anyPolicy(rules as never), person(), world({ read, lastRule: { key: key("gate"), activate } }));
      expect(read).toHaveBeenCalledWith([key("gate")], expect.anything(), []);
      expect(activate).toHaveBeenCalledWith({ state: "closed" }, expect.anything(), NOW);
      expect(decision).toMatchObject({ answer, recorded });
      expect(decision.decidedBy).toBe(by);
      expect(decision.trace.slice(asked)).toEqual(by === LAST_RULE ? [{ rule: LAST_RULE, said: "block", reasons: ["closed"] }] : []);
    },
  );

  it("is absent if the gate is open", async () => {
    const decision = await decide(
      anyPolicy([saying("open", CONTINUE)]),
      person(),
      world({ lastRule: { key: key("gate"), activate: () => undefined } }),
    );
    expect(decision.answer.kind).toBe("continue");
    expect(decision).not.toHaveProperty("recorded");
  });
});

describe("a rule in shadow", () => {
  const calling = makeRule({ name: "calling", uses: [{ service: "crm" }], decide: () => CONTINUE });

  it("does not affect other rules, and makes no call outside after a problem", async () => {
    const seen: unknown[] = [];
    const looking = makeRule({
      name: "looking",
      decide: ({ trust }, { said }) => {
        seen.push(
          said.map(({ rule }) => rule),
          trust,
        );
        return CONTINUE;
      },
    });
    const policy = {
      ...anyPolicy([
        saying("first", CONTINUE),
        shadow(calling),
        looking,
        saying("odd", invalid("city")),
        shadow(calling),
        shadow(looking),
      ] as never),
      options: { trust: ["mail"] },
    };
    const { trace, postponed } = await decide(policy, person(), world());
    expect(trace.filter((each) => each.shadow)).toEqual([
      { rule: "calling", said: "unfinished", shadow: true },
      { rule: "calling", said: "skipped", shadow: true },
      { rule: "looking", said: "unfinished", shadow: true },
    ]);
    expect(seen).toEqual([["first"], ["mail"]]);
    expect(postponed?.rules.map(({ rule, place, said }) => [rule, place, said.map((each) => each.rule)])).toEqual([
      ["calling", 1, ["first"]],
      ["looking", 5, ["first", "looking", "odd"]],
    ]);
  });
});
