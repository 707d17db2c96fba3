import { boundedFetch } from "../http/bounded-fetch";

/** The issuer of an external tenant. "absent": the tenant has none. "unknown": there was no usable answer. */
export type IssuerAnswer = { readonly issuer: string } | "absent" | "unknown";

export interface MetadataRequest {
  /** A GUID. */
  readonly tenantId: string;
  /** The address that replaces the tenant's own host, without path. */
  readonly login?: string;
  readonly fetch: typeof fetch;
}

const TIMEOUT_MS = 10_000;

/** For a tenant of another kind, the server refuses the request ("absent"), or the host does not exist ("unknown"). */
export async function fetchIssuer({
  tenantId,
  login = `https://${tenantId}.ciamlogin.com`,
  fetch: ask,
}: MetadataRequest): Promise<IssuerAnswer> {
  try {
    const url = `${login}/${tenantId}/v2.0/.well-known/openid-configuration`;
    const answer = await boundedFetch(ask)(url, { redirect: "manual", signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (answer.status >= 400 && answer.status < 500 && answer.status !== 429) return "absent";
    const { issuer } = (await answer.json()) as { readonly issuer?: unknown };
    return answer.status === 200 && typeof issuer === "string" ? { issuer } : "unknown";
  } catch {
    return "unknown";
  }
}
