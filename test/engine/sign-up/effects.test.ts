import { decide } from "../../../engine/sign-up/engine";
import { UNAVAILABLE } from "../../../engine/sign-up/failure";
import { beforeCreateUser } from "../../../engine/sign-up/policy";
import { recordId } from "../../../engine/sign-up/records";
import { makeRule, type RecordKey } from "../../../engine/sign-up/rule";
import type { AnyVerdict, Effect, Write } from "../../../engine/sign-up/verdict";
import { shadow } from "../../../features/shadow/rule";
import { block, CONTINUE, effect, invalid, person, saying, world } from "./people";

const withEffects = (verdict: AnyVerdict, ...effects: Effect[]): AnyVerdict => ({ ...verdict, effects });

async function run(verdicts: readonly AnyVerdict[], write = async (_: Write) => true) {
  const written: Write[] = [];
  const rules = verdicts.map((verdict, index) => saying(`rule-${index}`, verdict));
  const policy = beforeCreateUser(rules as [ReturnType<typeof saying>]);
  const decision = await decide(
    policy,
    person(),
    world({
      write: async (each) => {
        written.push(each);
        return await write(each);
      },
    }),
  );
  return { ...decision, written: written.map((each) => "item" in each && each.item.entry) };
}

describe("a rule's effects", () => {
  const entered = withEffects(CONTINUE, effect("continue-1"), effect("continue-2"));
  const asked = withEffects(invalid("city"), effect("invalid"));
  const refused = withEffects(block("no"), effect("block"));

  it.each([
    { given: "every rule continues", verdicts: [entered, CONTINUE], written: ["continue-1", "continue-2"] },
    { given: "a problem is found later", verdicts: [entered, asked], written: ["invalid"] },
    { given: "a problem was found earlier", verdicts: [asked, entered], written: ["invalid"] },
    { given: "two rules find problems", verdicts: [asked, CONTINUE, asked], written: ["invalid", "invalid"] },
    { given: "a block comes last", verdicts: [entered, asked, refused], written: ["block"] },
  ])("are written only if they belong to the final verdict's kind: $given", async ({ verdicts, written }) => {
    expect((await run(verdicts)).written).toEqual(written);
  });

  const counted = (name: string) => effect(name, { always: true });
  const guessed = withEffects(CONTINUE, counted("guess"), effect("with-the-verdict"));
  it.each([
    { given: "every rule continues", verdicts: [guessed, CONTINUE], written: ["guess", "with-the-verdict"] },
    { given: "a problem is found later", verdicts: [guessed, asked], written: ["guess", "invalid"] },
    { given: "a problem was found earlier", verdicts: [asked, guessed], written: ["guess", "invalid"] },
    { given: "a block comes last", verdicts: [guessed, refused], written: ["guess", "block"] },
    { given: "a block follows problems before and after", verdicts: [asked, guessed, asked, refused], written: ["guess", "block"] },
    {
      given: "each kind of verdict brought one",
      verdicts: [
        guessed,
        withEffects(invalid("city"), counted("asked"), effect("dropped")),
        withEffects(block("no"), counted("refused"), effect("kept")),
      ],
      written: ["guess", "asked", "refused", "kept"],
    },
  ])("are written with any verdict if they are marked always: $given", async ({ verdicts, written }) => {
    expect((await run(verdicts)).written).toEqual(written);
  });

  it.each([
    { of: "a continue", verdict: CONTINUE },
    { of: "an invalid", verdict: invalid("city") },
  ])(
    "beside $of make their onConflict the answer despite a later block if marked always and their condition fails",
    async ({ verdict }) => {
      const lost = withEffects(verdict, effect("guess", { always: true, onConflict: block("too-many-guesses") }));
      const outcome = await run([lost, withEffects(block("no"), effect("block"))], async () => false);
      expect(outcome).toMatchObject({ answer: { kind: "block", reason: "too-many-guesses" }, decidedBy: "rule-0", written: ["guess"] });
    },
  );

  it("marked always are written first; the effects of earlier rules follow only if that succeeded", async () => {
    const lost = withEffects(CONTINUE, effect("guess", { always: true, onConflict: block("too-many-guesses") }));
    const { answer, written } = await run([withEffects(CONTINUE, effect("use")), lost], async () => false);
    expect([answer, written]).toEqual([expect.objectContaining({ reason: "too-many-guesses" }), ["guess"]]);
  });

  it("marked always are not written if a rule fails", async () => {
    const write = vi.fn(async () => true);
    const failing = saying("failing", undefined as never);
    const outcome = await decide(beforeCreateUser([saying("counting", guessed), failing]), person(), world({ write }));
    expect(outcome).toMatchObject({ answer: { kind: "block", reason: UNAVAILABLE }, decidedBy: "failing" });
    expect(write).not.toHaveBeenCalled();
  });

  const accepted = { ...withEffects(block("waits"), effect("block")), deferred: true as const };
  it.each([
    {
      given: "it accepts the sign-up for later",
      verdicts: [entered, accepted],
      said: "waits",
      written: ["continue-1", "continue-2", "block"],
    },
    { given: "it accepts one with something to mend", verdicts: [entered, asked, accepted], said: "invalid", written: ["invalid"] },
    { given: "others speak after it was too early", verdicts: [asked, accepted, asked], said: "invalid", written: ["invalid", "invalid"] },
    { given: "another rule refuses after all", verdicts: [asked, accepted, refused], said: "no", written: ["block"] },
    { given: "no rule after it is heard", verdicts: [accepted, refused], said: "waits", written: ["block"] },
  ])(
    "are written as the final verdict requires even if a block accepts the sign-up for later: $given",
    async ({ verdicts, said, written }) => {
      const { answer, ...outcome } = await run(verdicts);
      expect([answer.kind === "block" ? answer.reason : answer.kind, outcome.written]).toEqual([said, written]);
    },
  );

  it("are recorded as skipped if their block accepts the sign-up for later, but an earlier rule found a problem", async () => {
    expect((await run([asked, accepted])).trace.map(({ said }) => said)).toEqual(["invalid", "skipped"]);
  });

  it("are written with their condition, once each", async () => {
    const write = vi.fn(async () => true);
    const conditional = effect("x", { condition: { state: "pending" } });
    await decide(beforeCreateUser([saying("writing", withEffects(CONTINUE, conditional))]), person(), world({ write }));
    expect(write).toHaveBeenCalledTimes(1);
    expect(write).toHaveBeenCalledWith(conditional, expect.anything());
  });

  it.each([
    { of: "a continue", verdict: CONTINUE },
    { of: "a block", verdict: block("no") },
    { of: "an invalid", verdict: invalid("city") },
  ])("beside $of make their onConflict the answer if their condition fails", async ({ verdict }) => {
    const lost = withEffects(verdict, effect("x", { onConflict: { ...block("used-up"), message: "Used up." } }), effect("never written"));
    const outcome = await run([lost], async () => false);
    expect(outcome).toMatchObject({
      answer: { kind: "block", reason: "used-up", message: "Used up." },
      decidedBy: "rule-0",
      written: ["x"],
    });
    expect(outcome).not.toHaveProperty("failure");
  });

  it('with the onConflict "continue" keep the verdict and stop no other effect if their condition fails', async () => {
    const outcome = await run(
      [withEffects(CONTINUE, effect("x", { onConflict: CONTINUE }), effect("y"))],
      async (each) => !("item" in each && each.item.entry === "x"),
    );
    expect(outcome).toMatchObject({ answer: { kind: "continue" }, written: ["x", "y"] });
  });

  it('with the onConflict "continue" never turn a block into an admission', async () => {
    expect(await run([withEffects(block("no"), effect("x", { onConflict: CONTINUE }))], async () => false)).toMatchObject({
      answer: { kind: "block", reason: "no" },
    });
  });

  it.each([
    {
      does: "rejects",
      write: async () => {
        throw new Error("throttled");
      },
    },
    { does: "answers neither true nor false", write: async () => undefined as unknown as boolean },
  ])("fail closed if a write $does", async ({ write }) => {
    expect(await run([withEffects(CONTINUE, effect("x"))], write)).toMatchObject({
      answer: { kind: "block" },
      decidedBy: "rule-0",
    });
  });

  it("are named as the failure's cause if a write fails", async () => {
    const outcome = await run([withEffects(CONTINUE, effect("x"))], () => Promise.reject(new Error("no")));
    expect(outcome).toMatchObject({ answer: { reason: UNAVAILABLE }, failure: { why: "write", rule: "rule-0" } });
  });
});

describe("a limited place", () => {
  const place = (name: string, changes: object = {}): Effect => ({
    table: "ledger",
    key: { id: name },
    slots: "people",
    holder: "kim",
    atMost: 5,
    onConflict: block(`${name}-full`),
    retryOnConflict: true,
    ...changes,
  });
  const of = (each: Write) => ("key" in each ? String(each.key.id) : String(each.item.entry));

  /** What is written in one call: `read` has that many holders, `write` says whether a place was free. */
  async function taking(
    effects: readonly Effect[],
    holders: Readonly<Record<string, number>>,
    write = async (_: string) => true,
    more: readonly unknown[] = [],
  ) {
    const seen: (readonly string[])[] = [];
    const written: string[] = [];
    const needs = () => effects.flatMap((effect) => ("key" in effect ? [{ table: effect.table, key: effect.key }] : []));
    const rule = makeRule({
      name: "taking",
      needs,
      decide: (_, { records }) => {
        const held = needs().map((key) => (records.get(key)?.people ?? []) as readonly string[]);
        seen.push(held.map((people) => `${people.length}`));
        const full = needs().findIndex((_, index) => (held[index]?.length ?? 0) >= 5);
        return full < 0 ? { kind: "continue", effects } : block("seen-full");
      },
    });
    const read = async (keys: readonly RecordKey[]) =>
      new Map(
        keys.map((key) => [
          recordId(key),
          { ...key.key, people: Array.from({ length: holders[String(key.key.id)] ?? 0 }, (_, index) => `p${index}`) },
        ]),
      );
    const ports = world({
      read,
      write: async (each) => {
        written.push(of(each));
        return await write(of(each));
      },
    });
    const decision = await decide(beforeCreateUser([rule, ...(more as [])]), person(), ports);
    return { answer: decision.answer, seen, written, trace: decision.trace, decision };
  }

  it("is taken before any other limited place that has more left", async () => {
    const effects = [place("many"), place("few"), effect("plain"), place("fewer"), place("free", { onConflict: CONTINUE })];
    const { written } = await taking(effects, { many: 1, few: 3, fewer: 4, free: 4 });
    expect(written).toEqual(["fewer", "few", "plain", "many", "free"]);
  });

  it("counts as free in a row without holders", async () => {
    const effects = [place("empty", { atMost: 3 }), place("small", { atMost: 2 })];
    expect((await taking(effects, {})).written).toEqual(["small", "empty"]);
  });

  it("that is lost to others causes a second run of the rules, which see all places taken", async () => {
    const { answer, seen, written, trace } = await taking([place("places")], { places: 4 }, async () => false);
    expect(answer).toEqual(block("seen-full"));
    expect(seen).toEqual([["4"], ["5"]]);
    expect(written).toEqual(["places"]);
    expect(trace).toEqual([{ rule: "taking", said: "block", reasons: ["seen-full"] }]);
  });

  it("that is lost causes a second run, and a shadowed rule that this run does not reach is dropped", async () => {
    const { decision } = await taking([place("places")], { places: 4 }, async () => false, [shadow(saying("later", CONTINUE))]);
    expect(decision.answer).toEqual(block("seen-full"));
    expect(decision).not.toHaveProperty("postponed");
  });

  it("that is lost makes its onConflict the answer if the rule does not ask for a second run", async () => {
    const { answer, seen } = await taking([place("places", { retryOnConflict: undefined })], { places: 4 }, async () => false);
    expect([answer, seen]).toEqual([block("places-full"), [["4"]]]);
  });

  it("that is lost causes at most three more runs, and then its onConflict as the answer", async () => {
    // A rule that does not look at who is there.
    const blind = {
      ...saying("blind", withEffects(CONTINUE, place("places"))),
      needs: () => [{ table: "ledger", key: { id: "places" } }] as const,
    };
    const write = vi.fn(async () => false);
    const { answer, decidedBy } = await decide(beforeCreateUser([blind]), person(), world({ write }));
    expect([answer, decidedBy]).toEqual([block("places-full"), "blind"]);
    expect(write).toHaveBeenCalledTimes(4);
  });

  it.each([
    { beside: "a rule that calls outside", uses: [{ service: "crm" }], inShadow: false, again: false },
    { beside: "one that does so in shadow", uses: [{ service: "crm" }], inShadow: true, again: true },
    { beside: "one that calls nobody", uses: [], inShadow: false, again: true },
  ])("that is lost in a policy with $beside causes a second run: $again", async ({ uses, inShadow, again }) => {
    const rule = makeRule({ name: "beside", uses, decide: () => CONTINUE });
    const { answer } = await taking([place("places")], { places: 4 }, async () => false, [inShadow ? shadow(rule) : rule]);
    expect(answer).toEqual(block(again ? "seen-full" : "places-full"));
  });
});
