import { GraphError, SignInError } from "../../adapters/graph/graph";
import { CredentialError } from "../../adapters/graph/sign-in";
import { CommandError } from "../failure";
import { type GraphNeeds, listed, setupNeeds } from "./permissions";

/** Does something in Graph; what is refused becomes words with the mend. @param words instead, by status @param needs what the work takes */
export async function inGraph<T>(
  work: () => Promise<T>,
  words: Readonly<Partial<Record<number, string>>> = {},
  needs: GraphNeeds = setupNeeds.workforce,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof CredentialError) throw new CommandError(error.message, undefined, { cause: error });
    if (!(error instanceof GraphError)) throw error;
    throw new CommandError(words[error.status] ?? refusalWords(error, needs), undefined, { cause: error });
  }
}

function refusalWords(error: GraphError, { permissions, role }: GraphNeeds): string {
  const { status, code, requestId } = error;
  if (error instanceof SignInError) {
    const check =
      "check AZURE_TENANT_ID, AZURE_CLIENT_ID and the secret, certificate or federated credential: the application has to be this tenant's";
    return status === 0 || status >= 500
      ? `No token was to be had (${code}): check the network and HTTPS_PROXY, and repeat the command.`
      : `Entra gives no token (${code}): ${check}.`;
  }
  if (status === 401) return "The sign-in to Graph has expired: repeat the command.";
  if (status === 403) {
    return `Graph refuses this (${code}): grant the application ${listed(permissions)}, with admin consent; a person needs the role ${role} too.`;
  }
  const about = requestId === undefined ? code : `${code}, request ${requestId}`;
  if (status === 0) return `Graph cannot be reached (${about}): check the network and HTTPS_PROXY, and repeat the command.`;
  return status === 429 || status >= 500
    ? `Graph does not answer now (${status} ${about}): repeat the command.`
    : `Graph refuses this: ${status} ${about}.`;
}
