/** Names of the variables that the stack sets and the functions read. */
export const environment = {
  accessListTable: "ACCESS_LIST_TABLE",
  /** Classes of the list that the policy asks for, separated by commas. */
  accessListClasses: "ACCESS_LIST_CLASSES",
  decisionsTable: "DECISIONS_TABLE",
  profilesTable: "PROFILES_TABLE",
  referenceDataTable: "REFERENCE_DATA_TABLE",
  ledgerTable: "LEDGER_TABLE",
  approvalsTable: "APPROVALS_TABLE",
  accountsTable: "ACCOUNTS_TABLE",
  auditTable: "AUDIT_TABLE",
  /** The bucket of the trail's archive. */
  auditArchive: "AUDIT_ARCHIVE",
  listChangesTable: "LIST_CHANGES_TABLE",
  /** JSON: when access ends at each gate whose policy says so. */
  accessTerms: "ACCESS_TERMS",
  /** The secret with the settings of approvals: see approval-settings.ts. A function that makes no accounts and sends no mail has none. */
  approvalsSecret: "APPROVALS_SECRET",
  /** 32 hexadecimal digits: the app that registers the tenant's custom attributes. Unset where nobody has said. */
  extensionsAppId: "EXTENSIONS_APP_ID",
  approvalMailSecret: "APPROVAL_MAIL_SECRET",
  /** How long a decision is kept, in days. */
  decisionDays: "DECISION_DAYS",
  afterSignInDays: "AFTER_SIGN_IN_DAYS",
  /** The gate that a function serves. The unnamed gate's have none. */
  gate: "GATE",
  /** A hash of the step's bundle: tells which policy decided. */
  policyVersion: "POLICY_VERSION",
  /** The secret whose value keys the hashes that stand for people. */
  personKeySecret: "PERSON_KEY_SECRET",
  /** The function that asks the step's shadowed rules. A step without any has none. */
  shadowFunction: "SHADOW_FUNCTION",
  /** Where the API that Entra calls answers on this machine, without trailing slash: `npm start` alone sets it. */
  localApiUrl: "GATEHOUSE_LOCAL_API_URL",
  /** Where the simulator answers, without trailing slash: `npm start` alone sets it. */
  localSimulatorUrl: "GATEHOUSE_LOCAL_SIMULATOR_URL",
  /** Set where the line of a decision is to tell how long each rule took: `npm start` alone sets it. */
  ruleTimes: "GATEHOUSE_RULE_TIMES",
  /** The function that erases people for the console. */
  personErasureFunction: "PERSON_ERASURE_FUNCTION",
  /** The function that acts on incidents for the console, and for the console whether it reaches accounts. */
  incidentWorkerFunction: "INCIDENT_WORKER_FUNCTION",
  incidentAccounts: "INCIDENT_ACCOUNTS",
  eventBus: "EVENT_BUS",
  /** "ocsf" where each event also goes out as OCSF. */
  eventFormat: "EVENT_FORMAT",
  credentialsSecret: "CREDENTIALS_SECRET",
  /** The subject of the client certificate that passes, or ANY_CERTIFICATE. Unset where callers show none. */
  clientCertificates: "CLIENT_CERTIFICATES",
  /** What API Gateway counts calls by that passed the authorizer. */
  callerKey: "CALLER_KEY",
  /** Short names of the attributes that hold lists of texts, separated by commas. Unset where the tenant has none, or is not known. */
  listAttributes: "LIST_ATTRIBUTES",
  /** JSON object: the policy's name of a secret -> its ARN. */
  secrets: "SECRETS",
} as const;

/** Environment variables by name. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** A variable that must be there. */
export function required(name: string, settings: Variables = process.env): string {
  const value = settings[name];
  if (value === undefined || value === "") throw new Error(`The environment variable ${name} is missing.`);
  return value;
}

/** Where a system outside is to be asked in place of its own address: set by `npm start` alone. */
export function endpointVariable(system: string): string {
  return `GATEHOUSE_ENDPOINT_${system.toUpperCase().replaceAll("-", "_")}`;
}
