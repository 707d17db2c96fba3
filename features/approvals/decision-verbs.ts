/** Actions of approvers. The first possible one is a request's main action. */
export const verbs = ["approve", "retry", "deny", "reopen"] as const;
/** An act on a request. */
export type Verb = (typeof verbs)[number];
