import { GraphError } from "../../../adapters/graph/graph";
import type { GraphNeeds } from "../../../cli/graph/access";
import {
  isOfFlow,
  listApplications,
  type SignUpListener,
  type SignUpListeners,
  serves,
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

interface LinkChange {
  readonly action: "link application";
  readonly name: string;
  readonly why: string;
}

interface WantedApplications {
  readonly flow: string;
  readonly signUpAt: readonly string[];
  /** True if the gate serves a step that the flow calls. */
  readonly hasGate: boolean;
}

/** A flow without a gate would let everybody in, so its applications stay unlinked. */
export function applicationPlan(
  { flow, signUpAt, hasGate }: WantedApplications,
  listeners: readonly SignUpListener[] | undefined,
): Partial<Plan<LinkChange>> {
  if (signUpAt.length === 0) return {};
  if (!hasGate) return { byHand: [`${flow} calls no step of the gate, so its applications stay unlinked: add before-create-user.ts.`] };
  if (listeners === undefined) return { byHand: [byHandWords(flow, signUpAt)] };
  const missing = signUpAt.filter((appId) => !listeners.some((each) => serves(each, appId) && isOfFlow(each, flow)));
  const rivals = missing.map((appId) => [appId, listeners.find((each) => serves(each, appId))] as const);
  return {
    obstacles: rivals.flatMap(([appId, rival]) => (rival === undefined ? [] : [describeRival(appId, rival.userFlow?.id)])),
    changes: rivals.flatMap(([name, rival]) =>
      rival === undefined ? [{ action: "link application" as const, name, why: `nobody signs up at it by ${flow}` }] : [],
    ),
  };
}

/** Returns the declared applications that lead to the flow, and a note about the others. */
export function findLinkedApplications(
  { flow, signUpAt }: Pick<WantedApplications, "flow" | "signUpAt">,
  listeners: readonly SignUpListener[],
): { readonly linked: readonly string[]; readonly others: readonly string[] } {
  const all = listeners.filter((each) => isOfFlow(each, flow)).flatMap(listApplications);
  const isDeclared = (appId: string) => signUpAt.some((each) => isSameText(each, appId));
  return { linked: all.filter(isDeclared), others: all.filter((appId) => !isDeclared(appId)) };
}

/** Says whether anybody still signs up by a flow whose applications are unlinked. @param others applications that stay linked */
export function describeClosing(flow: string, others: readonly string[]): Pick<Plan, "notes" | "isClosed"> {
  if (others.length > 0) return { notes: [`People still sign up by ${flow} at ${others.join(" and ")}, which entra.ts does not name.`] };
  return { notes: [`The user flow ${flow} stays, without an application: nobody signs up by it.`], isClosed: true };
}

/** @param flow the other flow's name; undefined if Graph does not name the flow */
export function describeRival(appId: string, flow: string | undefined): string {
  const other = flow === undefined ? "another user flow" : `the user flow ${flow}`;
  return `People sign up at the application ${appId} by ${other}, and Entra links an application to one flow: take it off there.`;
}

function byHandWords(flow: string, signUpAt: readonly string[]): string {
  const steps = `External Identities, User flows, ${flow}, Applications, Add application`;
  return `Graph links no application to a user flow here. Once entra plan shows nothing else to apply, add ${signUpAt.join(" and ")} in the admin center: ${steps}.`;
}
