import { GraphError } from "../../../adapters/graph/graph";
import type { GraphNeeds } from "../../../cli/graph/access";
import {
  isOfFlow,
  listApplications,
  type SignUpListener,
  type SignUpListeners,
  signUpListenerPermissions,
} from "../client/sign-up-listeners";
import { isSameText } from "../client/user-flows";
import type { Plan } from "./changes";

/** Permissions to read, or to change, which applications lead to a workforce tenant's flows. */
export function chooseListenerNeeds({ looks = false }: { readonly looks?: boolean }): GraphNeeds {
  return { permissions: [signUpListenerPermissions[looks ? "read" : "write"]], roles: ["Application Administrator"] };
}

/** Undefined if Graph no longer has the beta call. @throws GraphError for any other refusal */
export async function readListeners({ all }: Pick<SignUpListeners, "all">): Promise<readonly SignUpListener[] | undefined> {
  return await all().catch((error: unknown) => {
    if (error instanceof GraphError && [400, 404, 405, 410, 501].includes(error.status)) return undefined;
    throw error;
  });
}

/** Applications at which people sign up: those that lead to a flow, and those that lead to the tenant's other flows. */
export interface LinkedApplications {
  readonly ofFlow: readonly string[];
  /** Names of the other flows, by their applications in lower case; undefined for a flow that Graph does not name. */
  readonly otherFlows: ReadonlyMap<string, string | undefined>;
}

export function sortListeners(flow: string, listeners: readonly SignUpListener[]): LinkedApplications {
  const others = listeners.filter((each) => !isOfFlow(each, flow)).reverse();
  return {
    ofFlow: listeners.filter((each) => isOfFlow(each, flow)).flatMap(listApplications),
    otherFlows: new Map(others.flatMap((each) => listApplications(each).map((appId) => [appId.toLowerCase(), each.userFlow?.id]))),
  };
}

/** A flow without a gate would let everybody in, so its applications stay unlinked. */
export function planWithoutGate(flow: string): Pick<Plan, "byHand"> {
  return { byHand: [`${flow} calls no step of the gate, so its applications stay unlinked: add before-create-user.ts.`] };
}

export function listUnlinked(signUpAt: readonly string[], { ofFlow }: Pick<LinkedApplications, "ofFlow">): readonly string[] {
  return signUpAt.filter((appId) => !ofFlow.some((each) => isSameText(each, appId)));
}

export function describeUnlinked(flow: string): string {
  return `nobody signs up at it by ${flow}`;
}

/** An application of another flow is an obstacle. */
export function planRivals(signUpAt: readonly string[], linked: LinkedApplications): Pick<Plan, "obstacles"> {
  const rivals = listUnlinked(signUpAt, linked).filter((appId) => linked.otherFlows.has(appId.toLowerCase()));
  return { obstacles: rivals.map((appId) => describeRival(appId, linked.otherFlows.get(appId.toLowerCase()))) };
}

/** Returns the declared applications that lead to the flow, and the others. */
export function splitLinked(
  signUpAt: readonly string[],
  { ofFlow }: Pick<LinkedApplications, "ofFlow">,
): { readonly linked: readonly string[]; readonly others: readonly string[] } {
  const isDeclared = (appId: string) => signUpAt.some((each) => isSameText(each, appId));
  return { linked: ofFlow.filter(isDeclared), others: ofFlow.filter((appId) => !isDeclared(appId)) };
}

/** Says whether anybody still signs up by a flow whose applications are unlinked. @param others applications that stay linked */
export function describeClosing(flow: string, others: readonly string[]): Pick<Plan, "notes" | "isClosed"> {
  if (others.length > 0) return { notes: [`People still sign up by ${flow} at ${others.join(" and ")}, which entra.ts does not name.`] };
  return { notes: [`The user flow ${flow} stays, without an application: nobody signs up by it.`], isClosed: true };
}

function describeRival(appId: string, flow: string | undefined): string {
  const other = flow === undefined ? "another user flow" : `the user flow ${flow}`;
  return `People sign up at the application ${appId} by ${other}, and Entra links an application to one flow: take it off there.`;
}

export function describeLinkByHand(flow: string, signUpAt: readonly string[]): string {
  const steps = `External Identities, User flows, ${flow}, Applications, Add application`;
  return `Graph links no application to a user flow here. Once entra plan shows nothing else to apply, add ${signUpAt.join(" and ")} in the admin center: ${steps}.`;
}
