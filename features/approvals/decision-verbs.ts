/** What approvers do to requests. */
export const verbs = ["approve", "deny", "reopen", "retry"] as const;
export type Verb = (typeof verbs)[number];
