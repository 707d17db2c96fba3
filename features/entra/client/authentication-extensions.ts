import { type GraphClient, GraphError, otherForm } from "../../../adapters/graph/graph";
import { fetchAllPages, objects, retryRead, soon } from "../../../adapters/graph/patient-calls";

/** An event at which Entra calls a custom authentication extension. Graph's type names for the event begin with this name. */
export type ExtensionEvent = "onAttributeCollectionStart" | "onAttributeCollectionSubmit" | "onTokenIssuanceStart";

/** An event of sign-ups or sign-ins at which the gate has no listener, but others may. */
export type OtherEvent =
  | "onEmailOtpSend"
  | "onPasswordSubmit"
  | "onPhoneMethodLoadStart"
  | "onFraudProtectionLoadStart"
  | "onVerifiedIdClaimValidation";

const TYPE = "#microsoft.graph.";
const EXTENSIONS = "/identity/customAuthenticationExtensions";
const VALIDATE = "validateAuthenticationConfiguration";
const LISTENERS = "/identity/authenticationEventListeners";

/** The time that Entra waits for an answer, and the number of repeats: the maxima that Graph accepts. */
const CLIENT = { timeoutInMilliseconds: 2_000, maximumRetries: 1 };

/** Graph's error code if the service principal that calls extensions for Entra is missing, or too new to be known everywhere. */
const NO_PRINCIPAL = "AADB2C90063";
/** 30 s in total. */
const PRINCIPAL_PAUSES_MS = [1_000, 2_000, 4_000, 8_000, 15_000];

export interface ExtensionSettings {
  readonly url: string;
  /** The application's identifier URI. */
  readonly resourceId: string;
  /** Names of claims, at `onTokenIssuanceStart`. */
  readonly claims: readonly string[];
}

/** A customAuthenticationExtension. */
export interface CustomExtension {
  readonly id: string;
  readonly "@odata.type": string;
  readonly displayName: string;
  readonly authenticationConfiguration?: { readonly resourceId?: string } | null;
  readonly endpointConfiguration?: { readonly targetUrl?: string } | null;
  readonly clientConfiguration?: { readonly timeoutInMilliseconds?: number | null; readonly maximumRetries?: number | null } | null;
  readonly claimsForTokenConfiguration?: readonly { readonly claimIdInApiResponse: string }[] | null;
}

export interface ExtensionHandler {
  readonly customExtension?: { readonly id: string; readonly displayName?: string } | null;
}

/** An authenticationEventListener. At an event of some or all applications, Entra calls the listener's extension. */
export interface EventListener {
  readonly id: string;
  readonly "@odata.type": string;
  /** 0 to 1,000, by default 500. Entra calls the listener with the higher priority. Only the beta version returns the priority. */
  readonly priority?: number;
  readonly authenticationEventsFlowId?: string | null;
  readonly conditions?: {
    readonly applications?: {
      readonly includeApplications?: readonly { readonly appId: string }[] | null;
      /** Returned only by the beta version. */
      readonly includeAllApplications?: boolean | null;
    } | null;
  } | null;
  readonly handler?: ExtensionHandler | null;
}

interface Remark {
  readonly code: string;
  readonly message: string;
}

/** Errors and warnings of Graph about an extension's settings. Graph checks them without a call to the extension's address. */
export interface Validation {
  readonly errors: readonly Remark[];
  readonly warnings: readonly Remark[];
}

export type AuthenticationExtensions = ReturnType<typeof authenticationExtensions>;

/** Every method throws GraphError if Graph refuses. @param beta the only version that shows and sets the priority of a listener */
export function authenticationExtensions(
  graph: GraphClient,
  beta: GraphClient,
  isCalled: (id: string) => Promise<boolean> = async () => true,
) {
  const { all, ...listening } = eventListeners(graph, beta);
  const extensionObjects = objects<CustomExtension>(graph, EXTENSIONS, {
    ask: (make) => retryUntilEntraKnows(graph, make),
    names: ["@odata.type"],
    isReferred: async (id) => (await all()).some(({ handler }) => handler?.customExtension?.id === id) || (await isCalled(id)),
  });
  return {
    extensions: extensionObjects.all,
    ...validations(graph),
    async create(event: ExtensionEvent, displayName: string, settings: ExtensionSettings): Promise<string> {
      const description = `Asks Gatehouse at ${event}`;
      const body = { "@odata.type": extensionType(event), displayName, description, ...buildSettings(event, settings) };
      return (await extensionObjects.create(body, (each) => isSame(each, event, displayName, settings))).id;
    },
    update: (id: string, event: ExtensionEvent, settings: ExtensionSettings): Promise<void> =>
      extensionObjects.update(id, { "@odata.type": extensionType(event), ...buildSettings(event, settings) }),
    remove: extensionObjects.remove,
    ...listening,
  };
}

function validations(graph: GraphClient) {
  async function requestValidation(path: string, body?: object): Promise<Validation> {
    const validation = await retryRead(graph, () => retryUntilEntraKnows(graph, () => graph.post<Validation>(`${path}/${VALIDATE}`, body)));
    if (!Array.isArray(validation?.errors) || !Array.isArray(validation.warnings)) throw otherForm(graph, "POST", `${path}/${VALIDATE}`);
    return validation;
  }

  /** Repeats the validation while a new service principal is not known everywhere. */
  async function validatedSoon(settings: ExtensionSettings): Promise<Validation> {
    for (const pause of PRINCIPAL_PAUSES_MS) {
      const validation = await requestValidation(EXTENSIONS, configuration(settings));
      if (validation.errors.length === 0 || validation.errors.some(({ code }) => code !== "ServicePrincipalNotFound")) return validation;
      await graph.pause(pause);
    }
    return await requestValidation(EXTENSIONS, configuration(settings));
  }

  return {
    /** Validates settings before an extension with them exists. */
    validate: validatedSoon,
    validateExisting: (id: string) => requestValidation(`${EXTENSIONS}/${id}`),
  };
}

function eventListeners(graph: GraphClient, beta: GraphClient) {
  const listening = objects<EventListener>({ ...beta, post: graph.post, delete: graph.delete }, LISTENERS, {
    ask: (call) => soon(graph, call),
    names: ["@odata.type"],
    // No object refers to a listener.
    isReferred: async () => false,
  });

  /** Lists listeners, without priorities if the tenant forbids the beta version. */
  async function all(): Promise<readonly EventListener[]> {
    return await listening.all().catch((error: unknown) => {
      if (!(error instanceof GraphError && [400, 403, 404].includes(error.status))) throw error;
      return fetchAllPages<EventListener>(graph, LISTENERS, ["id", "@odata.type"]);
    });
  }

  return {
    all,
    listeners: async () => (await all()).filter(({ authenticationEventsFlowId }) => !authenticationEventsFlowId),
    /** @param displayName by which an operator recognises the listener */
    async listen(event: ExtensionEvent, appId: string, extensionId: string, displayName: string): Promise<void> {
      const conditions = { applications: { includeApplications: [{ appId }] } };
      await listening.create(
        { "@odata.type": listenerType(event), displayName, conditions, handler: buildHandler(event, extensionId) },
        (each) =>
          listensTo(each, event, appId) && listApplicationIds(each).length === 1 && each.handler?.customExtension?.id === extensionId,
        all,
      );
    },
    setPriority: (id: string, event: ExtensionEvent, priority: number): Promise<void> =>
      beta.patch(`${LISTENERS}/${id}`, { "@odata.type": listenerType(event), priority }),
    stopListening: listening.remove,
  };
}

async function retryUntilEntraKnows<T>(graph: GraphClient, make: () => Promise<T>): Promise<T> {
  for (const pause of PRINCIPAL_PAUSES_MS) {
    try {
      return await make();
    } catch (error) {
      if (!(error instanceof GraphError && error.code === NO_PRINCIPAL)) throw error;
      await graph.pause(pause);
    }
  }
  return await make();
}

export function buildHandler(event: ExtensionEvent, extensionId: string): object {
  return { "@odata.type": `${TYPE}${event}CustomExtensionHandler`, customExtension: { id: extensionId } };
}

/** Returns the address by which other objects refer to an extension. */
export function extensionAddress(graph: Pick<GraphClient, "address">, id: string): string {
  return graph.address(`${EXTENSIONS}/${id}`);
}

/** Ignores case, because pages of Graph's reference spell the types in different cases. */
export function isEventExtension(extension: Pick<CustomExtension, "@odata.type">, event: ExtensionEvent): boolean {
  return isType(extension, extensionType(event));
}

/** A listener without conditions handles the event of every application. */
export function listensTo(listener: EventListener, event: ExtensionEvent | OtherEvent, appId: string): boolean {
  const isForAll = listener.conditions == null || listener.conditions.applications?.includeAllApplications === true;
  return isType(listener, listenerType(event)) && (isForAll || listApplicationIds(listener).includes(appId.toLowerCase()));
}

/** The applications' ids in lower case. */
export function listApplicationIds({ conditions }: EventListener): readonly string[] {
  return (conditions?.applications?.includeApplications ?? []).map(({ appId }) => appId.toLowerCase());
}

/** Returns true if Entra waits as long, and repeats as often, as Graph permits. */
export function isPatient({ clientConfiguration }: CustomExtension): boolean {
  const { timeoutInMilliseconds, maximumRetries } = clientConfiguration ?? {};
  return timeoutInMilliseconds === CLIENT.timeoutInMilliseconds && maximumRetries === CLIENT.maximumRetries;
}

function extensionType(event: ExtensionEvent): string {
  return `${TYPE}${event}CustomExtension`;
}

function listenerType(event: ExtensionEvent | OtherEvent): string {
  return `${TYPE}${event}Listener`;
}

function isType(object: { readonly "@odata.type": string }, type: string): boolean {
  return object["@odata.type"].toLowerCase() === type.toLowerCase();
}

function isSame(extension: CustomExtension, event: ExtensionEvent, displayName: string, { url, resourceId }: ExtensionSettings): boolean {
  const { authenticationConfiguration: shows, endpointConfiguration: endpoint } = extension;
  return (
    isEventExtension(extension, event) &&
    extension.displayName === displayName &&
    endpoint?.targetUrl === url &&
    shows?.resourceId === resourceId
  );
}

function configuration({ url, resourceId }: ExtensionSettings): object {
  return {
    authenticationConfiguration: { "@odata.type": `${TYPE}azureAdTokenAuthentication`, resourceId },
    endpointConfiguration: { "@odata.type": `${TYPE}httpRequestEndpoint`, targetUrl: url },
  };
}

function buildSettings(event: ExtensionEvent, settings: ExtensionSettings): object {
  const claims = settings.claims.map((claimIdInApiResponse) => ({ claimIdInApiResponse }));
  return {
    ...configuration(settings),
    clientConfiguration: CLIENT,
    claimsForTokenConfiguration: event === "onTokenIssuanceStart" ? claims : undefined,
  };
}
