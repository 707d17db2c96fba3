import { isBuiltInAttribute } from "../../engine/protocols/attributes";
import {
  type ContractRule,
  claimsIn,
  contractRule,
  describeStatusFault,
  isText,
  jsonRules,
  type ReadAnswer,
  shortenValue,
  tolerantRule,
  wrongStatus,
} from "./rule";

const CONNECTOR = "Add an API connector to a user flow";
const CONTINUE = `${CONNECTOR}, continuation response`;
const BLOCK = `${CONNECTOR}, blocking response`;
const INVALID = `${CONNECTOR}, validation-error response`;
const PRACTICES = `${CONNECTOR}, best practices`;

const actions = ["Continue", "ShowBlockPage", "ValidationError"];
const is =
  (...wantedActions: readonly string[]): ContractRule["applies"] =>
  ({ json }) =>
    wantedActions.includes(String(json?.action));
const hasBody: ContractRule["applies"] = ({ json }) => json !== undefined;
/** True for status 200 or 400. Any other status breaks the rule `status`, so the rules about JSON do not apply to it. */
const isAnswer: ContractRule["applies"] = ({ status }) => status === 200 || status === 400;

/** A workforce tenant's rules for an API connector's answer. */
export const connectorContract: readonly ContractRule[] = [
  contractRule(
    "status",
    "the HTTP status is 200 or 400",
    PRACTICES,
    () => true,
    describeStatusFault("user name and password are", 200, 400),
  ),
  ...jsonRules(CONTINUE, isAnswer),
  contractRule("version", "version is a text", CONTINUE, hasBody, noText("version")),
  contractRule("action", `action is ${actions.join(", ")}, to the letter`, CONTINUE, hasBody, ({ json }) =>
    actions.includes(json?.action as string) ? undefined : `action is ${shortenValue(json?.action)}`,
  ),
  contractRule("continue.status", "Continue comes with HTTP status 200", CONTINUE, is("Continue"), wrongStatus(200)),
  contractRule("block.status", "ShowBlockPage comes with HTTP status 200", BLOCK, is("ShowBlockPage"), wrongStatus(200)),
  contractRule("invalid.status", "ValidationError comes with HTTP status 400", INVALID, is("ValidationError"), wrongStatus(400)),
  contractRule("invalid.body-status", "ValidationError has status 400 in the body too", INVALID, is("ValidationError"), ({ json }) =>
    json?.status === 400 || json?.status === "400" ? undefined : `status in the body is ${shortenValue(json?.status)}`,
  ),
  contractRule(
    "invalid.step",
    "ValidationError is answered only before creating the user",
    INVALID,
    (answer, askedStep) => askedStep.step === "after-sign-in" && is(...actions)(answer, askedStep),
    ({ json }) => (json?.action === "ValidationError" ? "ValidationError after sign-in" : undefined),
  ),
  contractRule(
    "message",
    "userMessage is a text wherever the person is stopped",
    BLOCK,
    is("ShowBlockPage", "ValidationError"),
    noText("userMessage"),
  ),
  tolerantRule(
    "other-status",
    "status in the body, where it is not asked for, is that of the answer",
    "good practice",
    (answer, askedStep) => is("Continue", "ShowBlockPage")(answer, askedStep) && answer.json?.status !== undefined,
    ({ json, status }) => (Number(json?.status) === status ? undefined : `status in the body is ${shortenValue(json?.status)}`),
  ),
  contractRule(
    "claims.type",
    "claims are texts; custom ones texts, booleans or whole numbers",
    CONTINUE,
    is("Continue"),
    ({ json = {} }) => {
      const [wrong] = claimsIn(json).filter(([name, value]) => value !== null && !isClaimValue(name, value));
      return wrong && `${wrong[0]} is ${shortenValue(wrong[1])}`;
    },
  ),
  tolerantRule("claims.null", "what has no value is left out, not null", "good practice", hasBody, ({ json = {} }) => {
    const nulls = Object.keys(json).filter((name) => json[name] === null);
    return nulls.length === 0 ? undefined : `null for ${nulls.join(", ")}`;
  }),
  tolerantRule(
    "claims.protected",
    "email and identities are not returned",
    "good practice: returning them is not documented",
    is("Continue"),
    ({ json = {} }) => {
      const returnedNames = ["email", "identities"].filter((name) => Object.hasOwn(json, name));
      return returnedNames.length === 0 ? undefined : `returns ${returnedNames.join(", ")}`;
    },
  ),
];

/** Azure AD B2C's rules: those of a workforce tenant, and one for the third step, at which the action must be Continue. */
export const b2cContract: readonly ContractRule[] = [
  ...connectorContract,
  contractRule(
    "token.action",
    "before sending the token the action is Continue",
    "Enrich tokens with claims from external sources using API connectors",
    (answer, askedStep) => askedStep.step === "before-sending-token" && is(...actions)(answer, askedStep),
    ({ json }) => (json?.action === "Continue" ? undefined : `action is ${shortenValue(json?.action)}`),
  ),
];

function noText(member: string) {
  return ({ json }: ReadAnswer) => (isText(json?.[member]) ? undefined : `${member} is ${shortenValue(json?.[member])}`);
}

function isClaimValue(name: string, value: unknown): boolean {
  if (name === "identities") return true;
  if (typeof value === "string") return true;
  return !isBuiltInAttribute(name) && (typeof value === "boolean" || Number.isSafeInteger(value));
}
