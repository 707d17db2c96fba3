import type { PassingTime } from "../../../cli/command";
import type { Deployment } from "../../../cli/deployment";
import { trailOf } from "../../audit/verbs/trail";

export type AccessAction = "access.adopted" | "access.extended" | "access.ended-early";

/** Makes changes of access, each after its entry in the trail. @param by the operator */
export function auditedAccess(deployment: Deployment, by: string, time: PassingTime | undefined) {
  const trail = trailOf(deployment);
  return async (
    action: AccessAction,
    { reference, email, until }: { readonly reference: string; readonly email: string; readonly until?: string | undefined },
    change: () => Promise<boolean>,
    note?: string,
  ): Promise<boolean> => {
    const after = { email, ...(until !== undefined && { until }), ...(note !== undefined && { note }) };
    return await trail.audited({ by, via: "command", action, subject: reference, after }, time?.now() ?? new Date(), change);
  };
}
