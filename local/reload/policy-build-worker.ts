import { endAtProcessorTime } from "../policies/processor-limit";
import type { LimitedOrder } from "./builder";
import { buildPolicies } from "./policy-build";

// This module runs in a process that is started in advance, builds once and ends. So each build loads the policy's files anew. A policy
// that loops or ends its process harms only this process.

process.once("message", async (order: LimitedOrder) => {
  endAtProcessorTime(
    order.limitMs,
    `The policy cannot be loaded: after ${order.limitMs / 1_000} s of processor time it has not come to an end. Does it loop?`,
  );
  process.send?.(await buildPolicies(order), () => process.exit());
});
process.on("disconnect", () => process.exit());
