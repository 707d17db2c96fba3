/** Names of the variables that the stack sets for functions other than steps. */
export const workerEnvironment = {
  /** Classes of the list that the policy asks for, separated by commas. */
  accessListClasses: "ACCESS_LIST_CLASSES",
  /** Gates where the list's entries for approval ask nobody, separated by commas. */
  accessListSilentGates: "ACCESS_LIST_SILENT_GATES",
  /** JSON: how each gate's policy asks the access list. */
  askedLists: "ASKED_LISTS",
  /** The bucket of the trail's archive. */
  auditArchive: "AUDIT_ARCHIVE",
  /** JSON: the streams that feed the audit trail, and who reads them (`WatchedStreams`). */
  auditedStreams: "AUDITED_STREAMS",
  /** JSON: when access ends at each gate whose policy says so. */
  expiry: "EXPIRY",
  /** The secret with the settings of approvals: see approval-settings.ts. A function that makes no accounts and sends no mail has none. */
  approvalsSecret: "APPROVALS_SECRET",
  /** 32 hexadecimal digits: the app that registers the tenant's custom attributes. Unset if unknown. */
  extensionsAppId: "EXTENSIONS_APP_ID",
  approvalMailSecret: "APPROVAL_MAIL_SECRET",
  /** Where the API that Entra calls answers on this machine, without trailing slash: `npm start` alone sets it. */
  localApiUrl: "GATEHOUSE_LOCAL_API_URL",
  /** Where the simulator answers, without trailing slash: `npm start` alone sets it. */
  localSimulatorUrl: "GATEHOUSE_LOCAL_SIMULATOR_URL",
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
  /** The key by which API Gateway counts authorized calls. */
  callerKey: "CALLER_KEY",
} as const;
