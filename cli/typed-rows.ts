import { typedPartners } from "../features/partners/verbs/faults";
import { typedPostures } from "../features/posture/verbs/faults";
import type { TypedRows } from "./typed-row";

/** Rows written by hand, for `doctor`. Each feature adds its line here. */
export const typedRows: readonly TypedRows[] = [typedPartners, typedPostures];
