import { policyChecks } from "../features/lists/policy-checks";
import { sortByPlace } from "../features/place";
import type { PolicyFeature } from "./policy-folder/policy-feature";

/** Features that check whole policies, not only their own rules. */
export const policyFeatures: readonly PolicyFeature[] = sortByPlace<PolicyFeature>(policyChecks);
