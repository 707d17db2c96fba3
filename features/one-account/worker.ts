import { requireVariable } from "../../adapters/aws/environment";
import { secretVersion } from "../../adapters/aws/secrets";
import { graphEnvironment } from "../../adapters/graph/clouds";
import { type Graph, GraphError, isUnknownObject } from "../../adapters/graph/graph";
import { readErrorTrace } from "../../adapters/report";
import type { World } from "../../adapters/world";
import { dropIdentitiesByAddress, readIdentities, signInAddresses } from "../../engine/protocols/body";
import { normaliseEmail } from "../../engine/sign-up/email";
import type { AccountHolder, AskDirectory } from "../external-tenant/account";

type DirectoryWorld = Pick<World, "settings" | "secrets" | "directory" | "log">;

/** Returns the tenant, and the application that asks Microsoft Graph who holds an account. */
export function accountReader(settings: World["settings"]): { readonly tenantId: string; readonly clientId: string } {
  return { tenantId: requireVariable(graphEnvironment.tenant, settings), clientId: requireVariable(graphEnvironment.client, settings) };
}

/** Asks Microsoft Graph who holds an account. Counts a failed call in UpstreamFailures, like one of any other outside system. */
export function directoryAccounts({ settings, secrets, log, ...world }: DirectoryWorld): AskDirectory {
  const graph = world.directory({
    ...accountReader(settings),
    clientSecret: async () => {
      const secret = await secretVersion(secrets, requireVariable(graphEnvironment.secret, settings), "AWSCURRENT");
      return secret?.SecretString;
    },
    log,
  });
  return async (userId, signal) => {
    try {
      return readAccountHolder(await graph.get<User>(`/users/${userId}?$select=mail,otherMails,identities`, signal));
    } catch (error) {
      if (isUnknownObject(error)) return "absent";
      const { status, code, requestId } = error as Partial<GraphError>;
      log.warn(
        "account not read",
        error instanceof GraphError ? { graph: { status, code, requestId } } : { failure: readErrorTrace(error) },
      );
      log.count("UpstreamFailures", { system: "graph", kind: signal.aborted ? "timeout" : "failed" });
      return undefined;
    }
  };
}

type User = Awaited<ReturnType<Graph["get"]>> & { readonly mail?: unknown; readonly otherMails?: unknown; readonly identities?: unknown };

/** Reads from Graph's user the address and the provider's account that the gate knew when the person sent the form. */
function readAccountHolder({ mail, otherMails, identities }: User): AccountHolder {
  const all = Array.isArray(identities) ? identities.filter(({ signInType }) => signInType !== "userPrincipalName") : identities;
  const read = readIdentities(all);
  const accountIdentities = { identities: dropIdentitiesByAddress(read) };
  const addresses = signInAddresses(read).flatMap((each) => addressIn(each) ?? []);
  // If there are several addresses, the account's own is the one in `mail`.
  const provenAddress = addresses.length > 1 ? addresses.find((each) => each === addressIn(mail)) : addresses[0];
  if (provenAddress !== undefined) return { email: provenAddress, ...accountIdentities };
  const email = [mail, ...(Array.isArray(otherMails) ? otherMails : [])].flatMap((each) => addressIn(each) ?? [])[0];
  if (email === undefined) return { email: "", ...accountIdentities };
  // The directory vouches for `mail` only at an account without a provider. At a provider's account, the person may have typed `mail` in
  // the form. People can change `otherMails` themselves.
  const isDirectorysWord = email === addressIn(mail) && accountIdentities.identities.length === 0;
  return { email, ...(!isDirectorysWord && { emailTyped: true }), ...accountIdentities };
}

function addressIn(text: unknown): string | undefined {
  return typeof text === "string" ? normaliseEmail(text) : undefined;
}
