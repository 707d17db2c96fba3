import { type ActionKind, actionIn, actionName, answerParts, collectedIn, eventWords, valuesMember, valueTypes } from "./extension-answer";
import {
  type AskedStep,
  type ContractRule,
  contractRule,
  describeStatusFault,
  isText,
  type JsonMembers,
  jsonRules,
  membersIn,
  type ReadAnswer,
  shortenValue,
  tolerantRule,
} from "./rule";

const TROUBLE = "Troubleshoot your custom authentication extension";
const RESPONSES = "Retrieve and return data from an attribute collection event";
const CLAIMS = "Custom claims provider reference";
const MAX_CLAIMS_BYTES = 3 * 1_024;

const hasBody: ContractRule["applies"] = ({ status, json }) => status === 200 && json !== undefined;
const hasAction =
  (...kinds: readonly ActionKind[]): ContractRule["applies"] =>
  (answer, { step }) => {
    const action = actionIn(answer.json, step);
    return answer.status === 200 && action !== undefined && (kinds.length === 0 || kinds.includes(action.kind));
  };
const setsValues = hasAction("setPrefillValues", "modifyAttributeValues");
const isInvalid = hasAction("showValidationError");
const givesClaims = hasAction("provideClaimsForToken");

function namesResponse(type: unknown, { step }: AskedStep): boolean {
  return typeof type === "string" && type.toLowerCase() === eventWords[step].responseData.toLowerCase();
}

/** Judges the members of the answer's only action. Finds nothing if the answer has no action of the event, or several actions. */
const about =
  (judge: (members: JsonMembers, askedStep: AskedStep, kind: ActionKind) => string | undefined) =>
  ({ json }: ReadAnswer, askedStep: AskedStep) => {
    const action = actionIn(json, askedStep.step);
    return action && judge(action.members, askedStep, action.kind);
  };

/** The numbers in the rules' sources are the error codes in the tenant's sign-in log. */
export const extensionContract: readonly ContractRule[] = [
  contractRule("status", "the HTTP status is 200", `${TROUBLE}, 1003002`, () => true, describeStatusFault("the token is", 200)),
  ...jsonRules(`${TROUBLE}, 1003003 and 1003006`, ({ status }) => status === 200),
  contractRule("data", "data names the event's response data", RESPONSES, hasBody, ({ json }, askedStep) => {
    if (membersIn(json?.data) === undefined) return `data is ${shortenValue(json?.data)}`;
    const { type } = answerParts(json);
    return namesResponse(type, askedStep) ? undefined : `data.@odata.type is ${shortenValue(type)}`;
  }),
  contractRule(
    "actions",
    "there is exactly one action",
    `${TROUBLE}, 1003010`,
    (answer, askedStep) => hasBody(answer, askedStep) && membersIn(answer.json?.data) !== undefined,
    ({ json }) => {
      const { actions } = answerParts(json);
      return actions?.length === 1 ? undefined : actions === undefined ? "no list of actions" : `${actions.length} actions`;
    },
  ),
  contractRule(
    "action",
    "the action is one of the event's",
    `${TROUBLE}, 1003012`,
    ({ status, json }) => status === 200 && answerParts(json).actions?.length === 1,
    ({ json }, { step }) => {
      if (actionIn(json, step) !== undefined) return undefined;
      return `the action is ${shortenValue(membersIn(answerParts(json).actions?.[0])?.["@odata.type"])}`;
    },
  ),
  tolerantRule(
    "casing",
    "names are written as documented, capitals and all",
    "good practice: that other capitals are taken is not documented",
    (answer, askedStep) => hasAction()(answer, askedStep) && namesResponse(answerParts(answer.json).type, askedStep),
    ({ json }, { step }) => {
      const action = actionIn(json, step);
      if (action !== undefined && action.name !== actionName(step, action.kind)) return `the action is ${shortenValue(action.name)}`;
      const { type } = answerParts(json);
      return type === eventWords[step].responseData ? undefined : `data.@odata.type is ${shortenValue(type)}`;
    },
  ),
  contractRule(
    "block.text",
    "title and message of a block page, where given, are texts",
    RESPONSES,
    hasAction("showBlockPage"),
    about((members) => {
      const wrong = ["title", "message"].find((name) => Object.hasOwn(members, name) && !isText(members[name]));
      return wrong && `${wrong} is ${shortenValue(members[wrong])}`;
    }),
  ),
  contractRule(
    "invalid.text",
    "a validation error has a message, and texts in attributeErrors",
    RESPONSES,
    isInvalid,
    about(({ message, attributeErrors }) => {
      if (!isText(message)) return `message is ${shortenValue(message)}`;
      const errors = membersIn(attributeErrors);
      if (errors === undefined) return `attributeErrors is ${shortenValue(attributeErrors)}`;
      const wrong = Object.keys(errors).find((name) => !isText(errors[name]));
      return wrong === undefined ? undefined : `attributeErrors.${wrong} is ${shortenValue(errors[wrong])}`;
    }),
  ),
  tolerantRule(
    "invalid.known",
    "attributeErrors names what the user flow collects",
    "good practice: what is said of anything else is shown nowhere",
    isInvalid,
    about((members, askedStep) => unknownNames(membersIn(members.attributeErrors), askedStep)),
  ),
  contractRule(
    "values.given",
    "setPrefillValues has inputs, modifyAttributeValues has attributes",
    RESPONSES,
    setsValues,
    about((members, _, kind) => noMembers(valuesMember(kind), members)),
  ),
  contractRule(
    "values.type",
    "values come bare, and of the type that was asked: text, whole number or boolean",
    RESPONSES,
    setsValues,
    about((members, { request }, kind) => {
      const types = collectedIn(request);
      const values = membersIn(members[valuesMember(kind)]) ?? {};
      const wrong = Object.keys(values).find((name) => !fits(values[name], types[name]));
      return wrong === undefined ? undefined : `${wrong} is ${shortenValue(values[wrong])}`;
    }),
  ),
  tolerantRule(
    "values.known",
    "values are those of attributes that the user flow collects",
    `${RESPONSES}: others are ignored`,
    setsValues,
    about((members, askedStep, kind) => unknownNames(membersIn(members[valuesMember(kind)]), askedStep)),
  ),
  contractRule(
    "claims.given",
    "claims is an object",
    `${TROUBLE}, 1003007`,
    givesClaims,
    about((members) => noMembers("claims", members)),
  ),
  contractRule(
    "claims.name",
    "every claim has a name",
    `${TROUBLE}, 1003026`,
    givesClaims,
    about(({ claims }) =>
      Object.keys(membersIn(claims) ?? {}).some((name) => name.trim() === "" || name === "null") ? "a claim without a name" : undefined,
    ),
  ),
  contractRule(
    "claims.type",
    "claims are texts or lists of texts",
    CLAIMS,
    givesClaims,
    about(({ claims }) => {
      const wrong = Object.entries(membersIn(claims) ?? {}).find(([, value]) => ![value].flat().every((each) => typeof each === "string"));
      return wrong && `${wrong[0]} is ${shortenValue(wrong[1])}`;
    }),
  ),
  contractRule(
    "claims.size",
    "all claims together take 3 KB at most, names included",
    `${CLAIMS}; ${TROUBLE}, 1003025`,
    givesClaims,
    about(({ claims }) => {
      const texts = Object.entries(membersIn(claims) ?? {}).flatMap(([name, value]) => [name, value].flat());
      const bytes = texts.reduce((sum: number, text) => sum + Buffer.byteLength(String(text)), 0);
      return bytes > MAX_CLAIMS_BYTES ? `${bytes} bytes` : undefined;
    }),
  ),
];

function noMembers(name: string, { [name]: value }: JsonMembers): string | undefined {
  return membersIn(value) === undefined ? `${name} is ${shortenValue(value)}` : undefined;
}

function unknownNames(members: JsonMembers | undefined, { request }: AskedStep): string | undefined {
  const collectedAttributes = collectedIn(request);
  const unknown = Object.keys(members ?? {}).filter((name) => !Object.hasOwn(collectedAttributes, name));
  return unknown.length === 0 ? undefined : `not collected: ${unknown.join(", ")}`;
}

/** @param type the type's name in the request; undefined for an attribute that is not in the request and may have any scalar value */
function fits(value: unknown, type: unknown): boolean {
  switch (type) {
    case valueTypes.string:
      return typeof value === "string";
    case "microsoft.graph.stringCollectionDirectoryAttributeValue":
      return Array.isArray(value) && value.every((each) => typeof each === "string");
    case valueTypes.integer:
      return Number.isSafeInteger(value);
    case valueTypes.boolean:
      return typeof value === "boolean";
    default:
      return ["string", "number", "boolean"].includes(typeof value);
  }
}
