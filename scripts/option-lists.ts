import { linked, packageDeclarations, readMembers } from "./declarations";

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
    return readOptions(found.code);
  });
}

/** Reads a declaration's options. In a choice of two shapes, `never` marks a member of the other one. */
function readOptions(code: string): readonly Option[] {
  return readMembers(code).flatMap(({ docstring, signature }) => {
    const [, name, optional, type = ""] = /^readonly (\w+)(\??): (.*)$/.exec(signature) ?? [];
    if (name === undefined || type === "never") return [];
    const [means = "", byDefault = ""] = oneLine(docstring).split(/ ?@default /);
    return [{ name, type, byDefault: optional === "" ? undefined : byDefault, means }];
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
