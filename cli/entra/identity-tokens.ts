import { AwsError } from "../../adapters/aws/client";
import { formQuery, inXml, sts } from "../../adapters/aws/form-query";
import { CredentialError, type GraphCredential } from "../../adapters/graph/sign-in";
import { explained } from "../failure";
import { proxiedFetch, proxyAgent } from "../proxy";
import { assertCallable } from "../simulate/callable";
import { cloudFormation, type StackOptions } from "../stack-outputs";

/** What Entra wants a token to be for that another issuer signed. */
const AUDIENCE = "api://AzureADTokenExchange";

/** What GitHub gives a job with the permission id-token: write. */
const GITHUB_VARIABLES = ["ACTIONS_ID_TOKEN_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_TOKEN"] as const;

/** Whether GitHub signs a token for this job, if it is one. */
export function isSignedByGithub(): boolean {
  return GITHUB_VARIABLES.every((name) => process.env[name]);
}

/** What GitHub says of the job, or the answer that says it cannot now. Throws CredentialError where it will not. */
export async function githubToken(signal: AbortSignal): Promise<GraphCredential | Response> {
  const [address = "", bearer] = GITHUB_VARIABLES.map((name) => process.env[name]);
  assertCallable(address);
  const url = new URL(address);
  url.searchParams.set("audience", AUDIENCE);
  const response = await proxiedFetch(url, { headers: { authorization: `Bearer ${bearer}`, accept: "application/json" }, signal });
  if (response.status >= 500) return response;
  const { value } = (response.status === 200 ? await response.json().catch(() => ({})) : {}) as { value?: unknown };
  if (typeof value === "string" && value !== "") return { assertion: value };
  throw new CredentialError(
    `GitHub signs no token for this job: it answers ${response.status}. Give the job the permission id-token: write.`,
  );
}

/** What AWS says of whoever the AWS credentials are: IAM's outbound identity federation. Throws CredentialError where it says nothing. */
export async function awsToken(options: Omit<StackOptions, "stack">, signal: AbortSignal): Promise<GraphCredential> {
  const form = {
    Action: "GetWebIdentityToken",
    Version: "2011-06-15",
    "Audience.member.1": AUDIENCE,
    // Entra takes no other.
    SigningAlgorithm: "RS256",
  };
  try {
    const { config } = await cloudFormation(options);
    const credentials = await config.credentials();
    const access = { region: await config.region(), credentials: async () => credentials, agent: proxyAgent() };
    const assertion = inXml(await formQuery(sts, access, form, signal), "WebIdentityToken");
    if (assertion !== undefined) return { assertion };
    throw new CredentialError("AWS signs no token: its answer has none.");
  } catch (error) {
    if (error instanceof CredentialError || signal.aborted) throw error;
    throw new CredentialError(refusalWords(error));
  }
}

function refusalWords(error: unknown): string {
  const { name } = error as Error;
  if (name.startsWith("OutboundWebIdentityFederationDisabled"))
    return "AWS signs no token for this account yet: run aws iam enable-outbound-web-identity-federation once.";
  if (name.startsWith("SessionDurationEscalation"))
    return "The AWS session ends within minutes: sign in to AWS again and repeat the command.";
  if (error instanceof AwsError && name.startsWith("AccessDenied"))
    return "AWS signs no token for these credentials: allow them sts:GetWebIdentityToken.";
  return `AWS signs no token. ${explained(error)}`;
}
