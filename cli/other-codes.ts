import { requestOfCode } from "../features/approvals/verbs/approver";
import type { Deployment } from "./deployment";

/** Explains reference codes that are not decisions'. Each feature adds its line here. */
export const otherCodes: readonly ((reference: string, deployment: Deployment) => Promise<string | undefined>)[] = [requestOfCode];
