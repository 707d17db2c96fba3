import type { Construct } from "constructs";

/** The console's options under the local runner. */
export const LOCAL_CONSOLE = { tenantId: "local", clientId: "gatehouse-console" };

/** The external tenant that the local runner plays, with made-up ids. */
export const LOCAL_EXTERNAL_TENANT = {
  tenantId: "7a1d4f0e-52c3-4d8b-9a6f-31be0c9d2e45",
  audience: "5b2c7a90-6d1e-4f83-a4b7-2c9e0d1f3a58",
};

/** True under the local runner, which passes `-c console=local`. */
export function isServedLocally(scope: Construct): boolean {
  return scope.node.tryGetContext("console") === "local";
}
