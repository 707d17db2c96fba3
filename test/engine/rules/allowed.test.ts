import * as v from "valibot";
import { ALLOWED, allowing, isSpared, unlessAllowed } from "../../../engine/rules/allowed";
import type { Findings } from "../../../engine/sign-up/verdict";

it.each([
  { otherwise: "block", findings: {} },
  { otherwise: "block", findings: {} },
  { otherwise: "continue", findings: { allowed: true } },
])("somebody let in by a rule that lets others $otherwise has $findings", ({ otherwise, findings }) =>
  expect(allowing(otherwise)).toEqual(findings),
);

it.each<{ unless: typeof ALLOWED | undefined; findings: Findings; spared: boolean }>([
  { unless: ALLOWED, findings: { allowed: true }, spared: true },
  { unless: ALLOWED, findings: { allowed: "yes" }, spared: false },
  { unless: ALLOWED, findings: {}, spared: false },
  { unless: undefined, findings: { allowed: true }, spared: false },
])("with unless $unless and $findings, asking nothing is $spared", ({ unless, findings, spared }) =>
  expect(isSpared(unless, findings)).toBe(spared),
);

it("no other word is taken", () => {
  expect(v.safeParse(unlessAllowed(), undefined).success).toBe(true);
  expect(v.safeParse(unlessAllowed(), ALLOWED).success).toBe(true);
  expect(v.safeParse(unlessAllowed(), "denied").issues?.[0].message).toContain(`unless must be "allowed"`);
});
