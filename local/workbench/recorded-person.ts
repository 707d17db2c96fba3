import type { DecisionRecord } from "../../engine/sign-up/record";
import { ENTRA_ISSUER, MAIL_ISSUER } from "../../engine/sign-up/sign-up";
import { identityProviders, type Person, readPersonFile } from "../../simulator/client/person";
import type { SavedPerson } from "../../simulator/client/saved-person";
import type { TenantKind } from "../../simulator/contract/tenant-kind";

/** The kind of tenant that asks in each dialect. */
export const tenants: Readonly<Record<DecisionRecord["source"], TenantKind>> = {
  b2b: "workforce",
  b2c: "b2c",
  "external-tenant": "external-tenant",
};

/** The person of a record: neither attributes nor languages, and of the account its provider alone. Undefined where it names nobody. */
export function recordedPerson({ email, issuers = [], source, gate, application, ipAddress }: DecisionRecord): SavedPerson | undefined {
  if (email === undefined) return undefined;
  return {
    tenant: tenants[source],
    ...(gate !== undefined && { gate }),
    person: readPersonFile({
      issuer: providerOf(issuers[0], source),
      email,
      ...(application !== undefined && { application }),
      ...(ipAddress !== undefined && { ipAddress }),
    }),
  };
}

/** Of a provider that the simulator does not play, the nearest: somebody who proves an address. */
function providerOf(issuer: string | undefined, source: DecisionRecord["source"]): Person["issuer"] {
  if (issuer === undefined || issuer === ENTRA_ISSUER) return source === "b2b" ? "entra" : "mail";
  return identityProviders.find((each) => each === issuer) ?? (issuer === MAIL_ISSUER ? "mail" : "google.com");
}
