import { typedPartners } from "../features/partners/verbs/faults";
import { typedPostures } from "../features/posture/verbs/faults";
import type { TypedRows } from "./typed-row";

/** Rows that people may type by hand, as `doctor` looks at them. A feature has its line here. */
export const typedRows: readonly TypedRows[] = [typedPartners, typedPostures];
