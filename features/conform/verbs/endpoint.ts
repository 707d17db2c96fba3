import { CommandError } from "../../../cli/failure";
import { fetchHere } from "../../../cli/proxy";
import type { Step } from "../../../engine/sign-up/sign-up";
import { TokenError } from "../../../simulator/client/authorization";
import type { ProbeTarget } from "../../../simulator/conformance/probe";
import type { ExtensionAccess, Target } from "../../simulator/verbs/target";

/** An endpoint as conformance probes call it. */
export async function endpointAt(target: Target, step: Step, email: string): Promise<ProbeTarget> {
  const endpoint = { step, url: target.url(step), email, fetch: fetchHere() };
  if (target.tenant !== "external-tenant") {
    const { tenant, username, password } = target;
    return { ...endpoint, tenant, username, password };
  }
  const { tenant, tenantId, signingKey } = target;
  return { ...endpoint, tenant, tenantId, token: await tokenOf(target), ...(signingKey && { signingKey }) };
}

async function tokenOf({ authorization }: Pick<ExtensionAccess, "authorization">): Promise<string> {
  try {
    return (await authorization()).replace(/^Bearer /, "");
  } catch (error) {
    if (error instanceof TokenError) throw new CommandError(error.message, undefined, { cause: error });
    throw error;
  }
}
