import { requestOfCode } from "../features/approvals/verbs/code";
import type { Deployment } from "./deployment";

/** What a reference code that is no decision's may be of. Each says so, or nothing. A feature has its line here. */
export const otherCodes: readonly ((reference: string, deployment: Deployment) => Promise<string | undefined>)[] = [requestOfCode];
