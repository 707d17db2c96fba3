import type { GraphVersion } from "../../../local/stand-ins/graph/model";
import { modelDifferences, requestDifferences } from "../../../local/stand-ins/graph/model";

const FLOWS = "/identity/authenticationEventsFlows/f";
const TYPE = "#microsoft.graph.";

function flowWith(input: object) {
  const attributeCollectionPage = { views: [{ title: null, description: null, inputs: [input] }] };
  return {
    "@odata.type": `${TYPE}externalUsersSelfServiceSignUpEventsFlow`,
    onAttributeCollection: { "@odata.type": `${TYPE}onAttributeCollectionExternalUsersSelfServiceSignUp`, attributeCollectionPage },
  };
}

interface Case {
  readonly given: string;
  readonly version?: GraphVersion;
  readonly path: string;
  readonly body: object;
  readonly differs: readonly string[];
}

const input = "onAttributeCollection.attributeCollectionPage.views[0].inputs[0]";
const option = "AuthenticationAttributeCollectionOptionConfiguration";
const cases: readonly Case[] = [
  {
    given: "a choice",
    path: FLOWS,
    body: flowWith({ attribute: "city", label: "City", inputType: "radioSingleSelect", options: [{ label: "A", value: "a" }] }),
    differs: [],
  },
  {
    given: "a choice under a name that Graph lacks",
    path: FLOWS,
    body: flowWith({ attribute: "city", label: "City", inputType: "radioSingleSelect", options: [{ name: "A", value: "a" }] }),
    differs: [`${input}.options[0].name is no property of ${option}`, `${input}.options[0] lacks label, which ${option} requires`],
  },
  {
    given: "a value that no enum has",
    path: "/identity/userFlowAttributes",
    body: { displayName: "A", dataType: "text" },
    differs: [expect.stringMatching(/^dataType is "text", not one of string, boolean, int64/)],
  },
  { given: "a text for a number", path: "/users/u", body: { accountEnabled: "no" }, differs: ['accountEnabled is "no", not a boolean'] },
  { given: "an account's custom attribute", path: "/users/u", body: { extension_0123_Tier: "gold" }, differs: [] },
  { given: "a property that nobody has", path: "/users", body: { step: "x" }, differs: ["step is no property of User"] },
  {
    given: "a listener's priority in v1.0",
    path: "/identity/authenticationEventListeners/l",
    body: { "@odata.type": `${TYPE}onTokenIssuanceStartListener`, priority: 1 },
    differs: ["priority is no property of OnTokenIssuanceStartListener"],
  },
  {
    given: "a listener's priority in beta",
    version: "beta",
    path: "/identity/authenticationEventListeners/l",
    body: { "@odata.type": `${TYPE}onTokenIssuanceStartListener`, priority: 1 },
    differs: [],
  },
  {
    given: "a type of another kind",
    path: "/identity/apiConnectors",
    body: { authenticationConfiguration: { "@odata.type": `${TYPE}user` } },
    differs: ["authenticationConfiguration: #microsoft.graph.user is no ApiAuthenticationConfigurationBase"],
  },
];

it.each(cases)("the model check compares $given with Graph's model", ({ version = "v1.0", path, body, differs }) => {
  expect(modelDifferences(version, path, body)).toEqual(differs);
});

interface Request {
  readonly given: string;
  readonly version?: GraphVersion;
  readonly method?: string;
  readonly path: string;
  readonly body: object;
  readonly differs: readonly string[];
}

const at = (path: string, version = "v1.0") => ({ "@odata.id": `https://graph.microsoft.com/${version}${path}` });
const links = "/identity/b2cUserFlows/B2C_1_Partner/apiConnectorConfiguration";
const submitCast = "microsoft.graph.onAttributeCollectionSubmitCustomExtensionHandler";
const handler = `${FLOWS}/microsoft.graph.externalUsersSelfServiceSignUpEventsFlow/onAttributeCollectionSubmit/${submitCast}/customExtension`;
const extensions = "/identity/customAuthenticationExtensions";
const authenticationConfiguration = { "@odata.type": `${TYPE}azureAdTokenAuthentication`, resourceId: "api://a" };
const endpointConfiguration = { "@odata.type": `${TYPE}httpRequestEndpoint`, targetUrl: "https://a" };
const requests: readonly Request[] = [
  { given: "a member", path: "/groups/g/members/$ref", body: at("/directoryObjects/u"), differs: [] },
  { given: "a sponsor", path: "/users/u/sponsors/$ref", body: at("/groups/g"), differs: [] },
  {
    given: "a relation that nobody has",
    path: "/users/u/sponsor/$ref",
    body: at("/users/v"),
    differs: ["/users/u/sponsor is no reference that the model knows"],
  },
  {
    given: "a claims policy",
    path: "/servicePrincipals/p/claimsMappingPolicies/$ref",
    body: at("/policies/claimsMappingPolicies/c"),
    differs: [],
  },
  {
    given: "a connector's link",
    method: "PUT",
    path: `${links}/postFederationSignup/$ref`,
    body: at("/identity/apiConnectors/c"),
    differs: [],
  },
  { given: "a link that is taken away", method: "PUT", path: `${links}/postFederationSignup/$ref`, body: {}, differs: [] },
  {
    given: "a link of tokens in v1.0",
    method: "PUT",
    path: `${links}/preTokenIssuance/$ref`,
    body: at("/identity/apiConnectors/c"),
    differs: [`${links}/preTokenIssuance is no reference that the model knows`],
  },
  {
    given: "a link of tokens in beta",
    version: "beta",
    method: "PUT",
    path: `${links}/preTokenIssuance/$ref`,
    body: at("/identity/apiConnectors/c"),
    differs: [],
  },
  {
    given: "a flow's extension",
    version: "beta",
    method: "PUT",
    path: `${handler}/$ref`,
    body: at(`${extensions}/e`, "beta"),
    differs: [],
  },
  {
    given: "an action's parameters",
    path: "/identity/apiConnectors/c/uploadClientCertificate",
    body: { pkcs12Value: "a", password: "b" },
    differs: [],
  },
  {
    given: "an action's parameter under another name",
    path: "/identity/apiConnectors/c/uploadClientCertificate",
    body: { pkcs12: "a", password: "b" },
    differs: ["pkcs12 is no property of the action", "lacks pkcs12Value, which the action requires"],
  },
  {
    given: "settings to look at",
    path: `${extensions}/validateAuthenticationConfiguration`,
    body: { authenticationConfiguration, endpointConfiguration },
    differs: [],
  },
  {
    given: "settings with a text for an object",
    path: `${extensions}/validateAuthenticationConfiguration`,
    body: { authenticationConfiguration, endpointConfiguration: "https://a" },
    differs: ["endpointConfiguration is no CustomExtensionEndpointConfiguration"],
  },
  { given: "one group for a list", path: "/users/u/checkMemberGroups", body: { groupIds: "g" }, differs: ["groupIds is no collection"] },
  {
    given: "an invitation that leads nowhere",
    path: "/invitations",
    body: { invitedUserEmailAddress: "a@b.example" },
    differs: ["lacks inviteRedirectUrl, without which Graph makes no Invitation"],
  },
  {
    given: "a federated credential",
    path: "/applications(appId='a')/federatedIdentityCredentials",
    body: { name: "gatehouse-approvals", issuer: "https://i", subject: "arn:aws:iam::1:role/r", audiences: ["api://AzureADTokenExchange"] },
    differs: [],
  },
  {
    given: "a federated credential for one text",
    path: "/applications/a/federatedIdentityCredentials",
    body: { name: "gatehouse-approvals", issuer: "https://i", audience: "api://AzureADTokenExchange" },
    differs: [
      "audience is no property of FederatedIdentityCredential",
      "lacks subject, without which Graph makes no FederatedIdentityCredential",
      "lacks audiences, without which Graph makes no FederatedIdentityCredential",
    ],
  },
  {
    given: "a federated credential's other role",
    method: "PATCH",
    path: "/applications(appId='a')/federatedIdentityCredentials/f",
    body: { issuer: "https://i", subject: "arn:aws:iam::1:role/s", audiences: ["api://AzureADTokenExchange"] },
    differs: [],
  },
  { given: "a change of one member", method: "PATCH", path: "/applications/a", body: { displayName: "A" }, differs: [] },
  {
    given: "a body where the model knows none",
    path: "/applications/a/addPassword",
    body: {},
    differs: ["/applications/a/addPassword takes no body that the model knows"],
  },
];

it.each(requests)("the request check compares $given with Graph's model", ({ version = "v1.0", method = "POST", path, body, differs }) => {
  expect(requestDifferences(version, method, path, body)).toEqual(differs);
});
