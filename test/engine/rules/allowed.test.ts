import * as v from "valibot";
import { ALLOWED, allowing, createUnlessSchema, isSpared } from "../../../engine/sign-up/rule-options";
import type { Findings } from "../../../engine/sign-up/verdict";

it.each([
  { otherwise: "block", findings: {} },
  { otherwise: "block", findings: {} },
  { otherwise: "continue", findings: { allowed: true } },
])("a rule that allows one person and answers others with $otherwise has the findings $findings", ({ otherwise, findings }) =>
  expect(allowing(otherwise)).toEqual(findings),
);

it.each<{ unless: typeof ALLOWED | undefined; findings: Findings; spared: boolean }>([
  { unless: ALLOWED, findings: { allowed: true }, spared: true },
  { unless: ALLOWED, findings: { allowed: "yes" }, spared: false },
  { unless: ALLOWED, findings: {}, spared: false },
  { unless: undefined, findings: { allowed: true }, spared: false },
])("a rule with the option unless $unless skips a person with the findings $findings: $spared", ({ unless, findings, spared }) =>
  expect(isSpared(unless, findings)).toBe(spared),
);

it('the option unless accepts no word but "allowed"', () => {
  expect(v.safeParse(createUnlessSchema(), undefined).success).toBe(true);
  expect(v.safeParse(createUnlessSchema(), ALLOWED).success).toBe(true);
  expect(v.safeParse(createUnlessSchema(), "denied").issues?.[0].message).toContain(`unless must be "allowed"`);
});
