import { POSTURE_RULE } from "./posture/last-rule";

/** Names of the rules that a gate adds to its policies, a line a feature: records and traces have them. */
export const lastRules: readonly string[] = [POSTURE_RULE];
