import type { VerbHooks } from "../../../cli/verb-hooks";
import { findRequestId } from "./approver";

export const hooks = { explainCode: findRequestId } satisfies VerbHooks;
