import { CommandError } from "../failure";
import type { Output } from "../output";
import type { EntraTenant } from "./entra-tenant";
import type { EntraOptions } from "./options";
import { userFlowTenant } from "./user-flows/user-flow-tenant";

/** The flows that a command works on: the one that its options name. */
export async function entraTenants(options: EntraOptions, output: Output): Promise<readonly EntraTenant[]> {
  const { userFlow } = options;
  if (userFlow === undefined) throw new CommandError("Name the user flow: --user-flow B2X_1_Partner.");
  return [await userFlowTenant({ ...options, userFlow }, output)];
}
