import { type JsonMembers, membersIn } from "./answer";
import { type ActionKind, actionIn, actionName, answerParts, collectedIn, eventWords, valuesMember, valueTypes } from "./extension-answer";
import { type AskedStep, type ContractRule, isText, jsonRules, shown } from "./rule";

const TROUBLE = "Troubleshoot your custom authentication extension";
const RESPONSES = "Retrieve and return data from an attribute collection event";
const CLAIMS = "Custom claims provider reference";
const MAX_CLAIMS_BYTES = 3 * 1_024;

const isAnswer: ContractRule["applies"] = ({ status }) => status === 200;
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

/** True for the event's response data, in any case. */
function namesResponse(type: unknown, { step }: AskedStep): boolean {
  return typeof type === "string" && type.toLowerCase() === eventWords[step].responseData.toLowerCase();
}

/** A rule about members of the one action. */
const about =
  (judge: (members: JsonMembers, asked: AskedStep, kind: ActionKind) => string | undefined): ContractRule["breach"] =>
  ({ json }, asked) => {
    const action = actionIn(json, asked.step);
    const found = action && judge(action.members, asked, action.kind);
    return found === undefined ? undefined : { found };
  };

/** An external tenant's rules for a custom authentication extension's answer. The numbers are those of its sign-in log. */
export const extensionContract: readonly ContractRule[] = [
  {
    id: "status",
    says: "the HTTP status is 200",
    source: `${TROUBLE}, 1003002`,
    applies: () => true,
    breach: ({ status }) => {
      if (status === 200) return undefined;
      return { found: status === 401 || status === 403 ? `status ${status}: the token is not accepted` : `status ${status}` };
    },
  },
  ...jsonRules(`${TROUBLE}, 1003003 and 1003006`, isAnswer),
  {
    id: "data",
    says: "data names the event's response data",
    source: RESPONSES,
    applies: hasBody,
    breach: ({ json }, asked) => {
      if (membersIn(json?.data) === undefined) return { found: `data is ${shown(json?.data)}` };
      const { type } = answerParts(json);
      return namesResponse(type, asked) ? undefined : { found: `data.@odata.type is ${shown(type)}` };
    },
  },
  {
    id: "actions",
    says: "there is exactly one action",
    source: `${TROUBLE}, 1003010`,
    applies: (answer, asked) => hasBody(answer, asked) && membersIn(answer.json?.data) !== undefined,
    breach: ({ json }) => {
      const { actions } = answerParts(json);
      return actions?.length === 1 ? undefined : { found: actions === undefined ? "no list of actions" : `${actions.length} actions` };
    },
  },
  {
    id: "action",
    says: "the action is one of the event's",
    source: `${TROUBLE}, 1003012`,
    applies: ({ status, json }) => status === 200 && answerParts(json).actions?.length === 1,
    breach: ({ json }, { step }) => {
      if (actionIn(json, step) !== undefined) return undefined;
      const type = membersIn(answerParts(json).actions?.[0])?.["@odata.type"];
      return { found: `the action is ${shown(type)}` };
    },
  },
  {
    id: "casing",
    says: "names are written as documented, capitals and all",
    source: "good practice: that other capitals are taken is not documented",
    tolerated: true,
    applies: (answer, asked) => hasAction()(answer, asked) && namesResponse(answerParts(answer.json).type, asked),
    breach: ({ json }, { step }) => {
      const action = actionIn(json, step);
      if (action !== undefined && action.name !== actionName(step, action.kind)) {
        return { found: `the action is ${shown(action.name)}` };
      }
      const { type } = answerParts(json);
      return type === eventWords[step].responseData ? undefined : { found: `data.@odata.type is ${shown(type)}` };
    },
  },
  {
    id: "block.text",
    says: "title and message of a block page, where given, are texts",
    source: RESPONSES,
    applies: hasAction("showBlockPage"),
    breach: about((members) => {
      const wrong = ["title", "message"].find((name) => Object.hasOwn(members, name) && !isText(members[name]));
      return wrong && `${wrong} is ${shown(members[wrong])}`;
    }),
  },
  {
    id: "invalid.text",
    says: "a validation error has a message, and texts in attributeErrors",
    source: RESPONSES,
    applies: isInvalid,
    breach: about(({ message, attributeErrors }) => {
      if (!isText(message)) return `message is ${shown(message)}`;
      const errors = membersIn(attributeErrors);
      if (errors === undefined) return `attributeErrors is ${shown(attributeErrors)}`;
      const wrong = Object.keys(errors).find((name) => !isText(errors[name]));
      return wrong === undefined ? undefined : `attributeErrors.${wrong} is ${shown(errors[wrong])}`;
    }),
  },
  {
    id: "invalid.known",
    says: "attributeErrors names what the user flow collects",
    source: "good practice: what is said of anything else is shown nowhere",
    tolerated: true,
    applies: isInvalid,
    breach: about((members, asked) => unknownNames(membersIn(members.attributeErrors), asked)),
  },
  {
    id: "values.given",
    says: "setPrefillValues has inputs, modifyAttributeValues has attributes",
    source: RESPONSES,
    applies: setsValues,
    breach: about((members, _, kind) => {
      const name = valuesMember(kind);
      return membersIn(members[name]) === undefined ? `${name} is ${shown(members[name])}` : undefined;
    }),
  },
  {
    id: "values.type",
    says: "values come bare, and of the type that was asked: text, whole number or boolean",
    source: RESPONSES,
    applies: setsValues,
    breach: about((members, { request }, kind) => {
      const types = collectedIn(request);
      const values = membersIn(members[valuesMember(kind)]) ?? {};
      const wrong = Object.keys(values).find((name) => !fits(values[name], types[name]));
      return wrong === undefined ? undefined : `${wrong} is ${shown(values[wrong])}`;
    }),
  },
  {
    id: "values.known",
    says: "values are those of attributes that the user flow collects",
    source: `${RESPONSES}: others are ignored`,
    tolerated: true,
    applies: setsValues,
    breach: about((members, asked, kind) => unknownNames(membersIn(members[valuesMember(kind)]), asked)),
  },
  {
    id: "claims.given",
    says: "claims is an object",
    source: `${TROUBLE}, 1003007`,
    applies: givesClaims,
    breach: about(({ claims }) => (membersIn(claims) === undefined ? `claims is ${shown(claims)}` : undefined)),
  },
  {
    id: "claims.name",
    says: "every claim has a name",
    source: `${TROUBLE}, 1003026`,
    applies: givesClaims,
    breach: about(({ claims }) =>
      Object.keys(membersIn(claims) ?? {}).some((name) => name.trim() === "" || name === "null") ? "a claim without a name" : undefined,
    ),
  },
  {
    id: "claims.type",
    says: "claims are texts or lists of texts",
    source: CLAIMS,
    applies: givesClaims,
    breach: about(({ claims }) => {
      const wrong = Object.entries(membersIn(claims) ?? {}).find(([, value]) => ![value].flat().every((each) => typeof each === "string"));
      return wrong && `${wrong[0]} is ${shown(wrong[1])}`;
    }),
  },
  {
    id: "claims.size",
    says: "all claims together take 3 KB at most, names included",
    source: `${CLAIMS}; ${TROUBLE}, 1003025`,
    applies: givesClaims,
    breach: about(({ claims }) => {
      const texts = Object.entries(membersIn(claims) ?? {}).flatMap(([name, value]) => [name, value].flat());
      const bytes = texts.reduce((sum: number, text) => sum + Buffer.byteLength(String(text)), 0);
      return bytes > MAX_CLAIMS_BYTES ? `${bytes} bytes` : undefined;
    }),
  },
];

function unknownNames(given: JsonMembers | undefined, { request }: AskedStep): string | undefined {
  const collected = collectedIn(request);
  const unknown = Object.keys(given ?? {}).filter((name) => !Object.hasOwn(collected, name));
  return unknown.length === 0 ? undefined : `not collected: ${unknown.join(", ")}`;
}

/** @param type the request's name for it; undefined for an attribute that was not in the request, which may have any scalar value */
function fits(value: unknown, type: unknown): boolean {
  switch (type) {
    case valueTypes.string:
      return typeof value === "string";
    case valueTypes.integer:
      return Number.isSafeInteger(value);
    case valueTypes.boolean:
      return typeof value === "boolean";
    default:
      return ["string", "number", "boolean"].includes(typeof value);
  }
}
