import { InvalidArgumentError } from "commander";
import type { JsonOption } from "../../../cli/command";
import { CommandError } from "../../../cli/failure";
import { GUID } from "../../../engine/directory-account";
import { endpointReader } from "../../../local/terminal/options";
import type { ConnectorFlow } from "../setup";
import type { ApplyOptions } from "./changes";
import { findConnectorTenant, isUserFlowId } from "./entra-file";
import type { TenantUse } from "./tenant-graph";

type ConnectorTenant = NonNullable<ConnectorFlow["kind"]>;

export interface EntraOptions extends TenantUse, JsonOption, ApplyOptions {
  readonly userFlow?: string;
  /** Display name of an external tenant's user flow. */
  readonly externalFlow?: string;
  /** Client ids of applications whose tokens get claims. */
  readonly application?: readonly string[];
  /** Client ids of APIs whose access tokens get claims. */
  readonly api?: readonly string[];
  readonly kind?: ConnectorTenant;
  readonly policy?: string;
  /** The file that declares the flows, relative to the app's folder. */
  readonly setup?: string;
}

export interface UserFlowOptions extends EntraOptions {
  readonly userFlow: string;
}

export const readGraphEndpoint = endpointReader(["graph", "login"]);

/** Throws InvalidArgumentError unless the text is a user flow's id. The id becomes part of a call's path. */
export function readUserFlow(text: string): string {
  if (!isUserFlowId(text)) throw new InvalidArgumentError("A user flow is called B2X_1_Partner, in Azure AD B2C B2C_1_Partner.");
  return text;
}

export function readApplication(text: string, before: readonly string[] = []): readonly string[] {
  if (!GUID.test(text)) throw new InvalidArgumentError("Name an application by its client id, a GUID.");
  return [...before, text];
}

/** Returns the kind of tenant that the flow's id or --kind tells. Throws CommandError if neither does. */
export function requireConnectorTenant(options: Pick<UserFlowOptions, "userFlow" | "kind">): ConnectorTenant {
  const kind = findConnectorTenant(options);
  if (kind !== undefined) return kind;
  throw new CommandError(`The name ${options.userFlow} does not say the kind of tenant: begin it with B2X_1_ or B2C_1_, or add --kind.`);
}
