import type { VerbHooks } from "../../../cli/verb-hooks";
import { typedRows } from "./faults";

export const hooks = { typedRows } satisfies VerbHooks;
