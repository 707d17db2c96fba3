import { type PolicyFeature, usesOfRules } from "../../../lib/policy-folder/policy-step";
import { SUFFIX_DATA } from "../rule";

/** Adds the list of public suffixes to bundles with limits that count by organisation. */
export const policyChecks: PolicyFeature = {
  defines: (rules) => ({
    GATEHOUSE_DATA_SUFFIXES: JSON.stringify(
      usesOfRules(rules).some((use) => "data" in use && use.data === SUFFIX_DATA) ? "present" : "absent",
    ),
  }),
};
