import type { CountingRows } from "../engine/sign-up/ports";
import type { countingRows as all } from "./counting-rows";

// In place of step-needs.ts for a step whose rules need none of it: see `stepBundle`.

/** What the stack does not let a function read either. */
const undeclared = () => {
  throw new Error("No rule of this step declares in its uses that it reads this table.");
};

const undeclaredRows = {
  accessList: undeclared,
  profiles: undeclared,
  referenceData: undeclared,
} satisfies CountingRows & Record<keyof typeof all, unknown>;

const noShadows = () => undefined;

export { noShadows as shadowsOf, undeclaredRows as countingRows };
