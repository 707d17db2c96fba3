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
  eventBus: "EVENT_BUS",
  /** "ocsf" if each event is also sent as OCSF. */
  eventFormat: "EVENT_FORMAT",
  credentialsSecret: "CREDENTIALS_SECRET",
  /** The subject of the accepted client certificate, or ANY_CERTIFICATE. Unset if callers send no certificates. */
  clientCertificates: "CLIENT_CERTIFICATES",
  /** The API key under which API Gateway counts authorized calls. */
  callerKey: "CALLER_KEY",
} as const;
