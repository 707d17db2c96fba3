import type { CountingRows } from "../engine/sign-up/ports";
import type { countingRows as all } from "./counting-rows";

/** What the stack does not let a function read either. */
const undeclared = () => {
  throw new Error("No rule of this step declares in its uses that it reads this table.");
};

/** In place of `countingRows` where no rule of a step reads a table that operators edit: see `stepBundle`. */
const undeclaredRows = {
  accessList: undeclared,
  profiles: undeclared,
  referenceData: undeclared,
} satisfies CountingRows & Record<keyof typeof all, unknown>;

export { undeclaredRows as countingRows };
