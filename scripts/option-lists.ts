import { packageDeclarations } from "./declarations";

/** An option of a function in policies. */
export interface Option {
  readonly name: string;
  readonly type: string;
  /** The default; undefined if the option is required. */
  readonly byDefault: string | undefined;
  readonly means: string;
}

/** A function in policies, and the types that declare its options. */
interface Optioned {
  readonly call: string;
  readonly types: readonly string[];
  /** The name of the function whose option contains these. */
  readonly within?: string;
}

/** Functions that share their options: each makes a step's policy. */
export const STEPS = "afterSignIn, beforeCreateUser, beforeSendingToken";

export const optioned: readonly Optioned[] = [
  { call: "admit", types: ["AdmitOptions"] },
  { call: "accessList", types: ["AccessListOptions"] },
  { call: "onlyDomains", types: ["OnlyDomainsOptions"] },
  { call: "partners", types: ["PartnersOptions"] },
  { call: "notDomains", types: ["NotDomainsOptions"] },
  { call: "prefill", types: ["PrefillOptions"] },
  { call: "lookup", types: ["LookupOptions"] },
  { call: "permittedValue", types: ["PermittedValueOptions"] },
  { call: "minimumAge", types: ["MinimumAgeOptions"] },
  { call: "invited", types: ["InvitedOptions"] },
  { call: "surge", types: ["SurgeOptions"] },
  { call: "expiry", types: ["ExpiryOptions", "ExpiryEnding"] },
  { call: "limit", types: ["LimitOptions", "LimitWindow"] },
  { call: "oneAccount", types: ["OneAccountOptions"] },
  { call: "entraDirectory", types: ["EntraDirectoryOptions"] },
  { call: "terms", types: ["TermsOptions"] },
  { call: "termsDue", types: ["TermsDueOptions"] },
  { call: "verifyIdentity", types: ["VerifyIdentityOptions"] },
  { call: "requestApproval", types: ["RequestApprovalOptions", "ApprovalOptions"] },
  { call: "approvalStatus", types: ["ApprovalStatusOptions"] },
  { call: "approvalClaims", types: ["ApprovalClaimsOptions"] },
  { call: "stages", types: ["ApprovalStage"], within: "requestApproval" },
  { call: "sponsor", types: ["SponsorOptions"] },
  { call: "profiles", types: ["ProfilesOptions"] },
  { call: "http", types: ["HttpOptions"] },
  { call: "service", types: ["ServiceOptions"] },
  { call: "oauth", types: ["OAuthOptions"] },
  { call: "apiKey", types: ["ApiKeyOptions"] },
  { call: "idology", types: ["IdologyOptions"] },
  { call: "experian", types: ["ExperianOptions", "ExperianAccount"] },
  { call: STEPS, types: ["StepOptions"] },
];

/** The options that these types declare. */
export function optionsOf(types: readonly string[]): readonly Option[] {
  const { all } = packageDeclarations();
  return types.flatMap((type) => {
    const found = all.find(({ name }) => name === type);
    if (found === undefined) throw new Error(`The package declares no ${type}.`);
    return membersIn(found.code);
  });
}

/** A declaration's members with their docstrings. In a choice of two shapes, `never` marks a member of the other one. */
function membersIn(code: string): readonly Option[] {
  // Further lines of a type are indented more, or close it.
  const members = code.matchAll(
    /^ {2}(?:\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\n {2})?readonly (\w+)(\??): (?!never;)((?:.|\n(?= {3}| {2}\}))*?);$(?!\n(?: {3}| {2}\}))/gm,
  );
  return [...members].map(([, docstring = "", name = "", optional, type = ""]) => {
    const text = docstring.replace(/^ *\* ?/gm, "").trim();
    const [means = "", byDefault] = text.split(/^@default /m);
    return { name, type: oneLine(type), byDefault: optional === "" ? undefined : oneLine(byDefault ?? ""), means: oneLine(means) };
  });
}

/** The options of a function as a list; undefined if it has none. */
export function optionsShown(name: string): string | undefined {
  const found = optioned.filter(({ call, within }) => call === name || within === name);
  const lists = found.map(({ call, types }) => `${call === name ? "" : `In \`${call}\`:\n\n`}${optionsOf(types).map(itemOf).join("\n")}`);
  return lists.length === 0 ? undefined : lists.join("\n\n");
}

function itemOf({ name, type, byDefault, means }: Option): string {
  const declared = `${name}${byDefault === undefined ? "" : "?"}: ${type.replace(/\breadonly /g, "")}`;
  return `- \`${declared}\`: ${linked(means)}${byDefault === undefined || byDefault === "none" ? "" : ` Default: ${linked(byDefault)}.`}`;
}

function oneLine(text: string): string {
  return text.trim().replace(/\s*\n\s*/g, " ");
}

function linked(text: string): string {
  return text.replace(/(?<![\w/`(])docs\/([\w/-]+\.md)/g, "[$1]($1)");
}
