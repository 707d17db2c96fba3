import * as v from "valibot";
import { GUID } from "../../../engine/directory-account";
import { createTextSchema } from "../../../engine/fields";
import { optionSchema } from "../../../engine/option-schema";
import { SetupError } from "../../../lib/errors";
import { checkOptions, textFitting } from "../../../lib/options";

/** The external tenant whose custom authentication extensions call the gate: docs/external-tenant.md. */
export interface ExternalTenantOptions {
  /** A GUID. */
  readonly tenantId: string;
  /** The client id of the gate's app registration in the tenant. */
  readonly audience: string;
  /**
   * The issuer, exactly as in the tenant's metadata.
   * @default "https://TENANT-ID.ciamlogin.com/TENANT-ID/v2.0"
   */
  readonly issuer?: string;
  /**
   * The client id of another application that may call, for tests. An alarm rings while it is set.
   * @default none: only Entra may call
   */
  readonly testCaller?: string;
  /**
   * The client id of an application that may read users (User.Read.All). If no sign-up shows whose account a token is for, Gatehouse asks
   * Graph as this application: docs/tokens.md. The application's client secret goes into the secret of the output AccountReaderSecret.
   * @default none: Graph is not asked
   */
  readonly accountReader?: string;
}

/** The options with all defaults filled in. */
export interface ExternalTenant extends ExternalTenantOptions {
  readonly issuer: string;
}

export const externalTenantOptions = optionSchema<ExternalTenantOptions>({
  tenantId: textFitting("the tenant's id, a GUID", GUID),
  audience: textFitting("the client id of the gate's app registration, a GUID", GUID),
  issuer: v.optional(createTextSchema()),
  testCaller: v.optional(textFitting("the client id of the application that tests call as, a GUID", GUID)),
  accountReader: v.optional(textFitting("the client id of the application that reads users, a GUID", GUID)),
});

/** Fills in the defaults. Throws a SetupError that says what is wrong with the options. */
export function checkedExternalTenant(options: ExternalTenantOptions): ExternalTenant {
  checkOptions(externalTenantOptions, options, ["externalTenant"]);
  const { tenantId } = options;
  const issuer = options.issuer ?? `https://${tenantId}.ciamlogin.com/${tenantId}/v2.0`;
  if (isTenantIssuer(issuer, tenantId)) return { ...options, issuer };
  throw new SetupError(
    `externalTenant.issuer is ${JSON.stringify(issuer)}; it must be an https address that holds the tenantId, ${tenantId}.`,
  );
}

/** Returns true if the issuer has no query or credentials and belongs to the tenant. API Gateway compares issuers letter by letter. */
function isTenantIssuer(issuer: string, tenantId: string): boolean {
  if (!URL.canParse(issuer)) return false;
  const { protocol, username, search, hash, pathname } = new URL(issuer);
  const parts = pathname.toLowerCase().split("/");
  return protocol === "https:" && `${username}${search}${hash}` === "" && parts.includes(tenantId.toLowerCase());
}
