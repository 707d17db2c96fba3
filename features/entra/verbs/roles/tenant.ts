import { createHash } from "node:crypto";
import { AwsError } from "../../../../adapters/aws/client";
import { findCloud } from "../../../../adapters/graph/clouds";
import { GraphError } from "../../../../adapters/graph/graph";
import type { Deployment } from "../../../../cli/deployment";
import { CommandError, connectionCode } from "../../../../cli/failure";
import { type Finding, type GraphNeeds, listed, lookedAt, rolesIn } from "../../../../cli/graph/access";
import { graphFor } from "../../../../cli/graph/sign-in";
import type { Output } from "../../../../cli/output";
import { federatedCredentials, NotShownError } from "../../client/federated-credentials";
import type { EntraSetup } from "../../setup";
import { changeKinds, type EntraTenant, meanwhileWords, type Plan } from "../changes";
import type { EntraOptions } from "../options";
import { credentialNeeds, inTenant } from "../tenant-graph";
import { type RoleOfApplication, rolesOfApplications } from "./applications";
import { type ActualCredentials, actions, needlessCredentials, roleChanges, type WantedCredential } from "./plan";

const SWITCH_OFF =
  "AWS signs no token for this account yet, so that no role can sign in to Graph: run aws iam enable-outbound-web-identity-federation once (AWS CLI 2.33 or later), and repeat the command.";
const LONGEST_NAME = 120;

/** What the deployment's roles need of each tenant that has their applications; none without roles. Signs in to Graph with the first look. */
export async function roleTenants(
  options: EntraOptions,
  { deployment, setup }: { readonly deployment: Deployment; readonly setup: Pick<EntraSetup, "graphApplications"> },
  output: Output,
): Promise<readonly EntraTenant[]> {
  const roles = await rolesOfApplications(deployment, setup);
  if (roles.length === 0) return [];
  const issuer = await findIssuer(deployment);
  const findTenant = (role: RoleOfApplication) => ("signsInAs" in role ? role.signsInAs.tenantId : undefined) ?? options.tenant;
  return [...new Set(roles.map(findTenant))].map((tenant) => {
    const ofTenant = roles.filter((role) => findTenant(role) === tenant);
    const there = { ...options, ...(tenant !== undefined && { tenant }) };
    return roleTenant(there, { deployment, roles: ofTenant, issuer }, output);
  });
}

interface Deployed {
  readonly deployment: Deployment;
  readonly roles: readonly RoleOfApplication[];
  /** The issuer of the account's tokens, or why there is none. */
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

function roleTenant(options: EntraOptions, { deployment, roles, issuer }: Deployed, output: Output): EntraTenant {
  const needs = credentialNeeds(options);
  const prefix = credentialPrefix(deployment);
  const wanted = "url" in issuer ? roles.flatMap((role) => wantedCredential(role, issuer.url, options, prefix)) : [];
  const byHand = "missing" in issuer ? [issuer.missing] : roles.flatMap((role) => ("unknown" in role ? role.unknown : []));
  const graph = () => graphFor(options, deployment, output, { needs, version: "v1.0" });
  const read = async () => await readActual(wanted, async (appId) => federatedCredentials(await graph(), appId));
  let client: Awaited<ReturnType<typeof graph>> | undefined;
  const kinds = changeKinds(actions, (appId: string) => federatedCredentials(client as NonNullable<typeof client>, appId));
  return {
    ...kinds,
    ...(options.tenant !== undefined && { tenant: options.tenant }),
    plan: async (planned) => await planOrAskFor(needs, byHand, async () => roleChanges(wanted, await read(), planned)),
    removal: async () => nothing,
    findings: async () => await checkNeedless(needs, async () => needlessCredentials(wanted, await read(), prefix)),
    async make(change, made) {
      client ??= await graph();
      return await inTenant(() => showing(kinds.make(change, made)), refusals, needs);
    },
  };
}

const nothing: Plan = { changes: [], obstacles: [], byHand: [], notes: [] };

const refusals: Readonly<Partial<Record<number, string>>> = {
  ...meanwhileWords,
  409: "Graph has a federated credential of this name by now: somebody else may have made it. Repeat the command.",
};

async function showing(change: Promise<string | undefined>): Promise<string | undefined> {
  try {
    return await change;
  } catch (error) {
    if (!(error instanceof NotShownError)) throw error;
    const words = "Graph takes the federated credential, and does not show it: another write may have come in between, or Graph is slow.";
    throw new CommandError(words, undefined, { cause: error });
  }
}

/** The applications alone are no reason to leave the flows as they are: what may not be read is left to a person. */
async function planOrAskFor(needs: GraphNeeds, byHand: readonly string[], plan: () => Promise<Plan>): Promise<Plan> {
  try {
    const found = await inTenantUnlessForbidden(plan, needs);
    return { ...found, byHand: [...found.byHand, ...byHand] };
  } catch (error) {
    if (!(error instanceof GraphError)) throw error;
    const grant = `grant the application ${listed(needs.permissions)}, with admin consent; a person needs ${rolesIn(needs)} too`;
    return { ...nothing, byHand: [...byHand, `The roles' federated credentials could not be looked at (${error.code}): ${grant}.`] };
  }
}

async function inTenantUnlessForbidden<T>(work: () => Promise<T>, needs: GraphNeeds): Promise<T> {
  let forbidden: GraphError | undefined;
  const result = await inTenant(
    async () => {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof GraphError && error.status === 403)) throw error;
        forbidden = error;
        return undefined;
      }
    },
    {},
    needs,
  );
  if (forbidden !== undefined) throw forbidden;
  return result as T;
}

async function checkNeedless(needs: GraphNeeds, look: () => Promise<readonly Finding[]>): Promise<readonly Finding[]> {
  return await inTenant(() => lookedAt("Whether the functions' applications have credentials that nothing needs", needs, look), {}, needs);
}

/** One application after the other. One that the tenant lacks is left out. */
async function readActual(
  wanted: readonly WantedCredential[],
  at: (appId: string) => Promise<ReturnType<typeof federatedCredentials>>,
): Promise<ReadonlyMap<string, ActualCredentials>> {
  const found = new Map<string, ActualCredentials>();
  for (const appId of new Set(wanted.map(({ application }) => application.clientId))) {
    const credentials = await at(appId);
    try {
      found.set(appId, { application: await credentials.application(), credentials: await credentials.all() });
    } catch (error) {
      if (!(error instanceof GraphError && error.status === 404)) throw error;
    }
  }
  return found;
}

function wantedCredential(role: RoleOfApplication, issuer: string, { cloud }: EntraOptions, prefix: string): readonly WantedCredential[] {
  if (!("signsInAs" in role)) return [];
  const { audience = "" } = findCloud(cloud) ?? {};
  return [{ application: role.signsInAs, name: `${prefix}${role.name}`, issuer, subject: role.arn, audiences: [audience] }];
}

/** Begins the names of a stack's credentials: two stacks of one name in two regions may share an application. */
function credentialPrefix({ place: { stack, region } }: Pick<Deployment, "place">): string {
  const name = `gatehouse-${stack}-${region}`.replace(/[^A-Za-z0-9_-]+/g, "-");
  // Leaves room for the role's name.
  const most = LONGEST_NAME - 40;
  if (name.length <= most) return `${name}-`;
  return `${name.slice(0, most - 9)}-${createHash("sha256").update(name).digest("hex").slice(0, 8)}-`;
}
