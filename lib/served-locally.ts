import type { Construct } from "constructs";
import type { GatehouseProps } from "./gatehouse-options";

/** As the local runner signs operators in. */
export const LOCAL_CONSOLE = { tenantId: "local", clientId: "gatehouse-console" };

/**
 * The options of a Gatehouse as the local runner wants them served, which runs the app with `-c console=local`, and with
 * `-c policy=FOLDER` for a policy other than the app's.
 */
export function servedLocally(scope: Construct, props: GatehouseProps): GatehouseProps {
  if (scope.node.tryGetContext("console") !== "local") return props;
  const policy: unknown = scope.node.tryGetContext("policy");
  return { ...props, ...(typeof policy === "string" && { policy }), console: LOCAL_CONSOLE };
}
