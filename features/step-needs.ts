import type { World } from "../adapters/world";
import type { Postponed } from "../engine/sign-up/decision";
import type { CountingRows } from "../engine/sign-up/ports";
import type { DecisionRecord } from "../engine/sign-up/record";
import { countingRows } from "./counting-rows";
import { undeclaredRows } from "./no-step-needs";
import { shadowCaller } from "./shadow/client";

// The needs of a step from features, and the services of the step's rules. If a step needs none of this, the build uses no-step-needs.ts
// instead of this file.

export { policySecrets } from "../adapters/aws/policy-secrets";
export { timingCalls } from "../adapters/http/call-times";

// The build replaces `GATEHOUSE_EDITED_ROWS` and `GATEHOUSE_SHADOWS` by constants, and then omits the parts that a step does not need.

export const countingRowsOfStep = (): CountingRows => (process.env.GATEHOUSE_EDITED_ROWS === "absent" ? undeclaredRows : countingRows);

type ShadowWorld = Pick<World, "settings" | "clock" | "log">;
type AskShadows = (postponedCall: Postponed | undefined, record: DecisionRecord, due: number) => Promise<void>;

/** Makes the function that hands over shadowed rules. Undefined for a step without shadowed rules. */
export const createShadowAsker = (world: ShadowWorld): AskShadows | undefined =>
  process.env.GATEHOUSE_SHADOWS === "present" ? shadowCaller(world) : undefined;
