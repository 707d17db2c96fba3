import * as v from "valibot";
import { jsonAnswer, noContent, type Received, type StandInAnswer } from "../outside-system";
import { GraphErrorReply, parsedBody } from "./request";

const restriction = v.strictObject({
  state: v.picklist(["enabled", "disabled"]),
  restrictForAppsCreatedAfterDateTime: v.optional(v.nullable(v.string())),
  excludeAppsReceivingV2Tokens: v.optional(v.boolean()),
  excludeSaml: v.optional(v.boolean()),
});

const schemas = {
  authenticationFlowsPolicy: v.strictObject({ selfServiceSignUp: v.strictObject({ isEnabled: v.boolean() }) }),
  defaultAppManagementPolicy: v.strictObject({
    isEnabled: v.boolean(),
    applicationRestrictions: v.strictObject({ identifierUris: v.strictObject({ nonDefaultUriAddition: restriction }) }),
  }),
};

export type TenantPolicies = { -readonly [Name in keyof typeof schemas]: v.InferOutput<(typeof schemas)[Name]> };

/** Sign-up is on, and every Application ID URI is allowed. */
export function emptyPolicies(): TenantPolicies {
  return {
    authenticationFlowsPolicy: { selfServiceSignUp: { isEnabled: true } },
    defaultAppManagementPolicy: {
      isEnabled: false,
      applicationRestrictions: { identifierUris: { nonDefaultUriAddition: { state: "disabled" } } },
    },
  };
}

interface Kept {
  readonly directory: { readonly policies: TenantPolicies; save(): void };
}

/** /policies */
export function answerPolicies({ directory }: Kept, received: Received, [name = ""]: readonly string[]): StandInAnswer {
  const { policies } = directory;
  if (!(name in policies)) throw new GraphErrorReply(404, "UnknownError");
  const known = name as keyof TenantPolicies;
  if (received.method === "GET") return jsonAnswer(200, { id: name, ...policies[known] }, "200: policy");
  if (received.method !== "PATCH") throw new GraphErrorReply(405, "MethodNotAllowed");
  Object.assign(policies, { [known]: parsedBody(received, schemas[known]) });
  directory.save();
  return noContent("policy");
}

/** True if an application may have an Application ID URI that is more than its id. */
export function allowsUriWithHost({ directory }: Kept, api: object): boolean {
  const { isEnabled, applicationRestrictions } = directory.policies.defaultAppManagementPolicy;
  const { state, excludeAppsReceivingV2Tokens } = applicationRestrictions.identifierUris.nonDefaultUriAddition;
  const isExempt = excludeAppsReceivingV2Tokens === true && "requestedAccessTokenVersion" in api && api.requestedAccessTokenVersion === 2;
  return !isEnabled || state === "disabled" || isExempt;
}
