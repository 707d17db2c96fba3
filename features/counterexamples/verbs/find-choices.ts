/** What `preview --find` takes. */
export const findChoices = ["admitted", "refused", "both"] as const;
