import { isBuiltInAttribute } from "../../engine/attribute-kinds";
import { claimsIn } from "./answer";
import { type ContractRule, isText, jsonRules, shown } from "./rule";

const CONNECTOR = "Add an API connector to a user flow";
const CONTINUE = `${CONNECTOR}, continuation response`;
const BLOCK = `${CONNECTOR}, blocking response`;
const INVALID = `${CONNECTOR}, validation-error response`;
const PRACTICES = `${CONNECTOR}, best practices`;

const actions = ["Continue", "ShowBlockPage", "ValidationError"];
const is =
  (...wanted: readonly string[]): ContractRule["applies"] =>
  ({ json }) =>
    wanted.includes(String(json?.action));
const hasBody: ContractRule["applies"] = ({ json }) => json !== undefined;
/** Other rules apply only to these statuses: any other one breaks the rule `status`. */
const isAnswer: ContractRule["applies"] = ({ status }) => status === 200 || status === 400;

/** A workforce tenant's rules for an API connector's answer. */
export const connectorContract: readonly ContractRule[] = [
  {
    id: "status",
    says: "the HTTP status is 200 or 400",
    source: PRACTICES,
    applies: () => true,
    breach: ({ status }) => {
      if (status === 200 || status === 400) return undefined;
      return { found: status === 401 || status === 403 ? `status ${status}: user name and password are not accepted` : `status ${status}` };
    },
  },
  ...jsonRules(CONTINUE, isAnswer),
  {
    id: "version",
    says: "version is a text",
    source: CONTINUE,
    applies: hasBody,
    breach: ({ json }) => (isText(json?.version) ? undefined : { found: `version is ${shown(json?.version)}` }),
  },
  {
    id: "action",
    says: `action is ${actions.join(", ")}, to the letter`,
    source: CONTINUE,
    applies: hasBody,
    breach: ({ json }) => (actions.includes(json?.action as string) ? undefined : { found: `action is ${shown(json?.action)}` }),
  },
  {
    id: "continue.status",
    says: "Continue comes with HTTP status 200",
    source: CONTINUE,
    applies: is("Continue"),
    breach: ({ status }) => (status === 200 ? undefined : { found: `status ${status}` }),
  },
  {
    id: "block.status",
    says: "ShowBlockPage comes with HTTP status 200",
    source: BLOCK,
    applies: is("ShowBlockPage"),
    breach: ({ status }) => (status === 200 ? undefined : { found: `status ${status}` }),
  },
  {
    id: "invalid.status",
    says: "ValidationError comes with HTTP status 400",
    source: INVALID,
    applies: is("ValidationError"),
    breach: ({ status }) => (status === 400 ? undefined : { found: `status ${status}` }),
  },
  {
    id: "invalid.body-status",
    says: "ValidationError has status 400 in the body too",
    source: INVALID,
    applies: is("ValidationError"),
    breach: ({ json }) =>
      json?.status === 400 || json?.status === "400" ? undefined : { found: `status in the body is ${shown(json?.status)}` },
  },
  {
    id: "invalid.step",
    says: "ValidationError is answered before creating the user alone",
    source: INVALID,
    applies: (answer, asked) => asked.step === "after-sign-in" && is(...actions)(answer, asked),
    breach: ({ json }) => (json?.action === "ValidationError" ? { found: "ValidationError after sign-in" } : undefined),
  },
  {
    id: "message",
    says: "userMessage is a text wherever the person is stopped",
    source: BLOCK,
    applies: is("ShowBlockPage", "ValidationError"),
    breach: ({ json }) => (isText(json?.userMessage) ? undefined : { found: `userMessage is ${shown(json?.userMessage)}` }),
  },
  {
    id: "other-status",
    says: "status in the body, where it is not asked for, is that of the answer",
    source: "good practice",
    tolerated: true,
    applies: (answer, asked) => is("Continue", "ShowBlockPage")(answer, asked) && answer.json?.status !== undefined,
    breach: ({ json, status }) => (Number(json?.status) === status ? undefined : { found: `status in the body is ${shown(json?.status)}` }),
  },
  {
    id: "claims.type",
    says: "claims are texts; custom ones texts, booleans or whole numbers",
    source: CONTINUE,
    applies: is("Continue"),
    breach: ({ json = {} }) => {
      const [wrong] = claimsIn(json).filter(([name, value]) => value !== null && !isClaimValue(name, value));
      return wrong && { found: `${wrong[0]} is ${shown(wrong[1])}` };
    },
  },
  {
    id: "claims.null",
    says: "what has no value is left out, not null",
    source: "good practice",
    tolerated: true,
    applies: hasBody,
    breach: ({ json = {} }) => {
      const nulls = Object.keys(json).filter((name) => json[name] === null);
      return nulls.length === 0 ? undefined : { found: `null for ${nulls.join(", ")}` };
    },
  },
  {
    id: "claims.protected",
    says: "email and identities are not returned",
    source: "good practice: returning them is not documented",
    tolerated: true,
    applies: is("Continue"),
    breach: ({ json = {} }) => {
      const returned = ["email", "identities"].filter((name) => Object.hasOwn(json, name));
      return returned.length === 0 ? undefined : { found: `returns ${returned.join(", ")}` };
    },
  },
];

/** Azure AD B2C's rules: the same, and at its third step only claims are allowed. */
export const b2cContract: readonly ContractRule[] = [
  ...connectorContract,
  {
    id: "token.action",
    says: "before sending the token the action is Continue",
    source: "Enrich tokens with claims from external sources using API connectors",
    applies: (answer, asked) => asked.step === "before-sending-token" && is(...actions)(answer, asked),
    breach: ({ json }) => (json?.action === "Continue" ? undefined : { found: `action is ${shown(json?.action)}` }),
  },
];

function isClaimValue(name: string, value: unknown): boolean {
  if (name === "identities") return true;
  if (typeof value === "string") return true;
  return !isBuiltInAttribute(name) && (typeof value === "boolean" || Number.isSafeInteger(value));
}
