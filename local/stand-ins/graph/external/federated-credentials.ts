import { randomUUID } from "node:crypto";
import type { Received, RoleTrust, StandInAnswer } from "../../outside-system";
import type { Tenant } from "../directory";
import { answerObjects, GraphErrorReply, modelledBody, type Objects } from "../objects";
import { type ExternalTenantState, type KeptApplication, type KeptFederatedCredential, NO_API } from "./stored-objects";

/** Graph's limit of credentials for one application. */
const MOST = 20;
/** Pattern of a credential's name. According to Graph's page, the name must fit a URL and cannot change later. */
const NAME = /^[A-Za-z0-9][\w-]{2,119}$/;
const LONGEST = 600;

type Given = Omit<KeptFederatedCredential, "id">;

/** @param key an id or a name */
export async function answerFederatedCredentials(
  tenant: Tenant,
  received: Received,
  application: KeptApplication,
  key: string | undefined,
): Promise<StandInAnswer> {
  const held = application.federatedIdentityCredentials ?? [];
  const credentials: Objects<KeptFederatedCredential> = {
    what: "federated credential",
    in: makeHolder(tenant, application),
    of: "federatedIdentityCredentials",
    create(given) {
      const made = modelledBody<Given>(given);
      if (held.length >= MOST) throw refuse(`An application has at most ${MOST} federated identity credentials.`);
      if (held.some(({ name }) => name === made.name)) {
        const message = `FederatedIdentityCredential with name ${made.name} already exists.`;
        throw new GraphErrorReply(409, "Request_MultipleObjectsWithSameKeyValue", [], message);
      }
      return checkCredential(made, held);
    },
    change(credential, given) {
      const changed = { ...credential, ...modelledBody<Partial<Given>>(given) };
      if (changed.name !== credential.name) throw refuse("Name is immutable and cannot be changed after creation.");
      return checkCredential(
        changed,
        held.filter((each) => each !== credential),
      );
    },
  };
  return await answerObjects(credentials, tenant, received, held.find(({ name }) => name === key)?.id ?? key);
}

export function registerRoles(external: ExternalTenantState, { issuer, audience, roles }: RoleTrust): void {
  for (const { name, arn, clientId } of roles) {
    if (external.applications.some(({ appId }) => appId === clientId)) continue;
    const credential = { id: randomUUID(), name: `start-${name}`, issuer, subject: arn, audiences: [audience] };
    const application: KeptApplication = {
      id: randomUUID(),
      appId: clientId,
      displayName: `Gatehouse ${name}`,
      identifierUris: [],
      api: NO_API,
      requiredResourceAccess: [],
      signInAudience: "AzureADMyOrg",
      federatedIdentityCredentials: [credential],
    };
    external.applications = [...external.applications, application];
  }
}

/**
 * Returns an object whose property holds the application's credentials. A write to the property replaces the application, because all new
 * tenants in memory share the initial objects.
 */
function makeHolder({ directory: { external } }: Tenant, { id }: KeptApplication): object {
  return {
    get federatedIdentityCredentials() {
      return external.applications.find((each) => each.id === id)?.federatedIdentityCredentials;
    },
    set federatedIdentityCredentials(all) {
      const change = (each: KeptApplication) =>
        each.id === id && all !== undefined ? { ...each, federatedIdentityCredentials: all } : each;
      external.applications = external.applications.map(change);
    },
  };
}

/** Graph answers 400 if another credential has the same issuer and subject: azure-workload-identity 434. */
function checkCredential<T extends Given>(given: T, others: readonly Given[]): T {
  const { name, issuer, subject, audiences } = given;
  if (!NAME.test(name)) throw refuse("The name does not fit a URL.");
  if (audiences.length !== 1) throw refuse("There has to be one audience.");
  if ([issuer, subject, ...audiences].some(({ length }) => length === 0 || length > LONGEST)) throw refuse("A value is too long.");
  if (others.some((each) => each.issuer === issuer && each.subject === subject)) {
    throw refuse("The combination of issuer and subject must be unique for the application.");
  }
  return given;
}

function refuse(message: string): GraphErrorReply {
  return new GraphErrorReply(400, "InvalidFederatedIdentityCredentialValue", [], message);
}
