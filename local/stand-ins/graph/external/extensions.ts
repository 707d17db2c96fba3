import { ENTRA_APP_ID } from "../../../../features/external-tenant/extension-caller";
import { jsonAnswer, type Received, type StandInAnswer } from "../../outside-system";
import type { Tenant } from "../directory";
import { answerObjects, GraphErrorReply, isSeen, missing, modelledBody, type Objects } from "../objects";
import type { KeptExtension, KeptListener } from "./stored-objects";

type NewExtension = Omit<KeptExtension, "id" | "seenFrom">;

function createExtensionObjects(tenant: Tenant): Objects<KeptExtension> {
  const { external } = tenant.directory;
  return {
    what: "extension",
    in: external,
    of: "extensions",
    create(receivedRequest) {
      // Graph's refusal without a service principal for ENTRA_APP_ID was observed in practice, and is not documented.
      if (!external.principals.some((each) => each.appId === ENTRA_APP_ID && isSeen(each))) throw new GraphErrorReply(400, "AADB2C90063");
      return heldToLimits(modelledBody<NewExtension>(receivedRequest));
    },
    change: (extension, receivedRequest) => ({ ...extension, ...heldToLimits(modelledBody<NewExtension>(receivedRequest)) }),
    release({ id }) {
      const ofFlows = external.eventsFlows.flatMap((flow) => [flow.onAttributeCollectionStart, flow.onAttributeCollectionSubmit]);
      const handlers = [...external.listeners.map(({ handler }) => handler), ...ofFlows];
      if (handlers.some((handler) => handler?.customExtension?.id === id)) throw new GraphErrorReply(400, "BadRequest");
    },
  };
}

function heldToLimits(extension: NewExtension): NewExtension {
  const { timeoutInMilliseconds: ms = 200, maximumRetries = 0 } = extension.clientConfiguration ?? {};
  if (ms < 200 || ms > 2_000 || maximumRetries < 0 || maximumRetries > 1) throw new GraphErrorReply(400, "Request_BadRequest");
  return extension;
}

export async function answerExtensions(
  tenant: Tenant,
  receivedRequest: Received,
  id: string,
  part: string | undefined,
): Promise<StandInAnswer> {
  const VALIDATE = "validateAuthenticationConfiguration";
  if (receivedRequest.method !== "POST" || (id !== VALIDATE && part !== VALIDATE))
    return await answerObjects(createExtensionObjects(tenant), tenant, receivedRequest, id);
  if (id === VALIDATE) return validateExtension(tenant, modelledBody(receivedRequest));
  const extension = tenant.directory.external.extensions.find((each) => each.id === id && isSeen(each));
  if (extension === undefined) throw missing();
  return validateExtension(tenant, extension);
}

type Validated = Pick<KeptExtension, "authenticationConfiguration" | "endpointConfiguration">;

/** Graph's validation makes no call. */
function validateExtension({ directory: { external } }: Tenant, extension: Validated): StandInAnswer {
  const { resourceId } = extension.authenticationConfiguration;
  const { targetUrl } = extension.endpointConfiguration;
  const [, host, appId] = /^api:\/\/([^/]+)\/([0-9a-f-]{36})$/.exec(resourceId) ?? [];
  const principal = external.principals.find((each) => each.appId === appId && isSeen(each));
  const isGranted = external.grants.some(({ principalId }) => principalId === principal?.id);
  const remark = (code: string, message: string) => ({ code, message });
  const errors = [
    ...(host === undefined ? [remark("IncorrectResourceIdFormat", "ResourceId should be in the format of 'api://{domain}/{appid}'")] : []),
    ...(host === new URL(targetUrl).host
      ? []
      : [remark("DomainNameDoesNotMatch", "The domain in resourceId should match the targetUrl's")]),
    ...(principal === undefined ? [remark("ServicePrincipalNotFound", "The appId should correspond to a real service principal")] : []),
  ];
  const warnings = isGranted ? [] : [remark("PermissionNotGrantedToServicePrincipal", "The permission is not granted")];
  return jsonAnswer(200, { errors, warnings }, `200: ${[...errors, ...warnings].map(({ code }) => code).join(", ") || "valid"}`);
}

export async function answerListeners(tenant: Tenant, receivedRequest: Received, version: string, id: string): Promise<StandInAnswer> {
  const { external } = tenant.directory;
  const isBeta = version === "beta";
  const listeners: Objects<KeptListener> = {
    what: "listener",
    in: external,
    of: "listeners",
    isFoundAtOnce: true,
    show: (listener) => showListener(listener, isBeta),
    create(objectRequest) {
      const listener = modelledBody<KeptListener>(objectRequest);
      const extensionId = listener.handler?.customExtension?.id;
      if (!external.extensions.some((each) => each.id === extensionId && isSeen(each))) throw missing();
      return { ...listener, priority: 500 };
    },
    // Only the beta version of Graph has the priority of a listener, and only the priority can change.
    change: isBeta
      ? (listener, objectRequest) => ({ ...listener, priority: modelledBody<KeptListener>(objectRequest).priority })
      : undefined,
  };
  return await answerObjects(listeners, tenant, receivedRequest, id);
}

/** Application ids are in upper case, because Graph may return ids in any case. */
function showListener({ priority, seenFrom: _, conditions, ...listener }: KeptListener, isBeta: boolean): object {
  const { includeAllApplications = false, includeApplications } = conditions?.applications ?? {};
  const applications = {
    ...conditions?.applications,
    includeAllApplications: isBeta ? includeAllApplications : undefined,
    includeApplications: includeApplications?.map(({ appId }) => ({ appId: appId.toUpperCase() })),
  };
  return { ...listener, conditions: conditions && { applications }, priority: isBeta ? priority : undefined };
}
