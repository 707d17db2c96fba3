/** What approvers do to requests; of a request, the first that is possible comes first. */
export const verbs = ["approve", "retry", "deny", "reopen"] as const;
export type Verb = (typeof verbs)[number];
