/** Names of the variables that the stack sets and steps read. The first ones hold the names of tables. */
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
  /** Days for which a decision is stored. */
  decisionDays: "DECISION_DAYS",
  afterSignInDays: "AFTER_SIGN_IN_DAYS",
  /** The gate that a function serves. Functions of the unnamed gate do not have it. */
  gate: "GATE",
  /**
   * This variable of after-sign-in is set if before-create-user makes people wait for approval. If it is unset, after-sign-in refuses them.
   */
  nextHasPeopleWait: "NEXT_HAS_PEOPLE_WAIT",
  /** A hash of the step's bundle. It identifies the policy that made a decision. */
  policyVersion: "POLICY_VERSION",
  /** The secret whose value is the key for the hashes of people: see `personHash`. */
  personKeySecret: "PERSON_KEY_SECRET",
  /** The function that runs the step's shadowed rules. A step without shadowed rules does not have it. */
  shadowFunction: "SHADOW_FUNCTION",
  /** This variable is set if a decision's log line includes each rule's time. Only `npm start` sets it. */
  ruleTimes: "GATEHOUSE_RULE_TIMES",
  /**
   * This variable is set if answers' times are measured for each version. Only a stack with a canary sets it, because each version's metric
   * costs money.
   */
  versionTimes: "GATEHOUSE_VERSION_TIMES",
  /**
   * Short names, separated by commas, of attributes that hold a list of texts. Unset if the tenant has none, or its attributes are unknown.
   */
  listAttributes: "LIST_ATTRIBUTES",
  /** JSON object: a secret's name in the policy -> its ARN. */
  secrets: "SECRETS",
} as const;

export type Variables = Readonly<Record<string, string | undefined>>;

export function requireVariable(name: string, settings: Variables = process.env): string {
  const value = settings[name];
  if (value === undefined || value === "") throw new Error(`The environment variable ${name} is missing.`);
  return value;
}

/** Returns the name of the variable that replaces an outside system's address. Only `npm start` sets this variable. */
export function endpointVariable(system: string): string {
  return `GATEHOUSE_ENDPOINT_${system.toUpperCase().replaceAll("-", "_")}`;
}

/** Names of the variables that the stack sets for functions other than steps. */
export const workerEnvironment = {
  /** Classes of the access list that the policy asks about, separated by commas. */
  accessListClasses: "ACCESS_LIST_CLASSES",
  /**
   * Gates, separated by commas, that ask the access list but have nobody who approves requests. At these gates, an entry that requires
   * approval denies people.
   */
  accessListSilentGates: "ACCESS_LIST_SILENT_GATES",
  /** JSON: the way in which each gate's policy asks the access list. */
  askedLists: "ASKED_LISTS",
  auditArchive: "AUDIT_ARCHIVE",
  /** JSON: the streams that feed the audit log, and their readers (`WatchedStreams`). */
  auditedStreams: "AUDITED_STREAMS",
  /** JSON: the end of access at each gate whose policy sets one. */
  expiry: "EXPIRY",
  /** The address that an external tenant's extensions call, without trailing slash. Set if tokens alone tell of sign-ins. */
  tokenUrl: "TOKEN_URL",
  /** The secret that `readProvisioningSettings` parses. Unset for functions that do not act on accounts. */
  approvalsSecret: "APPROVALS_SECRET",
  /** 32 hexadecimal digits: the app that registers the tenant's custom attributes. Unset if it is unknown. */
  extensionsAppId: "EXTENSIONS_APP_ID",
  approvalMailSecret: "APPROVAL_MAIL_SECRET",
  /** This machine's address of the API that Entra calls, without trailing slash: only `npm start` sets it. */
  localApiUrl: "GATEHOUSE_LOCAL_API_URL",
  /** The simulator's address, without trailing slash: only `npm start` sets it. */
  localSimulatorUrl: "GATEHOUSE_LOCAL_SIMULATOR_URL",
  personErasureFunction: "PERSON_ERASURE_FUNCTION",
  /** The function that acts on incidents for the console. `incidentAccounts` is set if this function can act on accounts. */
  incidentWorkerFunction: "INCIDENT_WORKER_FUNCTION",
  incidentAccounts: "INCIDENT_ACCOUNTS",
  /** The function that goes on with long edits of the access list, and with the requests that they deny. */
  listWorkerFunction: "LIST_WORKER_FUNCTION",
  /** The function that ends access, and goes on with acts on many people's access. */
  accessWorkerFunction: "ACCESS_WORKER_FUNCTION",
  eventBus: "EVENT_BUS",
  /** "ocsf" if each event is also sent as OCSF. */
  eventFormat: "EVENT_FORMAT",
  credentialsSecret: "CREDENTIALS_SECRET",
  /** The subject of the accepted client certificate, or ANY_CERTIFICATE. Unset if callers send no certificates. */
  clientCertificates: "CLIENT_CERTIFICATES",
  /** The API key under which API Gateway counts authorized calls. */
  callerKey: "CALLER_KEY",
} as const;
