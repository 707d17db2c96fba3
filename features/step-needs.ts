import type { World } from "../adapters/world";
import type { Postponed } from "../engine/sign-up/decision";
import type { CountingRows } from "../engine/sign-up/ports";
import type { DecisionRecord } from "../engine/sign-up/record";
import { countingRows } from "./counting-rows";
import { undeclaredRows } from "./no-step-needs";
import { shadowCaller } from "./shadow/client";

// If a step needs nothing from features and has no services in its rules, the build uses no-step-needs.ts.

export { policySecrets } from "../adapters/aws/secrets";
export { timingCalls } from "../adapters/http/call-times";

// The build replaces `GATEHOUSE_EDITED_ROWS` and `GATEHOUSE_SHADOWS` by constants, and then omits the parts that a step does not need.

export const countingRowsOfStep = (): CountingRows => (process.env.GATEHOUSE_EDITED_ROWS === "absent" ? undeclaredRows : countingRows);

type ShadowWorld = Pick<World, "settings" | "clock" | "log">;
type AskShadows = (postponedCall: Postponed | undefined, record: DecisionRecord, due: number) => Promise<void>;

export const createShadowAsker = (world: ShadowWorld): AskShadows | undefined =>
  process.env.GATEHOUSE_SHADOWS === "present" ? shadowCaller(world) : undefined;
