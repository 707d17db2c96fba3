import type { GraphClient } from "../adapters/graph/graph";
import type { TenantKind } from "../simulator/contract/rule";
import type { DeploymentOptions } from "./command";
import type { Deployment } from "./deployment";
import { graphFor } from "./entra/sign-in";
import type { Output } from "./output";

/** The options that say which tenant, and where it is asked. */
export interface TenantOptions extends DeploymentOptions {
  readonly tenant?: string;
  readonly endpoint?: ReadonlyMap<string, string>;
}

/** Graph for commands beside those of `entra`, with the same credentials. */
export async function tenantGraph(
  options: TenantOptions,
  deployment: Deployment,
  output: Output,
  { kind, version }: { readonly kind: TenantKind; readonly version: "v1.0" | "beta" },
): Promise<GraphClient> {
  return await graphFor(options, kind, deployment, output, { version });
}
