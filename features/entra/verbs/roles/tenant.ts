import { createHash } from "node:crypto";
import { type AwsClient, AwsError } from "../../../../adapters/aws/client";
import { secretVersion } from "../../../../adapters/aws/secrets";
import { findCloud } from "../../../../adapters/graph/clouds";
import { type GraphClient, GraphError } from "../../../../adapters/graph/graph";
import type { GraphApplication, GraphRole } from "../../../../cli/aws/stack";
import type { Deployment } from "../../../../cli/deployment";
import { CommandError, connectionCode } from "../../../../cli/failure";
import { formatList, type GraphNeeds, lookedAt, rolesIn } from "../../../../cli/graph/access";
import { graphFor } from "../../../../cli/graph/sign-in";
import type { Output } from "../../../../cli/output";
import { GUID } from "../../../../engine/directory-account";
import { parseJsonObject } from "../../../../engine/json";
import { federatedCredentials, NotShownError } from "../../client/federated-credentials";
import type { EntraSetup } from "../../setup";
import { changeKinds, type EntraTenant, meanwhileWords, type Plan } from "../changes";
import type { EntraOptions } from "../options";
import { callTenant, chooseCredentialNeeds } from "../tenant-graph";
import { type ActualCredentials, actions, type FindCredentials, findNeedless, planRoles, type WantedCredential } from "./plan";

const SWITCH_OFF =
  "AWS signs no token for this account yet, so that no role can sign in to Graph: run aws iam enable-outbound-web-identity-federation once (AWS CLI 2.33 or later), and repeat the command.";
const LONGEST_NAME = 120;

/** Opens the tenants of roles. Empty if the deployment has no roles. Signs in to Graph when a credential is first read. */
export async function openRoleTenants(
  options: EntraOptions,
  { deployment, setup }: { readonly deployment: Deployment; readonly setup: Pick<EntraSetup, "graphApplications"> },
  output: Output,
): Promise<readonly EntraTenant[]> {
  const roles = await readRoles(deployment, setup);
  if (roles.length === 0) return [];
  const issuer = await findIssuer(deployment);
  const findTenant = (role: ApplicationRole) => ("signsInAs" in role ? role.signsInAs.tenantId : undefined) ?? options.tenant;
  return [...new Set(roles.map(findTenant))].map((tenant) => {
    const ofTenant = roles.filter((role) => findTenant(role) === tenant);
    const there = { ...options, tenant };
    return openRoleTenant(there, { deployment, roles: ofTenant, issuer }, output);
  });
}

interface Deployed {
  readonly deployment: Deployment;
  readonly roles: readonly ApplicationRole[];
  readonly issuer: Issuer;
}

type Issuer = { readonly url: string } | { readonly missing: string };

async function findIssuer(deployment: Deployment): Promise<Issuer> {
  try {
    const url = await deployment.tokenIssuer();
    return url === undefined ? { missing: SWITCH_OFF } : { url };
  } catch (error) {
    if (!(error instanceof AwsError)) {
      const code = error instanceof Error ? connectionCode(error) : undefined;
      if (code === undefined) throw error;
      return {
        missing: `IAM does not answer (${code}), so that the account's issuer is not known: check the network, and repeat the command.`,
      };
    }
    const needs = "allow iam:GetOutboundWebIdentityFederationInfo";
    return {
      missing: `The account's issuer of tokens could not be read (${error.name}), and the roles' federated credentials need it: ${needs}.`,
    };
  }
}

function openRoleTenant(options: EntraOptions, { deployment, roles, issuer }: Deployed, output: Output): EntraTenant {
  const needs = chooseCredentialNeeds(options);
  const prefix = makeNamePrefix(deployment);
  const wanted = "url" in issuer ? roles.flatMap((role) => toWantedCredential(role, issuer.url, options, prefix)) : [];
  const byHand = "missing" in issuer ? [issuer.missing] : roles.flatMap((role) => ("unknown" in role ? role.unknown : []));
  let graph: Promise<GraphClient> | undefined;
  const findCredentials: FindCredentials = async (appId) => {
    graph ??= graphFor(options, deployment, output, { needs, version: "v1.0" });
    return federatedCredentials(await graph, appId);
  };
  const kinds = changeKinds(actions, findCredentials);
  const what = "Whether the functions' applications have credentials that nothing needs";
  const needless = async () => findNeedless(wanted, await readActual(wanted, findCredentials), prefix);
  return {
    ...kinds,
    tenant: options.tenant,
    plan: async (planned) => {
      const plan = await planUnlessForbidden(needs, async () => planRoles(wanted, await readActual(wanted, findCredentials), planned));
      return { ...plan, byHand: [...plan.byHand, ...byHand] };
    },
    removal: async () => nothing,
    findings: async () => await callTenant(() => lookedAt(what, needs, needless), needs),
    make: async (change, made) => await callTenant(() => waitUntilShown(kinds.make(change, made)), needs, refusals),
  };
}

const nothing: Plan = { changes: [], obstacles: [], byHand: [], notes: [] };

const refusals: Readonly<Partial<Record<number, string>>> = {
  ...meanwhileWords,
  409: "Graph has a federated credential of this name by now: somebody else may have made it. Repeat the command.",
};

async function waitUntilShown(change: Promise<string | undefined>): Promise<string | undefined> {
  try {
    return await change;
  } catch (error) {
    if (!(error instanceof NotShownError)) throw error;
    const words =
      "Graph accepted the federated credential, but does not show it: another write may have come in between, or Graph is slow.";
    throw new CommandError(words, undefined, { cause: error });
  }
}

/** If Graph forbids reading the credentials, a person learns what to grant. The changes of the flows are still made. */
async function planUnlessForbidden(needs: GraphNeeds, plan: () => Promise<Plan>): Promise<Plan> {
  const orByHand = async (): Promise<Plan> => {
    try {
      return await plan();
    } catch (error) {
      if (!(error instanceof GraphError && error.status === 403)) throw error;
      const grant = `grant the application ${formatList(needs.permissions)}, with admin consent; a person needs ${rolesIn(needs)} too`;
      return { ...nothing, byHand: [`The roles' federated credentials could not be looked at (${error.code}): ${grant}.`] };
    }
  };
  return await callTenant(orByHand, needs);
}

/** Leaves out applications that the tenant lacks. */
async function readActual(
  wanted: readonly WantedCredential[],
  findCredentials: FindCredentials,
): Promise<ReadonlyMap<string, ActualCredentials>> {
  const found = new Map<string, ActualCredentials>();
  for (const appId of new Set(wanted.map(({ application }) => application.clientId))) {
    const credentials = await findCredentials(appId);
    try {
      found.set(appId, { application: await credentials.application(), credentials: await credentials.all() });
    } catch (error) {
      if (!(error instanceof GraphError && error.status === 404)) throw error;
    }
  }
  return found;
}

function toWantedCredential(role: ApplicationRole, issuer: string, { cloud }: EntraOptions, prefix: string): readonly WantedCredential[] {
  if (!("signsInAs" in role)) return [];
  const { audience = "" } = findCloud(cloud) ?? {};
  return [{ application: role.signsInAs, name: `${prefix}${role.name}`, issuer, subject: role.arn, audiences: [audience] }];
}

/** Includes the region, because stacks of one name in two regions may share an application. */
function makeNamePrefix({ place: { stack, region } }: Pick<Deployment, "place">): string {
  const name = `gatehouse-${stack}-${region}`.replace(/[^A-Za-z0-9_-]+/g, "-");
  // Leaves about 40 characters for the role's name.
  const most = LONGEST_NAME - 40;
  if (name.length <= most) return `${name}-`;
  return `${name.slice(0, most - 9)}-${createHash("sha256").update(name).digest("hex").slice(0, 8)}-`;
}

/** The role's functions sign in as `signsInAs`. If that is unknown, `unknown` gives the reason and the remedy. */
export type ApplicationRole = GraphRole & ({ readonly signsInAs: GraphApplication } | { readonly unknown: string });

/** Finds the application of each role. If neither the deployment nor the role's secret names it, `graphApplications` in entra.ts may. */
export async function readRoles(
  deployment: Deployment,
  { graphApplications = {} }: Pick<EntraSetup, "graphApplications">,
): Promise<readonly ApplicationRole[]> {
  const roles: ApplicationRole[] = [];
  for (const role of await deployment.graphRoles()) {
    const read = role.application ?? (await readApplication(role, deployment));
    const declared = graphApplications[role.name];
    const known = typeof read === "object" ? read : declared === undefined ? undefined : { clientId: declared };
    roles.push(known === undefined ? { ...role, unknown: explainUnknown(role, read) } : { ...role, signsInAs: known });
  }
  return roles;
}

/** @returns the application, or the reason why the secret does not name one */
async function readApplication(
  { name, secret }: GraphRole,
  { secretsManager, policySecrets = {} }: Deployment,
): Promise<GraphApplication | string> {
  const arn = secret ?? policySecrets[name];
  if (arn === undefined) return "no secret of the stack names its application";
  const members = await readMembers(secretsManager, arn);
  if (typeof members === "string") return members;
  const { clientId, tenantId } = members;
  if (!isId(clientId)) return `the secret ${name} holds no clientId yet`;
  return { clientId: clientId.trim(), tenantId: isId(tenantId) ? tenantId.trim() : undefined };
}

/** If AWS refuses, returns the reason. The caller uses only the ids. */
async function readMembers(client: AwsClient, arn: string): Promise<Readonly<Record<string, unknown>> | string> {
  try {
    return parseJsonObject((await secretVersion(client, arn, "AWSCURRENT"))?.SecretString ?? "") ?? {};
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return `its secret may not be read (${error.name})`;
  }
}

function isId(value: unknown): value is string {
  return typeof value === "string" && GUID.test(value.trim());
}

function explainUnknown({ name, arn }: GraphRole, why: unknown): string {
  const fill = `Fill the secret in (secrets set ${name}), or name the application in entra.ts: graphApplications: { "${name}": "CLIENT-ID" }.`;
  return `The role ${arn} has no federated credential, because ${String(why)}. ${fill} Then repeat the command.`;
}
