/** What a script learns from a command. */
export const exitCodes = {
  /** Done; for `list check` and `explain`: the person is let through. */
  done: 0,
  failed: 1,
  /** `list check`, `explain`: the person is not let through. */
  denied: 2,
  /** `list lint` alone: there is something to mend. */
  findings: 2,
  /** `preview` alone: the draft would treat somebody otherwise. */
  changes: 2,
  /** `simulate` and `conform` alone: misused. */
  usage: 2,
  /** `simulate` alone: an answer broke Entra's contract. */
  contractBroken: 3,
  /** `conform` alone: nobody answers there. */
  unreachable: 3,
  /** Ended by Ctrl-C, as a shell counts it. */
  interrupted: 130,
} as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
