/** Policies of samples/policies that no page of docs/ explains, and `approval`. */
export const tenPolicies = [
  "domains",
  "casing",
  "job-titles",
  "postal-codes",
  "invitation-codes",
  "partner-numbers",
  "approval",
  "vendor-then-person",
  "applications",
  "office-hours",
] as const;
