import type { VerbHooks } from "../../../cli/verb-hooks";
import { requestOfCode } from "./approver";

export const hooks = { explainCode: requestOfCode } satisfies VerbHooks;
