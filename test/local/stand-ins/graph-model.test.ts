import { modelDifferences } from "../../../local/stand-ins/graph/model";
import type { GraphVersion } from "../../../local/stand-ins/graph/model-types";

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

it.each(cases)("holds $given against Graph's model", ({ version = "v1.0", path, body, differs }) => {
  expect(modelDifferences(version, path, body)).toEqual(differs);
});
