import type { GraphClient } from "../../../adapters/graph/graph";
import { fetchAllPages, objects } from "../../../adapters/graph/patient-calls";
import { isSameText } from "./user-flows";

const LISTENERS = "/identity/events/onSignupStart";
const LISTENER = "#microsoft.graph.invokeUserFlowListener";
/** Portal and samples begin at about this number. Graph evaluates the lowest first. */
const FIRST_PRIORITY = 101;

/** Permissions of the calls in this file. */
export const signUpListenerPermissions = { read: "Policy.Read.All", write: "Policy.ReadWrite.ApplicationConfiguration" } as const;

/** Links applications of a workforce tenant to the user flow by which people sign up. Only Graph's beta version has this object. */
export interface SignUpListener {
  readonly id: string;
  readonly priority?: number;
  readonly sourceFilter?: { readonly includeApplications?: readonly string[] } | null;
  readonly userFlow?: { readonly id: string } | null;
}

export type SignUpListeners = ReturnType<typeof signUpListeners>;

/** Every method throws GraphError if Graph refuses. @param beta Graph's beta version */
export function signUpListeners(beta: GraphClient) {
  const all = () => fetchAllPages<SignUpListener>(beta, `${LISTENERS}?$expand=microsoft.graph.invokeUserFlowListener/userFlow`, ["id"]);
  const { create, update, remove } = objects<SignUpListener>(beta, LISTENERS, { isReferred: async () => false });
  return {
    all,
    async link(flow: string, appId: string): Promise<void> {
      const listeners = await all();
      const priority = Math.max(FIRST_PRIORITY - 1, ...listeners.map((each) => each.priority ?? 0)) + 1;
      const body = { "@odata.type": LISTENER, priority, sourceFilter: { includeApplications: [appId] }, userFlow: { id: flow } };
      await create(body, (each) => serves(each, appId) && isOfFlow(each, flow), all);
    },
    /** Leaves the listener's other applications linked. */
    async unlink(flow: string, appId: string): Promise<void> {
      for (const listener of (await all()).filter((each) => serves(each, appId) && isOfFlow(each, flow))) {
        const includeApplications = listApplications(listener).filter((each) => !isSameText(each, appId));
        if (includeApplications.length === 0) await remove(listener.id);
        else await update(listener.id, { "@odata.type": LISTENER, sourceFilter: { includeApplications } });
      }
    },
  };
}

export function listApplications({ sourceFilter }: SignUpListener): readonly string[] {
  return sourceFilter?.includeApplications ?? [];
}

export function serves(listener: SignUpListener, appId: string): boolean {
  return listApplications(listener).some((each) => isSameText(each, appId));
}

export function isOfFlow({ userFlow }: SignUpListener, flow: string): boolean {
  return userFlow?.id !== undefined && isSameText(userFlow.id, flow);
}
