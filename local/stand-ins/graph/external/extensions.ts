import { randomUUID } from "node:crypto";
import * as v from "valibot";
import { ENTRA_APP_ID } from "../../../../features/external-tenant/extension-caller";
import { jsonAnswer, noContent, type Received, type StandInAnswer } from "../../outside-system";
import { isSeen } from "../connectors";
import type { Tenant } from "../directory";
import { boundedText, GraphErrorReply, parsedBody } from "../request";
import type { KeptExtension } from "./kept";
import { missing, withoutSeen } from "./registrations";

const TYPE = "#microsoft.graph.";
const START_OR_SUBMIT = ["onAttributeCollectionStart", "onAttributeCollectionSubmit"].map((event) => `${TYPE}${event}CustomExtension`);
const TOKEN = `${TYPE}onTokenIssuanceStartCustomExtension`;

const authentication = v.strictObject({
  "@odata.type": v.literal(`${TYPE}azureAdTokenAuthentication`),
  resourceId: v.string(),
});
const endpoint = v.strictObject({ "@odata.type": v.literal(`${TYPE}httpRequestEndpoint`), targetUrl: v.pipe(v.string(), v.url()) });
const client = v.strictObject({
  timeoutInMilliseconds: v.pipe(v.number(), v.minValue(200), v.maxValue(2_000)),
  maximumRetries: v.pipe(v.number(), v.minValue(0), v.maxValue(1)),
});
const settings = { authenticationConfiguration: authentication, endpointConfiguration: endpoint, clientConfiguration: client };
const claims = v.array(v.strictObject({ claimIdInApiResponse: boundedText(256) }));
const withoutClaims = v.strictObject({ "@odata.type": v.picklist(START_OR_SUBMIT), ...settings });
const withClaims = v.strictObject({ "@odata.type": v.literal(TOKEN), ...settings, claimsForTokenConfiguration: claims });
const named = { displayName: boundedText(256), description: boundedText(1_024) };
const createSchema = v.union([v.strictObject({ ...withoutClaims.entries, ...named }), v.strictObject({ ...withClaims.entries, ...named })]);
const changeSchema = v.union([withoutClaims, withClaims]);
const validateSchema = v.strictObject({ authenticationConfiguration: authentication, endpointConfiguration: endpoint });

const listenerSchema = v.strictObject({
  "@odata.type": v.picklist([`${TYPE}onTokenIssuanceStartListener`]),
  displayName: v.optional(boundedText(256)),
  conditions: v.strictObject({
    applications: v.strictObject({ includeApplications: v.tuple([v.strictObject({ appId: v.pipe(v.string(), v.uuid()) })]) }),
  }),
  handler: v.strictObject({
    "@odata.type": v.literal(`${TYPE}onTokenIssuanceStartCustomExtensionHandler`),
    customExtension: v.strictObject({ id: v.string() }),
  }),
});

const prioritySchema = v.strictObject({
  "@odata.type": v.literal(`${TYPE}onTokenIssuanceStartListener`),
  priority: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1_000)),
});

/** /identity/customAuthenticationExtensions */
export function answerExtensions(tenant: Tenant, received: Received, id: string, part: string | undefined): StandInAnswer {
  const { directory } = tenant;
  const { external } = directory;
  const { method } = received;
  if (id === "" && method === "GET") {
    return jsonAnswer(200, { value: external.extensions.filter(isSeen).map(withoutSeen) }, "200: extensions");
  }
  if (id === "validateAuthenticationConfiguration" && method === "POST") return validated(tenant, parsedBody(received, validateSchema));
  if (id === "" && method === "POST") {
    // Observed in practice; not documented.
    if (!external.principals.some((each) => each.appId === ENTRA_APP_ID && isSeen(each))) throw new GraphErrorReply(400, "AADB2C90063");
    const made = { id: randomUUID(), ...parsedBody(received, createSchema) };
    external.extensions = [...external.extensions, { ...made, seenFrom: Date.now() + tenant.searchLagMs }];
    directory.save();
    return jsonAnswer(201, made, "201: extension");
  }
  const found = external.extensions.find((each) => each.id === id && isSeen(each));
  if (found === undefined) throw missing();
  if (method === "POST" && part === "validateAuthenticationConfiguration") return validated(tenant, found);
  if (method === "PATCH") {
    const changed = { ...found, ...parsedBody(received, changeSchema) };
    external.extensions = external.extensions.map((each) => (each === found ? changed : each));
  } else if (method === "DELETE") {
    if (isCalled(tenant, found)) throw new GraphErrorReply(400, "BadRequest");
    external.extensions = external.extensions.filter((each) => each !== found);
  } else throw new GraphErrorReply(405, "MethodNotAllowed");
  directory.save();
  return noContent("extension");
}

/** True if a listener or a flow uses the extension, which then cannot be deleted. */
function isCalled({ directory: { external } }: Tenant, { id }: KeptExtension): boolean {
  const handlers = external.eventsFlows.flatMap((flow) => [flow.onAttributeCollectionStart, flow.onAttributeCollectionSubmit]);
  return [...external.listeners.map(({ handler }) => handler), ...handlers].some((handler) => handler?.customExtension?.id === id);
}

type Validated = Pick<KeptExtension, "authenticationConfiguration" | "endpointConfiguration">;

/** The result of Graph's validation. It makes no call. */
function validated({ directory: { external } }: Tenant, extension: Validated): StandInAnswer {
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

/** /identity/authenticationEventListeners */
export function answerListeners(tenant: Tenant, received: Received, version: string, id: string): StandInAnswer {
  const { directory } = tenant;
  const { external } = directory;
  const { method } = received;
  if (id === "" && method === "GET") {
    // Only the beta version returns the priority. Ids may be in any case.
    const shown = external.listeners.filter(isSeen).map(({ priority, seenFrom: _, conditions, ...listener }) => ({
      ...listener,
      ...(conditions && {
        conditions: {
          applications: {
            ...conditions.applications,
            ...(version === "beta" && { includeAllApplications: conditions.applications.includeAllApplications ?? false }),
            includeApplications: conditions.applications.includeApplications?.map(({ appId }) => ({ appId: appId.toUpperCase() })),
          },
        },
      }),
      ...(version === "beta" && { priority }),
    }));
    return jsonAnswer(200, { value: shown }, "200: listeners");
  }
  if (id === "" && method === "POST") {
    const body = parsedBody(received, listenerSchema);
    const { id: called } = body.handler.customExtension;
    if (!external.extensions.some((each) => each.id === called && isSeen(each))) throw missing();
    const made = { id: randomUUID(), ...body };
    external.listeners = [...external.listeners, { ...made, priority: 500, seenFrom: Date.now() + tenant.searchLagMs }];
    directory.save();
    return jsonAnswer(201, made, "201: listener");
  }
  if (method === "PATCH" && version === "beta") {
    const { priority } = parsedBody(received, prioritySchema);
    if (!external.listeners.some((each) => each.id === id)) throw missing();
    external.listeners = external.listeners.map((each) => (each.id === id ? { ...each, priority } : each));
    directory.save();
    return noContent("listener");
  }
  if (method !== "DELETE" || !external.listeners.some((each) => each.id === id)) throw missing();
  external.listeners = external.listeners.filter((each) => each.id !== id);
  directory.save();
  return noContent("listener");
}
