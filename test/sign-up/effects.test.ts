import { decide, UNAVAILABLE } from "../../lambda/sign-up/engine";
import { beforeCreateUser } from "../../lambda/sign-up/policy";
import type { AnyVerdict, Effect, Write } from "../../lambda/sign-up/verdict";
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

describe("effects", () => {
  const entered = withEffects(CONTINUE, effect("continue-1"), effect("continue-2"));
  const asked = withEffects(invalid("city"), effect("invalid"));
  const refused = withEffects(block("no"), effect("block"));

  it.each([
    { given: "every rule continues", verdicts: [entered, CONTINUE], written: ["continue-1", "continue-2"] },
    { given: "a problem is found later", verdicts: [entered, asked], written: ["invalid"] },
    { given: "a problem was found earlier", verdicts: [asked, entered], written: ["invalid"] },
    { given: "two rules find problems", verdicts: [asked, CONTINUE, asked], written: ["invalid", "invalid"] },
    { given: "a block comes last", verdicts: [entered, asked, refused], written: ["block"] },
  ])("are only those of the final verdict's kind when $given", async ({ verdicts, written }) => {
    expect((await run(verdicts)).written).toEqual(written);
  });

  it("come with their condition, once each", async () => {
    const write = jest.fn(async () => true);
    const conditional = effect("x", { condition: { state: "pending" } });
    await decide(beforeCreateUser([saying("writing", withEffects(CONTINUE, conditional))]), person(), world({ write }));
    expect(write).toHaveBeenCalledTimes(1);
    expect(write).toHaveBeenCalledWith(conditional, expect.anything());
  });

  it.each([
    { of: "a continue", verdict: CONTINUE },
    { of: "a block", verdict: block("no") },
    { of: "an invalid", verdict: invalid("city") },
  ])("of $of whose condition is lost answer with what they say", async ({ verdict }) => {
    const lost = withEffects(verdict, effect("x", { lost: { ...block("used-up"), message: "Used up." } }), effect("never written"));
    const outcome = await run([lost], async () => false);
    expect(outcome).toMatchObject({
      answer: { kind: "block", reason: "used-up", message: "Used up." },
      decidedBy: "rule-0",
      written: ["x"],
    });
    expect(outcome).not.toHaveProperty("failure");
  });

  it("whose loss says continue leave the verdict as it is, and the rest is written", async () => {
    const outcome = await run(
      [withEffects(CONTINUE, effect("x", { lost: CONTINUE }), effect("y"))],
      async (each) => !("item" in each && each.item.entry === "x"),
    );
    expect(outcome).toMatchObject({ answer: { kind: "continue" }, written: ["x", "y"] });
  });

  it("whose loss says continue never turn a block into a pass", async () => {
    expect(await run([withEffects(block("no"), effect("x", { lost: CONTINUE }))], async () => false)).toMatchObject({
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
  ])("fail closed when a write $does", async ({ write }) => {
    expect(await run([withEffects(CONTINUE, effect("x"))], write)).toMatchObject({
      answer: { kind: "block" },
      decidedBy: "rule-0",
    });
  });

  it("name the write as what failed", async () => {
    const outcome = await run([withEffects(CONTINUE, effect("x"))], () => Promise.reject(new Error("no")));
    expect(outcome).toMatchObject({ answer: { reason: UNAVAILABLE }, failure: { why: "write", rule: "rule-0" } });
  });
});
