import type { VerbHooks } from "../../../cli/verb-hooks";
import { flipsOfEdit } from "./edit-flips";

export const hooks = { flipsOfEdit } satisfies VerbHooks;
