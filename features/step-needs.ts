import type { World } from "../adapters/world";
import type { Postponed } from "../engine/sign-up/decision";
import type { CountingRows } from "../engine/sign-up/ports";
import type { DecisionRecord } from "../engine/sign-up/record";
import { countingRows } from "./counting-rows";
import { undeclaredRows } from "./no-step-needs";
import { shadowCaller } from "./shadow/client";

// Features' parts of a step, and its rules' services, if it needs any. The build gives other steps no-step-needs.ts instead.

export { policySecrets } from "../adapters/aws/policy-secrets";
export { timingCalls } from "../adapters/http/call-times";

// The build replaces the variables, and leaves out what a step does not need.

export const countingRowsOfStep = (): CountingRows => (process.env.GATEHOUSE_EDITED_ROWS === "absent" ? undeclaredRows : countingRows);

type ShadowWorld = Pick<World, "settings" | "clock" | "log">;
type AskShadows = (postponedCall: Postponed | undefined, record: DecisionRecord, due: number) => Promise<void>;

/** Hands over shadowed rules. Undefined for a step that has none. */
export const createShadowAsker = (world: ShadowWorld): AskShadows | undefined =>
  process.env.GATEHOUSE_SHADOWS === "present" ? shadowCaller(world) : undefined;
