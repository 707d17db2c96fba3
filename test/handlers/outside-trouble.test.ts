import { reportLostRecord } from "../../lambda/handlers/report";
import { shadow } from "../../lambda/rules/shadow";
import { OutsideError, type Trouble } from "../../lambda/sign-up/outside";
import { beforeCreateUser } from "../../lambda/sign-up/policy";
import type { DecisionRecord } from "../../lambda/sign-up/record";
import { defineRule, type Rule } from "../../lambda/sign-up/rule";
import { block, CONTINUE, saying } from "../sign-up/people";
import { asking, surroundings } from "./invoke";

const { output } = surroundings();

const timeout: Trouble = { service: "idology", kind: "timeout" };
const refused: Trouble = { service: "crm", kind: "unauthorised", status: 401 };
const went = (trouble: Trouble) => saying("prefill", { ...CONTINUE, trouble });
const stopped = (trouble: Trouble) => saying("verify-identity", { ...block("identity.unavailable"), trouble });
const threw = (trouble: Trouble) =>
  defineRule({
    name: "lookup",
    decide: ({ email }) => {
      throw new OutsideError(trouble, { cause: new Error(email) });
    },
  });

const record: DecisionRecord = {
  id: "id",
  reference: "K7QD-9MXD",
  at: "2026-03-01T12:00:00.000Z",
  step: "before-create-user",
  source: "b2b",
  email: "kim@contoso.com",
  verdict: "continue",
  reasons: [],
  words: [],
  changed: [],
  durationMs: 5,
  policyVersion: "0123456789ab",
  revision: 0,
};

async function ask(...rules: readonly unknown[]): Promise<void> {
  await asking(beforeCreateUser(rules as [Rule]))({ body: { email: "kim@contoso.com" } });
}

/** The values of a metric as they were counted, each with its dimensions. */
function counted(name: string): readonly unknown[] {
  return output
    .lines()
    .filter((line) => name in line)
    .map((line) => {
      const { CloudWatchMetrics } = line._aws as { CloudWatchMetrics: { Dimensions: string[][] }[] };
      const names = CloudWatchMetrics[0]?.Dimensions.flat().filter((each) => each !== "service") ?? [];
      return { value: [line[name]].flat()[0], ...Object.fromEntries(names.map((each) => [each, line[each]])) };
    });
}

const words = () => output.lines().find(({ words }) => words !== undefined)?.words;

describe("trouble with a call outside", () => {
  it.each([
    { given: "the sign-up goes on", rules: [went(refused)], said: ["prefill: continue (crm unauthorised 401)"], troubles: [refused] },
    { given: "it is blocked", rules: [stopped(timeout)], said: ["verify-identity: block (idology timeout)"], troubles: [timeout] },
    { given: "it fails closed", rules: [threw(refused)], said: ["lookup: failed (crm unauthorised 401)"], troubles: [refused] },
    {
      given: "two rules have it",
      rules: [went(refused), stopped(timeout)],
      said: ["prefill: continue (crm unauthorised 401)", "verify-identity: block (idology timeout)"],
      troubles: [refused, timeout],
    },
    {
      given: "only a shadow has it",
      rules: [shadow(went(timeout) as Rule), saying("open", CONTINUE)],
      said: ["prefill (shadow): continue (idology timeout)", "open: continue"],
      troubles: [timeout],
    },
  ])("is logged by name and counted once for each where $given", async ({ rules, said, troubles }) => {
    await ask(...rules);
    expect(words()).toEqual(said);
    expect(counted("OutsideTrouble")).toEqual(troubles.flatMap(({ service, kind }) => [{ value: 1, system: service, kind }, { value: 1 }]));
    expect(output.text()).not.toMatch(/kim|contoso/);
  });

  it("is not counted where there is none", async () => {
    await ask(saying("open", CONTINUE));
    expect(words()).toEqual(["open: continue"]);
    expect(counted("OutsideTrouble")).toEqual([]);
  });

  it("stands under the stack's own name", async () => {
    await ask(went(timeout));
    const lines = output.lines().filter((line) => "OutsideTrouble" in line);
    const [{ service: own } = {}] = output.lines().filter((line) => "Decisions" in line);
    expect(lines.map(({ service }) => service)).toEqual([own, own]);
  });

  it("is told of a decision whose record was lost, too", () => {
    const words = [{ rule: "prefill", said: "continue", trouble: timeout, evidence: { row: "kim@contoso.com" } }] as const;
    reportLostRecord({ ...record, words }, "0123456789abcdef", new Error("kim@contoso.com"));
    const lost = output.lines().find(({ message }) => message === "record lost");
    expect(lost).toMatchObject({ record: { words: [{ rule: "prefill", said: "continue", trouble: timeout }] } });
    expect(output.text()).not.toContain("kim@");
  });
});
