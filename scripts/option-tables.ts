import { afterSignIn } from "../engine/sign-up/policy";
import * as policy from "../index";
import { packageDeclarations } from "./declarations";
import { markdownTable } from "./markdown-table";

/** An option of something that a policy calls. */
export interface Option {
  readonly name: string;
  readonly type: string;
  /** What applies if it is left out; undefined if it is required. */
  readonly byDefault: string | undefined;
  readonly means: string;
}

/** Something with options: what a policy calls, and the types that declare them. */
interface Optioned {
  readonly call: string;
  readonly types: readonly string[];
  /** By name, a wrong value to call it with. Without an entry, only the compiler refuses wrong values. */
  readonly refused: Readonly<Record<string, unknown>>;
  /** Throws for such an option. */
  readonly made: (options: never) => unknown;
}

const crm = { url: "https://crm.contoso.com/{email}", trust: ["mail"], schema: emptySchema(), attributes: () => ({}), onFailure: "block" };
const proven = policy.profiles({ trust: ["mail"] });
const idology = policy.idology();

/** In the page's order. */
export const optioned: readonly Optioned[] = [
  {
    call: "accessList",
    types: ["AccessListOptions"],
    refused: { otherwise: "maybe", classes: ["free"], trust: "mail" },
    made: policy.accessList,
  },
  {
    call: "onlyDomains",
    types: ["OnlyDomainsOptions"],
    refused: { subdomains: "no", trust: ["issuer:mail"] },
    made: (options) => policy.onlyDomains(["contoso.com"], options),
  },
  { call: "partners", types: ["PartnersOptions"], refused: { otherwise: "deny", trust: "mail" }, made: policy.partners },
  {
    call: "notDomains",
    types: ["NotDomainsOptions"],
    refused: { subdomains: "no" },
    made: (options) => policy.notDomains(["contoso.com"], options),
  },
  {
    call: "lookup",
    types: ["LookupOptions"],
    refused: { only: "city", notFound: "deny", untrusted: "ask-again" },
    made: (options) => policy.lookup(proven, options),
  },
  {
    call: "permittedValue",
    types: ["PermittedValueOptions"],
    refused: {
      list: "",
      source: "crm",
      only: "city",
      case: "upper",
      spaces: "trim",
      optional: "no",
      uses: 0,
      usedUp: "block",
      guessesPerDay: 10_001,
    },
    made: (options) => policy.permittedValue("extension_Code" as never, options),
  },
  {
    call: "minimumAge",
    types: ["MinimumAgeOptions"],
    refused: { years: { default: 16, Korea: 14 }, country: "", order: "day first", keep: "no", instead: 0 },
    made: (options) => policy.minimumAge("extension_Born" as never, { years: 16, ...(options as Partial<policy.MinimumAgeOptions>) }),
  },
  {
    call: "invited",
    types: ["InvitedOptions"],
    refused: { by: ["mail"], code: "", days: 0, otherwise: "deny", trust: "mail" },
    made: (options) => policy.invited(options),
  },
  {
    call: "surge",
    types: ["SurgeOptions"],
    refused: { max: 0, per: "1d", then: "closed" },
    made: (options) => policy.surge({ max: 1, per: "1h", ...(options as Partial<policy.SurgeOptions>) }),
  },
  {
    call: "access",
    types: ["AccessOptions", "AccessEnding"],
    refused: { days: 0, renew: "nobody", remind: [0], then: { disable: -1 }, otherwise: "continue", disable: -1, delete: 0 },
    made: (options) => {
      const { disable, delete: deleted, ...others } = options as Partial<policy.AccessOptions & policy.AccessEnding>;
      const then = { ...(disable !== undefined && { disable }), ...(deleted !== undefined && { delete: deleted }) };
      return policy.access({ days: 180, then, ...others });
    },
  },
  {
    call: "limit",
    types: ["LimitOptions", "LimitWindow"],
    refused: { by: "city", windows: [], then: "deny", except: true, name: "My limit", max: 0, per: "1w" },
    made: (options) => {
      const { max = 1, per = "1h", ...others } = options as Partial<policy.LimitOptions & policy.LimitWindow>;
      return policy.limit({ by: "domain", windows: [{ max, per }], ...others });
    },
  },
  {
    call: "oneAccount",
    types: ["OneAccountOptions"],
    refused: { trust: [], names: { google: "" }, days: 7, directory: true, unknown: "approval" },
    made: policy.oneAccount,
  },
  {
    call: "entraDirectory",
    types: ["EntraDirectoryOptions"],
    refused: { tenantId: "my tenant", tenantDomain: "contoso/x", secret: "", timeoutMs: 100 },
    made: (options) => policy.entraDirectory({ tenantId: "contoso.com", ...(options as object) }),
  },
  {
    call: "terms",
    types: ["TermsOptions"],
    refused: { version: "", files: {}, ticked: "false" },
    made: (options) =>
      policy.terms("extension_Terms" as never, {
        version: "2026-01",
        files: { en: "terms.en.md" },
        ...(options as Partial<policy.TermsOptions>),
      }),
  },
  {
    call: "termsDue",
    types: ["TermsDueOptions"],
    refused: { claim: "" },
    made: (options) => policy.termsDue(policy.terms("extension_Terms" as never, { version: "1", files: { en: "terms.en.md" } }), options),
  },
  {
    call: "verifyIdentity",
    types: ["VerifyIdentityOptions"],
    refused: { refuted: "deny", review: "deny", unavailable: "deny", attemptsPerDay: 0, unless: true },
    made: (options) => policy.verifyIdentity(idology, options),
  },
  {
    call: "requestApproval",
    types: ["RequestApprovalOptions", "ApprovalTerms"],
    refused: {
      unless: true,
      when: "listed",
      then: "wait",
      answerWithinDays: 0,
      askAgainAfterDays: -1,
      passDays: 3_651,
      unproven: "block",
      show: "jobTitle",
      provenBy: ["issuer:mail"],
      askedOf: "it@contoso.com",
      stages: "Security",
      stageMail: true,
    },
    made: policy.requestApproval,
  },
  {
    call: "stages",
    types: ["ApprovalStage"],
    refused: { by: "Security", orElse: "Partners", within: "2 days", need: 0 },
    made: (stage: object) =>
      policy.requestApproval({
        stages: [{ by: policy.approvers("Security"), ...("within" in stage && { orElse: policy.approvers("Partners") }), ...stage }],
      }),
  },
  {
    call: "sponsor",
    types: ["SponsorOptions"],
    refused: { code: "", list: "codes", attribute: "extension_Sponsor", domains: ["contoso"] },
    made: policy.sponsor,
  },
  { call: "profiles", types: ["ProfilesOptions"], refused: { trust: "mail" }, made: policy.profiles },
  {
    call: "http",
    types: ["HttpOptions"],
    refused: {
      name: "My CRM",
      url: "http://crm.contoso.com",
      authentication: "crm",
      certificate: "client.pem",
      schema: {},
      attributes: {},
      timeoutMs: 100,
      maxBytes: 0,
      trust: "mail",
      onFailure: "retry",
    },
    made: (options) => policy.http({ ...crm, ...(options as object) } as never),
  },
  {
    call: "service",
    types: ["ServiceOptions"],
    refused: {
      url: "http://crm.contoso.com",
      authentication: "crm",
      certificate: "client.pem",
      headers: { authorization: "Bearer 4711" },
      timeoutMs: 100,
      maxBytes: 0,
    },
    made: (options) => policy.service("crm", { url: "https://crm.contoso.com", ...(options as object) }),
  },
  {
    call: "oauth",
    types: ["OAuthOptions"],
    refused: { tokenUrl: "http://login.contoso.com", credentialsIn: "query" },
    made: (options) => policy.oauth("crm", { tokenUrl: "https://login.contoso.com/token", ...(options as object) }),
  },
  { call: "apiKey", types: ["ApiKeyOptions"], refused: { header: "x key" }, made: (options) => policy.apiKey("crm", options) },
  {
    call: "idology",
    types: ["IdologyOptions"],
    refused: { secret: "", fields: { phone: "city" }, endpoint: "http://idology.example", timeoutMs: 100 },
    made: policy.idology,
  },
  {
    call: "experian",
    types: ["ExperianOptions", "ExperianAccount"],
    refused: {
      secret: "",
      workflow: "",
      countryCode: "alpha-4",
      fields: { phone: "city" },
      timeoutMs: 20_000,
      endpoint: "http://experian.example",
      tenantId: "",
      requestType: "",
      organisationCode: "",
      modelCode: "",
    },
    made: policy.experian,
  },
  {
    call: "afterSignIn, beforeCreateUser, beforeSendingToken",
    types: ["StepOptions"],
    refused: { messages: { "access-list.denied": "" }, labels: { city: {} }, deadlineMs: 100 },
    made: (options) => afterSignIn([policy.accessList()], options),
  },
];

function emptySchema() {
  return { "~standard": { version: 1, vendor: "none", validate: (value: unknown) => ({ value }) } } as const;
}

/** The options that these types declare. */
export function optionsOf(types: readonly string[]): readonly Option[] {
  const { all } = packageDeclarations();
  return types.flatMap((type) => {
    const found = all.find(({ name }) => name === type);
    if (found === undefined) throw new Error(`The package declares no ${type}.`);
    return membersIn(found.code);
  });
}

/** The members of a declaration, docstrings with them. A choice between two shapes says `never` where the other has a member. */
function membersIn(code: string): readonly Option[] {
  // A type that goes on below is indented further, or closes what it opened.
  const members = code.matchAll(
    /^ {2}(?:\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\n {2})?readonly (\w+)(\??): (?!never;)((?:.|\n(?= {3}| {2}\}))*?);$(?!\n(?: {3}| {2}\}))/gm,
  );
  return [...members].map(([, docstring = "", name = "", optional, type = ""]) => {
    const text = docstring.replace(/^ *\* ?/gm, "").trim();
    const [means = "", byDefault] = text.split(/^@default /m);
    return { name, type: oneLine(type), byDefault: optional === "" ? undefined : oneLine(byDefault ?? ""), means: oneLine(means) };
  });
}

/** The error for a wrong value of an option. Throws if there is none. */
export function refusalOf({ call, made, refused }: Optioned, option: string): string {
  try {
    made({ [option]: refused[option] } as never);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error(`${call} takes ${option}: ${JSON.stringify(refused[option])}.`);
}

/** A table for each, one option a row. */
export function optionTables(): string {
  return optioned
    .map((each) => {
      const rows = optionsOf(each.types).map(({ name, type, byDefault, means }) => [
        `\`${name}\``,
        `\`${cell(type)}\``,
        byDefault === undefined ? "required" : cell(byDefault),
        cell(means),
        Object.hasOwn(each.refused, name)
          ? `\`${cell(JSON.stringify(each.refused[name]))}\`: ${cell(refusalOf(each, name))}`
          : "another type does not compile",
      ]);
      return `## ${each.call}\n\n${markdownTable(["option", "type", "default", "means", "a wrong value and its error"], rows)}`;
    })
    .join("\n\n");
}

function oneLine(text: string): string {
  return text.trim().replace(/\s*\n\s*/g, " ");
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replace(/(?<![\w/`(])docs\/([\w/-]+\.md)/g, "[$1]($1)");
}
