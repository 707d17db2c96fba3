import { isBuiltInAttribute, type Step } from "../../engine/sign-up/sign-up";
import { claimsIn, type ReadAnswer } from "./answer";
import { sampleDefects } from "./sample-defects";

/** Where an answer breaks a rule. */
export interface ContractFinding {
  readonly found: string;
  /** The sample that has the same defect. */
  readonly defect?: string;
}

/** One rule about answers. */
export interface ContractRule {
  readonly id: string;
  /** What holds for a good answer. */
  readonly says: string;
  /** Where it is documented; "good practice" where it is not. */
  readonly source: string;
  /** Entra goes on all the same, as far as is known. */
  readonly tolerated?: boolean;
  /** False if the rule has nothing to say about this answer. */
  applies(answer: ReadAnswer, step: Step): boolean;
  /** Undefined if the rule holds. */
  breach(answer: ReadAnswer, step: Step): ContractFinding | undefined;
}

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
/** Nothing more is asked of an answer whose status already is none. */
const isAnswer: ContractRule["applies"] = ({ status }) => status === 200 || status === 400;

/** Entra's contract, rule by rule: what it asks of an answer to a request of its own. */
export const contract: readonly ContractRule[] = [
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
  {
    id: "content-type",
    says: "Content-Type is application/json",
    source: CONTINUE,
    applies: isAnswer,
    breach: ({ contentType }) =>
      /^application\/json\s*(;|$)/i.test(contentType ?? "")
        ? undefined
        : { found: contentType ? `Content-Type ${contentType}` : "no Content-Type" },
  },
  {
    id: "body",
    says: "the body is one JSON object in UTF-8",
    source: CONTINUE,
    applies: isAnswer,
    breach: ({ json, unreadable, body }) => {
      if (json !== undefined) return undefined;
      return { found: unreadable ?? (body === "" ? "no body" : "no JSON object") };
    },
  },
  {
    id: "version",
    says: "version is a text",
    source: CONTINUE,
    applies: hasBody,
    breach: ({ json }) => {
      if (isText(json?.version)) return undefined;
      const defect = json?.action === undefined && json?.version === undefined ? { defect: sampleDefects.bareSuccess } : {};
      return { found: `version is ${shown(json?.version)}`, ...defect };
    },
  },
  {
    id: "action",
    says: `action is ${actions.join(", ")}, to the letter`,
    source: CONTINUE,
    applies: hasBody,
    breach: ({ json, status }) => {
      if (actions.includes(json?.action as string)) return undefined;
      const found = `action is ${shown(json?.action)}`;
      if (json?.action === "Allow") return { found, defect: sampleDefects.allow };
      if (json?.action === undefined) return { found, defect: status === 400 ? sampleDefects.bareRefusal : sampleDefects.bareSuccess };
      return { found };
    },
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
    breach: ({ status }) => (status === 200 ? undefined : { found: `status ${status}`, defect: sampleDefects.blockAs400 }),
  },
  {
    id: "invalid.status",
    says: "ValidationError comes with HTTP status 400",
    source: INVALID,
    applies: is("ValidationError"),
    breach: ({ status }) => (status === 400 ? undefined : { found: `status ${status}`, defect: sampleDefects.invalidAs200 }),
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
    applies: (answer, step) => step === "after-sign-in" && is(...actions)(answer, step),
    breach: ({ json }) =>
      json?.action === "ValidationError" ? { found: "ValidationError after sign-in", defect: sampleDefects.invalidTooEarly } : undefined,
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
    applies: (answer, step) => is("Continue", "ShowBlockPage")(answer, step) && answer.json?.status !== undefined,
    breach: ({ json, status }) =>
      Number(json?.status) === status
        ? undefined
        : { found: `status in the body is ${shown(json?.status)}`, defect: sampleDefects.blockAs400 },
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
      return nulls.length === 0 ? undefined : { found: `null for ${nulls.join(", ")}`, defect: sampleDefects.nulls };
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

/** A rule that does not hold. */
export interface Breach extends ContractFinding {
  readonly rule: string;
  readonly says: string;
  readonly source: string;
  readonly tolerated: boolean;
}

/** Every rule of the contract that this answer breaks. */
export function breachesOf(answer: ReadAnswer, step: Step): readonly Breach[] {
  return contract.flatMap((rule) => {
    const finding = rule.applies(answer, step) ? rule.breach(answer, step) : undefined;
    return finding === undefined ? [] : [breachOf(rule, finding)];
  });
}

export function breachOf(
  { id, says, source, tolerated = false }: Pick<ContractRule, "id" | "says" | "source" | "tolerated">,
  finding: ContractFinding,
): Breach {
  return { rule: id, says, source, tolerated, ...finding };
}

/** The rules about getting an answer at all. */
export const connectionRules = {
  time: { id: "time", says: "an answer comes within 20 seconds", source: `${PRACTICES}: Entra waits 20 seconds and asks once more` },
  connection: { id: "connection", says: "the connection holds until the answer is whole", source: PRACTICES },
} as const;

const MAX_SHOWN = 60;

/** A value in a sentence, cut to what one can read. */
function shown(value: unknown): string {
  if (value === undefined) return "missing";
  const text = JSON.stringify(value);
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
}

function isText(value: unknown): boolean {
  return typeof value === "string" && value.trim() !== "";
}

function isClaimValue(name: string, value: unknown): boolean {
  if (name === "identities") return true;
  if (typeof value === "string") return true;
  return !isBuiltInAttribute(name) && (typeof value === "boolean" || Number.isSafeInteger(value));
}
