/** Names of the variables that the stack sets and a step reads, and of tables, by which each function knows them. */
export const environment = {
  accessListTable: "ACCESS_LIST_TABLE",
  decisionsTable: "DECISIONS_TABLE",
  profilesTable: "PROFILES_TABLE",
  referenceDataTable: "REFERENCE_DATA_TABLE",
  ledgerTable: "LEDGER_TABLE",
  approvalsTable: "APPROVALS_TABLE",
  accountsTable: "ACCOUNTS_TABLE",
  auditTable: "AUDIT_TABLE",
  listChangesTable: "LIST_CHANGES_TABLE",
  /** Days for which a decision is kept. */
  decisionDays: "DECISION_DAYS",
  afterSignInDays: "AFTER_SIGN_IN_DAYS",
  /** The gate that a function serves. The unnamed gate's have none. */
  gate: "GATE",
  /** Set after sign-in where before-create-user has the same people wait for approval. Elsewhere they are refused. */
  nextHasPeopleWait: "NEXT_HAS_PEOPLE_WAIT",
  /** A hash of the step's bundle: tells which policy decided. */
  policyVersion: "POLICY_VERSION",
  /** The secret whose value keys the hashes that stand for people. */
  personKeySecret: "PERSON_KEY_SECRET",
  /** The function that asks the step's shadowed rules. A step without any has none. */
  shadowFunction: "SHADOW_FUNCTION",
  /** Set where the line of a decision is to tell how long each rule took: `npm start` alone sets it. */
  ruleTimes: "GATEHOUSE_RULE_TIMES",
  /** Set where answers are timed by the function's version: a canary alone sets it, as each version's metric is paid for. */
  versionTimes: "GATEHOUSE_VERSION_TIMES",
  /** Short names of the attributes that hold lists of texts, separated by commas. Unset where the tenant has none, or is not known. */
  listAttributes: "LIST_ATTRIBUTES",
  /** JSON object: the policy's name of a secret -> its ARN. */
  secrets: "SECRETS",
} as const;

/** Environment variables by name. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** A variable that must be there. */
export function requireVariable(name: string, settings: Variables = process.env): string {
  const value = settings[name];
  if (value === undefined || value === "") throw new Error(`The environment variable ${name} is missing.`);
  return value;
}

/** Where a system outside is to be asked in place of its own address: set by `npm start` alone. */
export function endpointVariable(system: string): string {
  return `GATEHOUSE_ENDPOINT_${system.toUpperCase().replaceAll("-", "_")}`;
}
