import type { BuildOrder } from "./builder";
import { buildPolicies } from "./policy-build";

// Runs in a process that starts in advance, builds once and ends: each build loads the policy's files anew, and a policy that loops or ends
// its process does no harm.

process.once("message", async (order: BuildOrder) => {
  process.send?.(await buildPolicies(order), () => process.exit());
});
process.on("disconnect", () => process.exit());
