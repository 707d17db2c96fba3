import { requestOfCode } from "../features/approvals/verbs/code";
import type { Deployment } from "./deployment";

/** Explains reference codes of other things than decisions. A feature has its line here. */
export const otherCodes: readonly ((reference: string, deployment: Deployment) => Promise<string | undefined>)[] = [requestOfCode];
