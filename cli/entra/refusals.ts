import { GraphError, SignInError } from "../../adapters/graph/graph";
import { CredentialError } from "../../adapters/graph/sign-in";
import { userFlowPermissions } from "../../adapters/graph/user-flows";
import { CommandError } from "../failure";

/** Does something in Graph; what is refused becomes words with the mend. */
export async function inGraph<T>(work: () => Promise<T>, words: Readonly<Partial<Record<number, string>>> = {}): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof CredentialError) throw new CommandError(error.message, undefined, { cause: error });
    if (!(error instanceof GraphError)) throw error;
    throw new CommandError(words[error.status] ?? refusalWords(error), undefined, { cause: error });
  }
}

function refusalWords(error: GraphError): string {
  const { status, code, requestId } = error;
  if (error instanceof SignInError) {
    const check =
      "check AZURE_TENANT_ID, AZURE_CLIENT_ID and the secret, certificate or token file: the application has to be this tenant's";
    return status === 0 || status >= 500
      ? `No token was to be had (${code}): repeat the command.`
      : `Entra gives no token (${code}): ${check}.`;
  }
  if (status === 401) return "The sign-in to Graph has expired: repeat the command.";
  if (status === 403) {
    const both = Object.values(userFlowPermissions).join(" and ");
    return `Graph refuses this (${code}): grant the application ${both}, with admin consent; a person needs the role External ID User Flow Administrator too.`;
  }
  const about = requestId === undefined ? code : `${code}, request ${requestId}`;
  return status === 429 || status === 0 || status >= 500
    ? `Graph does not answer now (${status} ${about}): repeat the command.`
    : `Graph refuses this: ${status} ${about}.`;
}
