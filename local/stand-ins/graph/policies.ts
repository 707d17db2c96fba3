import { jsonAnswer, noContent, type Received, type StandInAnswer } from "../outside-system";
import { modelledBody } from "./objects";
import { GraphErrorReply } from "./request";

export type TenantPolicies = Readonly<ReturnType<typeof emptyPolicies>>;

/** Returns a new tenant's policies: sign-up is on, and every Application ID URI is allowed. */
export function emptyPolicies() {
  const nonDefaultUriAddition: { readonly state: string; readonly excludeAppsReceivingV2Tokens?: boolean } = { state: "disabled" };
  return {
    authenticationFlowsPolicy: { selfServiceSignUp: { isEnabled: true } },
    defaultAppManagementPolicy: {
      isEnabled: false,
      applicationRestrictions: { identifierUris: { nonDefaultUriAddition } },
    },
  };
}

interface PolicyHolder {
  readonly directory: { readonly policies: TenantPolicies; save(): void };
}

export function answerPolicies({ directory }: PolicyHolder, receivedRequest: Received, [name = ""]: readonly string[]): StandInAnswer {
  const { policies } = directory;
  if (!(name in policies)) throw new GraphErrorReply(404, "UnknownError");
  if (receivedRequest.method === "GET") return jsonAnswer(200, { id: name, ...policies[name as keyof TenantPolicies] }, "200: policy");
  if (receivedRequest.method !== "PATCH") throw new GraphErrorReply(405, "MethodNotAllowed");
  Object.assign(policies, { [name]: modelledBody<object>(receivedRequest) });
  directory.save();
  return noContent("policy");
}

/** True if an Application ID URI may contain more than the application's id, such as a host. */
export function allowsUriWithHost({ directory }: PolicyHolder, api: object): boolean {
  const { isEnabled, applicationRestrictions } = directory.policies.defaultAppManagementPolicy;
  const { state, excludeAppsReceivingV2Tokens } = applicationRestrictions.identifierUris.nonDefaultUriAddition;
  const isExempt = excludeAppsReceivingV2Tokens === true && "requestedAccessTokenVersion" in api && api.requestedAccessTokenVersion === 2;
  return !isEnabled || state === "disabled" || isExempt;
}
