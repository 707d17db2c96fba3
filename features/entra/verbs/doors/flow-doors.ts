import { type Graph, type GraphClient, otherForm } from "../../../../adapters/graph/graph";
import { fetchAllPages } from "../../../../adapters/graph/patient-calls";
import { isAt } from "../../client/api-connectors";
import { GRAPH_APP_ID } from "../../client/app-registrations";
import { eventsFlows } from "../../client/events-flows";
import { tenantPolicies } from "../../client/tenant-policies";
import { type ConnectorTenant, isSameText, signUpFlows, userFlowSetup } from "../../client/user-flows";
import { applicationNeeds, lookNeeds, policyNeeds } from "../tenant-graph";
import { type DoorState, type KnownDoor, openFor } from "./door";

const DOOR = "user flows";

/**
 * The state is `asks the gate` only if every flow calls this deployment at the last step before the account exists. The first step is not
 * enough, because not everybody passes it.
 * @param urls of the deployment's steps
 */
export function connectorFlowDoor(graph: GraphClient, kind: ConnectorTenant, urls: readonly string[]): KnownDoor {
  const { permissions, roles } = lookNeeds[kind];
  return {
    door: DOOR,
    kinds: [kind],
    close: "link each flow to a gate by entra apply, or delete it",
    needs: { permissions: [...permissions, ...policyNeeds.permissions], roles },
    async look(stable) {
      if (kind === "workforce" && !(await tenantPolicies(stable).allowsSignUp())) {
        return { state: "closed", seen: "self-service sign-up is off" };
      }
      const flows = await signUpFlows(graph, kind);
      const asks = await Promise.all(
        flows.map(async (flow) => {
          const { postAttributeCollection: last } = (await userFlowSetup(graph, kind, flow).links()).links;
          return last !== undefined && urls.some((url) => isAt(last, url));
        }),
      );
      const others = flows.filter((_, index) => !asks[index]);
      return flows.length > 0 && others.length === 0
        ? { state: "asks the gate", seen: `each calls this deployment before it creates a user: ${flows.join(", ")}` }
        : openFor(others, "do not call this deployment before they create a user", "there is no user flow to sign up");
    },
  };
}

/** @param checkedFlows names of the flows that `entra check` works on */
export function eventsFlowDoor(graph: GraphClient, checkedFlows: readonly string[]): KnownDoor {
  return {
    door: DOOR,
    kinds: ["external-tenant"],
    close: "set isSignUpAllowed of a flow to false, or delete it",
    needs: lookNeeds["external-tenant"],
    look: async () => {
      return describeSignUps(await readFlowNames(graph, true), checkedFlows);
    },
  };
}

/**
 * Microsoft's recipe for invitations: the flow does not allow sign-up, and invited people get a link with domain_hint. Entra does not ask
 * the gate about these people.
 */
export function invitationDoor(graph: GraphClient): KnownDoor {
  const { permissions, roles } = lookNeeds["external-tenant"];
  return {
    door: "invitation-only flows",
    kinds: ["external-tenant"],
    close: "let people sign up by the flow, where the rule invited decides, or take the permission to invite away",
    needs: { permissions: [...permissions, ...applicationNeeds.permissions, ...policyNeeds.permissions], roles },
    async look(stable) {
      const names = await readFlowNames(graph, false);
      if (names.length === 0) return { state: "closed", seen: "every flow lets people sign up" };
      const applications = await listAbleApplications(stable, invitingPermissions);
      const inviters = await tenantPolicies(stable).inviters();
      if (applications.length === 0 && inviters === "none") return { state: "closed", seen: "nobody may invite people" };
      const by = applications.length === 0 ? "" : ` (applications that may invite: ${applications.join(", ")})`;
      return openFor(names, `only invited people get in, and the gate is not asked${by}`, "");
    },
  };
}

async function readFlowNames(graph: GraphClient, allowsSignUp: boolean): Promise<readonly string[]> {
  const flows = await eventsFlows(graph).flows();
  return flows
    .filter(({ onInteractiveAuthFlowStart: start }) => (start?.isSignUpAllowed !== false) === allowsSignUp)
    .map(({ displayName }) => displayName);
}

function describeSignUps(flows: readonly string[], checkedFlows: readonly string[]): DoorState {
  const others = flows.filter((flow) => !checkedFlows.some((each) => isSameText(each, flow)));
  if (flows.length === 0) return { state: "closed", seen: "no flow lets people sign up" };
  if (others.length > 0) return { state: "not known", seen: `to find out, run entra check --external-flow for: ${others.join(", ")}` };
  return { state: "asks the gate", seen: `if entra check has no finding: ${flows.join(", ")}` };
}

interface AblePermissions {
  /** Permissions that Graph defines in every tenant. */
  readonly known: readonly string[];
  /** Newer permissions. In a cloud whose Graph does not define a newer permission, no application has it. */
  readonly newer?: readonly string[];
}

/** Permissions with which an application can create accounts. Since July 2026, `User.Create` is the least for POST /users. */
export const makingPermissions: AblePermissions = {
  known: ["Directory.ReadWrite.All", "User.Invite.All", "User.ReadWrite.All"],
  newer: ["User.Create"],
};

export const invitingPermissions: AblePermissions = { known: ["Directory.ReadWrite.All", "User.Invite.All", "User.ReadWrite.All"] };

/** Throws GraphError if Graph does not define a permission of `known`. */
export async function listAbleApplications(graph: Graph, { known, newer = [] }: AblePermissions): Promise<readonly string[]> {
  const principal = `/servicePrincipals(appId='${GRAPH_APP_ID}')`;
  const path = `${principal}?$select=appRoles`;
  const { appRoles = [] } = await graph.get<{ appRoles?: readonly { readonly id: string; readonly value?: string | null }[] }>(path);
  if (known.some((name) => !appRoles.some(({ value }) => value === name))) throw otherForm(graph, "GET", path);
  const roles = appRoles.filter(({ value }) => [...known, ...newer].includes(value ?? "")).map(({ id }) => id);
  type Assignment = { readonly appRoleId: string; readonly principalDisplayName?: string | null };
  const assignments = await fetchAllPages<Assignment>(graph, `${principal}/appRoleAssignedTo`, ["appRoleId"]);
  const able = assignments.filter(({ appRoleId }) => roles.includes(appRoleId));
  return [...new Set(able.map(({ principalDisplayName, appRoleId }) => principalDisplayName ?? appRoleId))].sort();
}
