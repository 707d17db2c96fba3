import type { timingCalls as timing } from "../adapters/http/call-times";
import type { CountingRows, Ports } from "../engine/sign-up/ports";
import type { countingRows as all } from "./counting-rows";

// Replaces step-needs.ts in the bundle of a step whose rules need nothing from that file: see `stepBundle`.

/** Throws, because no rule of this step declares the table in its `uses`. The stack gives a function access only to declared tables. */
const throwUndeclared = () => {
  throw new Error("No rule of this step declares in its uses that it reads this table.");
};

export const undeclaredRows = {
  accessList: throwUndeclared,
  profiles: throwUndeclared,
  referenceData: throwUndeclared,
} satisfies CountingRows & Record<keyof typeof all, unknown>;

export const policySecrets = (): Ports["secret"] => async (name) => {
  throw new Error(`No rule of this step declares the secret "${name}" in its uses.`);
};

export const timingCalls: typeof timing = async (run) => ({ result: await run(), calls: [] });

export const countingRowsOfStep = (): CountingRows => undeclaredRows;

export const createShadowAsker = () => undefined;
