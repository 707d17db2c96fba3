import type { VerbHooks } from "../../../cli/verb";
import { findRequestId } from "./approver";

export const hooks = { explainCode: findRequestId } satisfies VerbHooks;
