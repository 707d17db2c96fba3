import { GUID } from "../../engine/guid";
import { SetupError } from "../setup-error";

/** The external tenant whose custom authentication extensions call the gate: docs/external-tenant.md. */
export interface ExternalTenantOptions {
  /** The tenant's id, a GUID. */
  readonly tenantId: string;
  /** The client id of the app registration that stands for the gate in the tenant. */
  readonly audience: string;
  /**
   * The issuer of the tenant's tokens, as its metadata spells it.
   * @default "https://TENANT-ID.ciamlogin.com/TENANT-ID/v2.0"
   */
  readonly issuer?: string;
  /**
   * The client id of an application that may call beside Entra, to test a deployment. An alarm rings as long as there is one.
   * @default Entra alone calls
   */
  readonly testCaller?: string;
}

/** The same with nothing left open. */
export interface ExternalTenant extends ExternalTenantOptions {
  readonly issuer: string;
}

const known: readonly string[] = ["tenantId", "audience", "issuer", "testCaller"] satisfies (keyof ExternalTenantOptions)[];

/** Throws a SetupError that says what is wrong with them. */
export function checkedExternalTenant(options: ExternalTenantOptions): ExternalTenant {
  for (const name of Object.keys(options)) {
    if (!known.includes(name))
      throw new SetupError(`externalTenant has no option ${name}: remove it, or write one of ${known.join(", ")}.`);
  }
  const { tenantId, audience, testCaller } = options;
  assertGuid("tenantId", tenantId, "the tenant's id");
  assertGuid("audience", audience, "the client id of the gate's app registration");
  if (testCaller !== undefined) assertGuid("testCaller", testCaller, "the client id of the application that tests call as");
  const issuer = options.issuer ?? `https://${tenantId}.ciamlogin.com/${tenantId}/v2.0`;
  if (!isIssuerOf(issuer, tenantId)) return refuse("issuer", issuer, `must be an https address that holds the tenantId, ${tenantId}`);
  return { ...options, issuer };
}

function assertGuid(name: keyof ExternalTenantOptions, value: unknown, what: string): void {
  if (typeof value !== "string" || !GUID.test(value)) refuse(name, value, `must be ${what}, a GUID`);
}

/** API Gateway compares it letter by letter: no query, nothing to sign in with. */
function isIssuerOf(issuer: unknown, tenantId: string): issuer is string {
  if (typeof issuer !== "string" || !URL.canParse(issuer)) return false;
  const { protocol, username, search, hash, pathname } = new URL(issuer);
  const parts = pathname.toLowerCase().split("/");
  return protocol === "https:" && `${username}${search}${hash}` === "" && parts.includes(tenantId.toLowerCase());
}

function refuse(name: keyof ExternalTenantOptions, value: unknown, rest: string): never {
  throw new SetupError(`externalTenant.${name} is ${JSON.stringify(value)}; it ${rest}.`);
}
