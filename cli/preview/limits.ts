/** Of whom `preview` counts how many there are. */
export const limits = ["refused", "unclear", "any", "none"] as const;
