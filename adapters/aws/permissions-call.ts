import type { MiddlewareObj } from "@middy/core";
import { type GraphApplication, GraphError } from "../graph/graph";
import { CredentialError } from "../graph/sign-in";
import type { World } from "../world";
import { SettingsError } from "./settings";

/**
 * The whole event by which `doctor` asks a function which permissions the token of its role carries: the operator's own machine cannot
 * sign in as the role.
 */
export const PERMISSIONS_CALL = { gatehouse: "graph-permissions" } as const;

/** True for that event alone. API Gateway's events all have other members: what a caller sends stands within these. */
export function isPermissionsCall(event: unknown): event is typeof PERMISSIONS_CALL {
  if (typeof event !== "object" || event === null || Object.keys(event).length > 1) return false;
  return "gatehouse" in event && event.gatehouse === PERMISSIONS_CALL.gatehouse;
}

/** A function's answer. It never holds the token. */
export type PermissionsAnswer =
  | { readonly permissions: readonly string[] }
  /** Entra's refusal: its codes, and the value that no federated credential has. */
  | { readonly status: number; readonly codes: readonly string[]; readonly quoted?: string | undefined }
  /** A sentence. */
  | { readonly problem: string };

type GraphWorld = Pick<World, "directory" | "log">;
type Application = Pick<GraphApplication, "tenantId" | "clientId">;

/** Answers the event, and hands on all others. @param application throws SettingsError where its secret cannot be used */
export function answerPermissionsCall(world: GraphWorld, application: () => Promise<Application>): MiddlewareObj {
  return {
    before: async ({ event }) => {
      if (!isPermissionsCall(event)) return undefined;
      return await readPermissions(world, application);
    },
  };
}

async function readPermissions({ directory, log }: GraphWorld, application: () => Promise<Application>): Promise<PermissionsAnswer> {
  try {
    const { tenantId, clientId } = await application();
    // Without the secret, whose credential would hide that the role is refused.
    return { permissions: await directory({ tenantId, clientId, clientSecret: async () => undefined, log }).permissions() };
  } catch (error) {
    if (error instanceof SettingsError || error instanceof CredentialError) return { problem: error.message };
    if (!(error instanceof GraphError)) throw error;
    const { status, code, details } = error;
    const codes = details.map((detail) => detail.code);
    return { status, codes: codes.length > 0 ? codes : [code], quoted: details.find(({ quoted }) => quoted !== undefined)?.quoted };
  }
}

/** The same for a function whose handler is whole. */
export function answeringPermissions<Call extends readonly [unknown, ...unknown[]], Answer>(
  handler: (...call: Call) => Promise<Answer>,
  world: GraphWorld,
  application: () => Application,
): (...call: Call) => Promise<Answer | PermissionsAnswer> {
  return async (...call) => (isPermissionsCall(call[0]) ? await readPermissions(world, async () => application()) : await handler(...call));
}
