/** One call that writes, as `--json` prints it. */
export interface Change {
  readonly action: string;
  readonly why: string;
}

/** What is to be done in a tenant. */
export interface Plan<C extends Change = Change> {
  /** In the order in which they have to be made. */
  readonly changes: readonly C[];
  /** What keeps them from being made, with the mend. */
  readonly obstacles: readonly string[];
  /** What only a person can do. */
  readonly byHand: readonly string[];
  /** What cannot be told. */
  readonly notes: readonly string[];
}

export interface ApplyOptions {
  /** Whether what somebody else set up may be changed. */
  readonly takeOver?: boolean;
  /** Whether user name and password are to be sent to connectors that stand. */
  readonly credentials?: boolean;
}

export interface RemovalOptions {
  /** Whether what the policy sets is to be collected no more. */
  readonly attributes?: boolean;
  /** Names of the tenant's flows that the same gate is taken out of in the same run. */
  readonly alongside?: readonly string[];
}

/** Several plans as one. @param order of the actions */
export function mergedPlan<C extends Change>(parts: readonly Partial<Plan<C>>[], order: readonly C["action"][]): Plan<C> {
  const changes = parts.flatMap((part) => part.changes ?? []);
  return {
    changes: order.flatMap((action) => changes.filter((change) => change.action === action)),
    obstacles: parts.flatMap(({ obstacles = [] }) => obstacles),
    byHand: parts.flatMap(({ byHand = [] }) => byHand),
    notes: parts.flatMap(({ notes = [] }) => notes),
  };
}
