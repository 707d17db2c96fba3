import { endAtProcessorTime } from "../policies/job-threads";
import type { LimitedOrder } from "./builder";
import { buildPolicies } from "./policy-build";

// Runs in a process that builds once: each build loads the files anew, and a policy that loops or exits harms only this process.

process.once("message", async (order: LimitedOrder) => {
  endAtProcessorTime(
    order.limitMs,
    `The policy cannot be loaded: after ${order.limitMs / 1_000} s of processor time it has not come to an end. Does it loop?`,
  );
  process.send?.(await buildPolicies(order), () => process.exit());
});
process.on("disconnect", () => process.exit());
