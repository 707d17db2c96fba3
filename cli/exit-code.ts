/** What a script learns from a command. */
export const exitCodes = {
  /** Done; for `list check`: the list lets the person through. */
  done: 0,
  failed: 1,
  /** `list check` alone: the list denies the person. */
  denied: 2,
} as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
