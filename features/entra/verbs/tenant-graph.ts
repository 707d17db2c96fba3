import type { GraphClient } from "../../../adapters/graph/graph";
import type { Deployment } from "../../../cli/deployment";
import { callGraph, type GraphNeeds } from "../../../cli/graph/access";
import { type GraphChoice, graphFor, type TenantOptions } from "../../../cli/graph/sign-in";
import type { Output } from "../../../cli/output";
import type { TenantKind } from "../../../engine/sign-up/sign-up";
import { credentialPermissions } from "../client/federated-credentials";
import { POLICY_PERMISSION, SIGN_UP_PERMISSION } from "../client/tenant-policies";
import { flowReadPermissions, graphVersion, userFlowPermissions } from "../client/user-flows";

/** The least privileged role with which Graph permits calls about user flows. Application Administrator does not cover these calls. */
export const FLOW_ROLE = "External ID User Flow Administrator";

const userFlows: GraphNeeds = { permissions: Object.values(userFlowPermissions), roles: [FLOW_ROLE] };

export const setupNeeds: Readonly<Record<TenantKind, GraphNeeds>> = {
  workforce: userFlows,
  b2c: userFlows,
  "external-tenant": {
    permissions: ["CustomAuthenticationExtension.ReadWrite.All", "EventListener.ReadWrite.All", "Application.ReadWrite.All"],
    roles: ["Application Administrator", FLOW_ROLE],
  },
};

const readsFlows: GraphNeeds = {
  permissions: Object.values(flowReadPermissions),
  roles: [FLOW_ROLE],
  wider: { permissions: userFlows.permissions, under: "/identity/" },
};

/** Permissions to read a tenant of each kind. The permissions to set up the tenant also suffice. */
export const lookNeeds: Readonly<Record<TenantKind, GraphNeeds>> = {
  workforce: readsFlows,
  b2c: readsFlows,
  "external-tenant": {
    permissions: ["CustomAuthenticationExtension.Read.All", "EventListener.Read.All", "Application.Read.All"],
    roles: setupNeeds["external-tenant"].roles,
  },
};

export interface TenantUse extends TenantOptions {
  /** True for a command that only reads. */
  readonly looks?: boolean;
}

export function chooseFlowNeeds({ looks = false }: Pick<TenantUse, "looks">, kind: TenantKind): GraphNeeds {
  return looks ? lookNeeds[kind] : setupNeeds[kind];
}

export function chooseCredentialNeeds({ looks = false }: Pick<TenantUse, "looks">): GraphNeeds {
  return { permissions: [looks ? credentialPermissions.read : credentialPermissions.write], roles: ["Cloud Application Administrator"] };
}

/** Permissions for the parts of `entra check` that read the tenant's policies. */
export const policyNeeds: GraphNeeds = { permissions: [POLICY_PERMISSION], roles: ["Global Reader"] };

/** Permissions to read applications and their grants. */
export const applicationNeeds: GraphNeeds = { permissions: ["Application.Read.All"], roles: ["Application Administrator"] };

export const signUpNeeds: GraphNeeds = { permissions: [SIGN_UP_PERMISSION], roles: [FLOW_ROLE] };

/** A caller with these permissions can grant any permission to anybody, so a command asks for them only with `--grant-consent`. */
export const consentNeeds: GraphNeeds = {
  permissions: ["AppRoleAssignment.ReadWrite.All"],
  roles: ["Privileged Role Administrator"],
};

const versions: Readonly<Record<TenantKind, "v1.0" | "beta">> = { ...graphVersion, "external-tenant": "v1.0" };

/** @param choice by default the permissions and Graph's version for the flows of a tenant of this kind */
export async function tenantGraph(
  options: TenantUse,
  kind: TenantKind,
  deployment: Deployment,
  output: Output,
  { needs = chooseFlowNeeds(options, kind), version = versions[kind] }: Partial<GraphChoice> = {},
): Promise<GraphClient> {
  return await graphFor(options, deployment, output, { needs, version });
}

/** @param needs by default the permissions to set up a workforce tenant */
export async function callTenant<T>(
  work: () => Promise<T>,
  needs: GraphNeeds = setupNeeds.workforce,
  words: Readonly<Partial<Record<number, string>>> = {},
): Promise<T> {
  return await callGraph(work, words, needs);
}
