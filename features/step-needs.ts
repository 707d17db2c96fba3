import type { AskShadows, ShadowWorld } from "./shadow/client";
import { shadowCaller } from "./shadow/client";

// What features give a step, where its rules need it. The build gives other steps no-step-needs.ts in its place.

export { countingRows } from "./counting-rows";

/** Hands shadowed rules over. Undefined for a step that has none: the build replaces the variable, and leaves out what calls them. */
export const shadowsOf = (world: ShadowWorld): AskShadows | undefined =>
  process.env.GATEHOUSE_SHADOWS === "present" ? shadowCaller(world) : undefined;
