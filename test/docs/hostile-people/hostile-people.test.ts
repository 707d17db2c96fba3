import { unwrapRule } from "../../../engine/sign-up/policy";
import type { Step } from "../../../engine/sign-up/sign-up";
import { type PolicyStep, usesOfRules } from "../../../lib/policy-folder/policy-folder";
import { installCaseTime } from "../../../local/cases/case-time";
import type { Case } from "../../../local/cases/format";
import { CaseError, runCase } from "../../../local/cases/run-case";
import { hostilePeople } from "./people";
import { shownPolicies } from "./policies";
import { promises } from "./promises";

// Policies of the docs and samples are copied: hostile people try each of them, and only those get in whom its row names.

/** A Monday, at noon in Seoul. */
const NOON = "2026-06-15T03:00:00Z";

/** A step of a policy that gives somebody something: an account, or values of a source. */
interface TriedStep {
  readonly name: string;
  readonly step: Step;
  readonly policy: readonly PolicyStep[];
}

const rulesAt = ({ step, policy }: Pick<TriedStep, "step" | "policy">) =>
  policy.find((each) => each.step === step)?.policy.rules.map(unwrapRule) ?? [];

const givesValues = (tried: Pick<TriedStep, "step" | "policy">) => rulesAt(tried).some(({ sets = [] }) => sets.length > 0);

const tried: readonly TriedStep[] = shownPolicies.flatMap(({ name, load }) => {
  const policy = load();
  return policy
    .filter(({ step }) => step === "before-create-user" || givesValues({ step, policy }))
    .map(({ step }) => ({ name: step === "before-create-user" ? name : `${name} ${step}`, step, policy }));
});

function servicesOf(each: TriedStep): readonly string[] {
  return [...new Set(usesOfRules(rulesAt(each)).flatMap((use) => ("service" in use ? [use.service] : [])))];
}

async function getsIn(each: Case, { step, policy }: TriedStep): Promise<boolean> {
  const world = { policy, rows: [], answers: {}, gate: undefined, step, now: new Date(NOON), listAttributes: undefined };
  try {
    const { verdict, attributes } = await runCase(each, world);
    return verdict === "continue" && (step === "before-create-user" || Object.keys(attributes).length > 0);
  } catch (error) {
    // Nobody could have invited or approved this person before.
    if (!(error instanceof CaseError) || each.earlier === undefined) throw error;
    const { earlier: _, ...uninvited } = each;
    return await getsIn(uninvited, { step, policy } as TriedStep);
  }
}

beforeAll(installCaseTime);

it("the table of promises lists each policy of the docs and samples once, and no others", () =>
  expect(promises.flatMap(({ policies }) => policies).sort()).toEqual(tried.map(({ name }) => name).sort()));

describe.each(promises.flatMap((row) => row.policies.map((name) => ({ name, ...row }))))("$name: $promise", (row) => {
  const each = tried.find(({ name }) => name === row.name) as TriedStep;
  const welcome = {
    name: "somebody who may come in",
    now: NOON,
    ...row.welcome,
    request: { email: "kim@contoso.com", issuer: "mail", ...row.welcome.request },
  } as unknown as Case;

  it("lets in a person who meets the promise", async () => expect(await getsIn(welcome, each)).toBe(true));

  it("lets in only the listed hostile people", async () => {
    const people = hostilePeople(welcome, servicesOf(each));
    const inside: string[] = [];
    for (const { who, case: hostile } of people) if (await getsIn(hostile, each)) inside.push(who);
    expect(inside.toSorted()).toEqual([...row.letsIn].toSorted());
  });
});
