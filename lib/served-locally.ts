import type { Construct } from "constructs";
import type { GatehouseProps } from "./gatehouse-options";

/** As the local runner signs operators in. */
export const LOCAL_CONSOLE = { tenantId: "local", clientId: "gatehouse-console" };

/** The external tenant that the local runner plays. Its ids are made up. */
export const LOCAL_EXTERNAL_TENANT = {
  tenantId: "7a1d4f0e-52c3-4d8b-9a6f-31be0c9d2e45",
  audience: "5b2c7a90-6d1e-4f83-a4b7-2c9e0d1f3a58",
};

/** Whether the local runner runs the app, which it does with `-c console=local`. */
export function isServedLocally(scope: Construct): boolean {
  return scope.node.tryGetContext("console") === "local";
}

/**
 * The options of a Gatehouse as the local runner wants them served, with `-c policy=FOLDER` for a policy other than the
 * app's.
 */
export function servedLocally(scope: Construct, props: GatehouseProps): GatehouseProps {
  if (!isServedLocally(scope)) return props;
  const policy: unknown = scope.node.tryGetContext("policy");
  return {
    ...props,
    // Its tables are its own, in the data folder.
    tables: {},
    replicas: [],
    secrets: {},
    standby: false,
    ...(props.customDomain && { customDomain: { ...props.customDomain, failover: undefined } }),

    backup: undefined,
    auditArchive: undefined,
    encryptionKey: false,
    ...(typeof policy === "string" && { policy }),
    console: { ...props.console, ...LOCAL_CONSOLE },
    ...(props.approvalMail !== false && { approvalMail: { ...props.approvalMail, decideFromMail: true } }),
    externalTenant: LOCAL_EXTERNAL_TENANT,
  };
}
