import { LOGIN } from "../../../../adapters/graph/clouds";
import { fetchIssuer } from "../../../../adapters/graph/login-requests";
import type { Deployment } from "../../../../cli/deployment";
import type { GraphNeeds } from "../../../../cli/graph/access";
import { placesFor } from "../../../../cli/graph/sign-in";
import type { Output } from "../../../../cli/output";
import { proxiedFetch } from "../../../../cli/proxy";
import { appRegistrations } from "../../client/app-registrations";
import { authenticationExtensions } from "../../client/authentication-extensions";
import { claimsPermissions, claimsPolicies, claimsReadPermissions } from "../../client/claims-policies";
import { eventsFlows } from "../../client/events-flows";
import { createAttribute, flowReadPermissions, readFlowProviders, tenantsAttributes, userFlowPermissions } from "../../client/user-flows";
import { declaredAttributes, refusalsOfAttributes } from "../attributes";
import { changeKinds, type EntraTenant, meanwhileWords } from "../changes";
import { callTenant, chooseFlowNeeds, consentNeeds, tenantGraph } from "../tenant-graph";
import { actions } from "./actions";
import { type ActualExternal, actualIn, type ExternalSetup } from "./actual";
import { externalChangesFor, planExternalRemoval } from "./changes";
import { type ExternalOptions, type WantedExternal, wantedExternal } from "./wanted";
import { waysAround } from "./ways-around";

/** Signs in to Graph. */
export async function externalFlowTenant(
  options: ExternalOptions,
  deployment: Deployment,
  output: Output,
): Promise<Omit<EntraTenant, "flow" | "gate" | "tenant">> {
  const needs = collectNeeds(options, deployment);
  const wantedState = wantedExternal(deployment, options);
  const setup = await setupFor(options, needs, deployment, output);
  const kinds = changeKinds(actions, setup);
  return {
    ...kinds,
    plan: async (applyOptions) => externalChangesFor(wantedState, await readFrom(setup, wantedState, needs), applyOptions),
    removal: async (removalOptions) => planExternalRemoval(wantedState, await readFrom(setup, wantedState, needs), removalOptions),
    make: (change, madeIds) => callTenant(() => kinds.make(change, madeIds), needs, { ...meanwhileWords, ...refusalsOfAttributes(change) }),
    findings: async () => {
      const graph = await tenantGraph(options, "external-tenant", deployment, output, { needs });
      const { registrations } = setup;
      return await callTenant(
        async () => await waysAround(wantedState, await readFrom(setup, wantedState, needs), { graph, registrations }),
        needs,
      );
    },
  };
}

/** The permission for admin consent can grant anything, so only a command that gives consent asks for it. */
function collectNeeds({ grantConsent, looks = false, ...flow }: ExternalOptions, { steps }: Deployment): GraphNeeds {
  const { permissions, roles } = chooseFlowNeeds({ looks }, "external-tenant");
  const consent = grantConsent && !looks ? consentNeeds : { permissions: [], roles: [] };
  const claims = steps.includes("before-sending-token") ? (looks ? claimsReadPermissions : claimsPermissions) : [];
  const attributes = declaredAttributes(flow).length > 0 ? [(looks ? flowReadPermissions : userFlowPermissions)["/identity/"]] : [];
  return { permissions: [...permissions, ...claims, ...attributes, ...consent.permissions], roles: [...roles, ...consent.roles] };
}

async function setupFor(options: ExternalOptions, needs: GraphNeeds, deployment: Deployment, output: Output): Promise<ExternalSetup> {
  const kind = "external-tenant";
  const graph = await tenantGraph(options, kind, deployment, output, { needs });
  const beta = await tenantGraph(options, kind, deployment, output, { needs, version: "beta" });
  const { login } = placesFor(options, deployment);
  const flows = eventsFlows(graph, beta);
  return {
    registrations: appRegistrations(graph),
    extensions: authenticationExtensions(graph, beta, flows.call),
    flows,
    claims: claimsPolicies(graph),
    providers: (external) => readFlowProviders(graph, { external }),
    attributes: () => tenantsAttributes(graph),
    createAttribute: (attribute) => createAttribute(graph, attribute),
    issuerOf: (tenantId) => fetchIssuer({ tenantId, login: login === LOGIN ? undefined : login, fetch: proxiedFetch }),
  };
}

async function readFrom(setup: ExternalSetup, wantedState: WantedExternal, needs: GraphNeeds): Promise<ActualExternal> {
  const another = "This tenant has no user flows of an external tenant: see --tenant. In Azure AD B2C, name the flow by --user-flow.";
  const flows = await callTenant(() => setup.flows.flows(), needs, { 400: another, 404: another });
  return await callTenant(() => actualIn(setup, wantedState, flows), needs);
}
