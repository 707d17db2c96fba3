import type { MiddlewareObj } from "@middy/core";
import { type GraphApplication, GraphError } from "../graph/graph";
import { CredentialError } from "../graph/sign-in";
import type { World } from "../world";
import { SettingsError } from "./settings";

// Events that only Gatehouse sends. No caller of the API can send them: API Gateway puts a caller's data into an event of another form.

/** The entire event of a call that keeps a function's environment ready. */
export const WARMING_CALL = { gatehouse: "keep-warm" } as const;

/**
 * The event that asks a function for its application's permissions. `doctor` on the operator's machine cannot sign in as the function's
 * role.
 */
export const PERMISSIONS_CALL = { gatehouse: "graph-permissions" } as const;

export function isWarmingCall(event: unknown): event is typeof WARMING_CALL {
  return isOwnCall(event, WARMING_CALL);
}

export function isPermissionsCall(event: unknown): event is typeof PERMISSIONS_CALL {
  return isOwnCall(event, PERMISSIONS_CALL);
}

function isOwnCall(event: unknown, call: { readonly gatehouse: string }): boolean {
  if (typeof event !== "object" || event === null || Object.keys(event).length > 1) return false;
  return "gatehouse" in event && event.gatehouse === call.gatehouse;
}

/** A function's answer. It never holds the token. */
export type PermissionsAnswer =
  | { readonly permissions: readonly string[] }
  /** Entra's refusal: its codes, and the value in the role's token that matches no federated credential. */
  | { readonly status: number; readonly codes: readonly string[]; readonly quoted?: string | undefined }
  /** The application's secret or credential cannot be used, for this reason. */
  | { readonly problem: string };

type GraphWorld = Pick<World, "directory" | "log">;
type Application = Pick<GraphApplication, "tenantId" | "clientId">;

/** @param application throws SettingsError if its secret cannot be used */
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
    // No secret is passed. With the secret, its credential would sign in after Entra refused the role, and hide the refusal.
    return { permissions: await directory({ tenantId, clientId, clientSecret: async () => undefined, log }).permissions() };
  } catch (error) {
    if (error instanceof SettingsError || error instanceof CredentialError) return { problem: error.message };
    if (!(error instanceof GraphError)) throw error;
    const { status, code, details } = error;
    const codes = details.map((detail) => detail.code);
    return { status, codes: codes.length > 0 ? codes : [code], quoted: details.find(({ quoted }) => quoted !== undefined)?.quoted };
  }
}

/** Makes a function's handler, which itself answers only `PERMISSIONS_CALL`. @param makeHandler makes the handler of all other events */
export function permissionsHandler<
  Parts extends GraphWorld & Pick<World, "settings">,
  Call extends readonly [unknown, ...unknown[]],
  Answer,
>(
  makeHandler: (world: Parts) => (...call: Call) => Promise<Answer>,
  readApplication: (settings: World["settings"]) => Application,
  world: Parts,
): (...call: Call) => Promise<Answer | PermissionsAnswer> {
  const handle = makeHandler(world);
  const application = async () => readApplication(world.settings);
  return async (...call) => (isPermissionsCall(call[0]) ? await readPermissions(world, application) : await handle(...call));
}
