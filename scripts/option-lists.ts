import { linkPages, packageDeclarations, readMembers } from "./declarations";

export interface Option {
  readonly name: string;
  readonly type: string;
  /** The default value; undefined if the option is required. */
  readonly byDefault: string | undefined;
  readonly means: string;
}

interface Optioned {
  readonly call: string;
  readonly types: readonly string[];
  /** The function that `call` is an option of. Undefined if `call` is itself a function. */
  readonly within?: string;
}

/** The functions that make a step's policy. They have the same options. */
export const STEPS = "afterSignIn, beforeCreateUser, beforeSendingToken";

/** Types of options, for functions whose types cannot be found by the function's name. */
const otherTypes: Readonly<Record<string, Omit<Optioned, "call">>> = {
  expiry: { types: ["ExpiryOptions", "ExpiryEnding"] },
  limit: { types: ["LimitOptions", "LimitWindow"] },
  requestApproval: { types: ["RequestApprovalOptions", "ApprovalOptions"] },
  stages: { types: ["ApprovalStage"], within: "requestApproval" },
  oauth: { types: ["OAuthOptions"] },
  experian: { types: ["ExperianOptions", "ExperianAccount"] },
  [STEPS]: { types: ["StepOptions"] },
};

/** Lists the functions with options: the package's exports in their order, then the other functions of `otherTypes`. */
export function listOptioned(): readonly Optioned[] {
  const { exports, all } = packageDeclarations();
  const declared = new Set(all.map(({ name }) => name));
  const taken = new Set(Object.values(otherTypes).flatMap(({ types }) => types));
  const functions = exports.filter(({ kind }) => kind === "function" || kind === "const").map(({ name }) => name);
  return [...new Set([...functions, ...Object.keys(otherTypes)])].flatMap((call) => {
    const others = otherTypes[call];
    if (others !== undefined) return [{ call, ...others }];
    const type = `${call.charAt(0).toUpperCase()}${call.slice(1)}Options`;
    return declared.has(type) && !taken.has(type) ? [{ call, types: [type] }] : [];
  });
}

export function listTypeOptions(types: readonly string[]): readonly Option[] {
  const { all } = packageDeclarations();
  return types.flatMap((type) => {
    const part = all.find(({ name }) => name === type);
    if (part === undefined) throw new Error(`The package declares no ${type}.`);
    return readOptions(part.code);
  });
}

/** If a type has two shapes, a member of the type `never` belongs to the other shape, so it is left out. */
function readOptions(code: string): readonly Option[] {
  return readMembers(code).flatMap(({ docstring, signature }) => {
    const [, name, optional, type = ""] = /^readonly (\w+)(\??): (.*)$/.exec(signature) ?? [];
    if (name === undefined || type === "never") return [];
    const [means = "", byDefault = ""] = oneLine(docstring).split(/ ?@default /);
    return [{ name, type, byDefault: optional === "" ? undefined : byDefault, means }];
  });
}

export function formatOptions(name: string): string | undefined {
  const optionedCalls = listOptioned().filter(({ call, within }) => call === name || within === name);
  const lists = optionedCalls.map(
    ({ call, types }) => `${call === name ? "" : `In \`${call}\`:\n\n`}${listTypeOptions(types).map(formatOption).join("\n")}`,
  );
  return lists.length === 0 ? undefined : lists.join("\n\n");
}

function formatOption({ name, type, byDefault, means }: Option): string {
  const declaration = `${name}${byDefault === undefined ? "" : "?"}: ${type.replace(/\breadonly /g, "")}`;
  return `- \`${declaration}\`: ${linkPages(means)}${byDefault === undefined || byDefault === "none" ? "" : ` Default: ${linkPages(byDefault)}.`}`;
}

export function oneLine(text: string): string {
  return text.trim().replace(/\s*\n\s*/g, " ");
}
